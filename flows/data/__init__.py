"""The data step as pure functions on polars: no flow engine, no model registry, no remote storage."""

from flows.data.cleaning.quarantine import first_faults
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.prepare import prepare
from flows.data.reporting.markdown import refusal_to_markdown, to_markdown
from flows.data.reporting.report import Report

__all__ = ["DataError", "Options", "Report", "first_faults", "prepare", "refusal_to_markdown", "to_markdown"]
