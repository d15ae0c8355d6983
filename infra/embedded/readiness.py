"""Ask the running stack over HTTP which parts are ready, and how far the first data and model are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.embedded.parts import Part

ETL, RETRAIN = "etl_proceso_steam_sales", "retrain_and_promote_sales_model"
FAILED = ("FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Run:
    """The newest run of a flow, with its state."""

    name: str
    state: str
    message: str


@dataclass(frozen=True)
class FirstModel:
    """The progress of the first model: ready, in progress, or failed until somebody acts."""

    is_ready: bool = False
    has_failed: bool = False
    message: str = ""


def _request(client: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response | None:
    """Return a response of status 200, or None."""
    try:
        response = client.request(method, url, **options)
    except httpx.HTTPError:
        return None
    return response if response.status_code == httpx.codes.OK else None


def _has_recent_heartbeat(workers: Sequence[dict[str, Any]], since: datetime) -> bool:
    heartbeats = [worker["last_heartbeat_time"] for worker in workers]
    return any(datetime.fromisoformat(beat) > since for beat in heartbeats if beat)


def is_ready(client: httpx.Client, part: Part, since: datetime) -> bool:
    """Return whether a part is ready; a worker is, if it sent Prefect a heartbeat after `since`."""
    if part.is_worker:
        workers = _request(client, "POST", part.ready_url, json={})
        return workers is not None and _has_recent_heartbeat(workers.json(), since)
    return _request(client, "GET", part.ready_url) is not None


def newest_run(client: httpx.Client, prefect_url: str, flow: str) -> Run | None:
    """Return the newest run of a flow, without scheduled runs of the future."""
    due = {"expected_start_time": {"before_": datetime.now(UTC).isoformat()}}
    query = {"flows": {"name": {"any_": [flow]}}, "flow_runs": due, "sort": "EXPECTED_START_TIME_DESC", "limit": 1}
    response = _request(client, "POST", f"{prefect_url}/api/flow_runs/filter", json=query)
    found = response.json() if response else []
    if not found:
        return None
    state = found[0]["state"] or {}
    return Run(found[0]["name"], state.get("type", "PENDING"), state.get("message") or "")


def first_model(client: httpx.Client, api_url: str, prefect_url: str) -> FirstModel:
    """Return the progress of the first model: from the API or, while it has none, from Prefect."""
    if _request(client, "GET", f"{api_url}/model") is not None:
        return FirstModel(is_ready=True)
    data = newest_run(client, prefect_url, ETL)
    if data is None or data.state != "COMPLETED":
        return _progress(data, "first data", "make etl SOURCE=…")
    return _progress(newest_run(client, prefect_url, RETRAIN), "first training", "make retrain")


def _progress(run: Run | None, subject: str, cure: str) -> FirstModel:
    if run is None:
        return FirstModel(message=f"waiting for the {subject}")
    if run.state in FAILED:
        return FirstModel(has_failed=True, message=f"The {subject} failed: {run.message.rstrip('. ')}. Then: {cure}")
    return FirstModel(message=f"{subject}: {run.name} is {run.state.lower()}")
