"""The data step as pure functions on polars: no flow engine, no model registry, no remote storage."""

from .errors import DataError
from .options import Options
from .prepare import prepare
from .report import Report, to_markdown

__all__ = ["DataError", "Options", "Report", "prepare", "to_markdown"]
