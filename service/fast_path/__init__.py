"""`POST /predict/` in front of the framework."""
