"""A list that MLflow makes once a process, at its first model: the process that flows are forked from has it."""

from mlflow.utils.requirements_utils import warn_dependency_requirement_mismatches

warn_dependency_requirement_mismatches(["mlflow"])
