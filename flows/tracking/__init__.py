"""Stores runs, registered models and decisions in MLflow."""
