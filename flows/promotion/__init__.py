"""Compares champion and challenger and applies the promotion rule. Knows no server."""
