"""Fit, select and evaluate models. Knows scikit-learn; no server."""
