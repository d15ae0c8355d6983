"""Addresses at which a browser finds MLflow and Prefect; asks neither."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from service.clients.mlflow_entities import tags_of


class Links(NamedTuple):
    """Addresses of MLflow and Prefect that a browser can reach, without a last slash."""

    mlflow: str
    prefect: str

    def mlflow_run(self, run: Mapping[str, Any]) -> str:
        """Return the page of a run in MLflow."""
        info = run["info"]
        return f"{self.mlflow}/#/experiments/{info['experiment_id']}/runs/{info['run_id']}"

    def prefect_run(self, run_id: str) -> str:
        """Return the page of a flow run in Prefect."""
        return f"{self.prefect}/runs/flow-run/{run_id}"

    def prefect_run_of(self, run: Mapping[str, Any]) -> str | None:
        """Return the page of the flow run that an MLflow run belongs to, None if it names none."""
        run_id = tags_of(run["data"]).get("prefect_run_id")
        return self.prefect_run(run_id) if run_id else None
