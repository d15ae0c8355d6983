"""The API: answers what sales to expect, remembers every answer, and follows the champion in MLflow."""

__version__ = "0.1.0"
