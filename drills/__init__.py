"""Failures caused on purpose in real parts of the system. Run by hand, on one machine."""
