"""Fits, selects and evaluates models. Knows scikit-learn, no server."""
