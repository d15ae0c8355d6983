"""The data step as pure functions on polars: no flow engine, no model registry, no remote storage."""

from .errors import DataError
from .markdown import refusal_to_markdown, to_markdown
from .options import Options
from .prepare import prepare
from .quarantine import first_faults
from .report import Report

__all__ = ["DataError", "Options", "Report", "first_faults", "prepare", "refusal_to_markdown", "to_markdown"]
