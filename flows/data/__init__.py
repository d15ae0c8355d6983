"""The data step as pure functions on polars: no flow engine, no model registry, no remote storage."""

from .errors import DataError
from .markdown import to_markdown
from .options import Options
from .prepare import prepare
from .report import Report

__all__ = ["DataError", "Options", "Report", "prepare", "to_markdown"]
