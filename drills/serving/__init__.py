"""Failures of a running API under load: `python -m drills.serving`."""
