"""What the running stack says of itself over HTTP: who is ready, how far the first data and the first model are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.embedded.programs import Part

ETL, RETRAIN = "etl_proceso_steam_sales", "retrain_and_promote_sales_model"
FAILED = ("FAILED", "CRASHED", "CANCELLED")


@dataclass(frozen=True)
class Run:
    """The newest run of a flow."""

    name: str
    state: str
    message: str


@dataclass(frozen=True)
class Model:
    """How far the first model is: there, on its way, or not coming until somebody acts."""

    there: bool = False
    failed: bool = False
    says: str = ""


def _asked(client: httpx.Client, method: str, url: str, **what: Any) -> httpx.Response | None:
    """An answer of 200, or None."""
    try:
        answer = client.request(method, url, **what)
    except httpx.HTTPError:
        return None
    return answer if answer.status_code == httpx.codes.OK else None


def _has_beaten(workers: Sequence[dict[str, Any]], since: datetime) -> bool:
    beats = [worker["last_heartbeat_time"] for worker in workers]
    return any(datetime.fromisoformat(beat) > since for beat in beats if beat)


def is_ready(client: httpx.Client, part: Part, since: datetime) -> bool:
    """Whether a part answers; for the worker, whether it has reported to Prefect after `since`."""
    if part.beats:
        workers = _asked(client, "POST", part.answers, json={})
        return workers is not None and _has_beaten(workers.json(), since)
    return _asked(client, "GET", part.answers) is not None


def newest_run(client: httpx.Client, prefect_url: str, flow: str) -> Run | None:
    """The newest run of a flow, those that a schedule has put into the future left out."""
    due = {"expected_start_time": {"before_": datetime.now(UTC).isoformat()}}
    what = {"flows": {"name": {"any_": [flow]}}, "flow_runs": due, "sort": "EXPECTED_START_TIME_DESC", "limit": 1}
    answer = _asked(client, "POST", f"{prefect_url}/api/flow_runs/filter", json=what)
    found = answer.json() if answer else []
    if not found:
        return None
    state = found[0]["state"] or {}
    return Run(found[0]["name"], state.get("type", "PENDING"), state.get("message") or "")


def first_model(client: httpx.Client, api_url: str, prefect_url: str) -> Model:
    """How far the first model is, read from the API and, while it has none, from Prefect."""
    if _asked(client, "GET", f"{api_url}/model") is not None:
        return Model(there=True)
    data = newest_run(client, prefect_url, ETL)
    if data is None or data.state != "COMPLETED":
        return _on_the_way(data, "first data", "make etl SOURCE=…")
    return _on_the_way(newest_run(client, prefect_url, RETRAIN), "first training", "make retrain")


def _on_the_way(run: Run | None, what: str, cure: str) -> Model:
    if run is None:
        return Model(says=f"waiting for the {what}")
    if run.state in FAILED:
        return Model(failed=True, says=f"The {what} failed: {run.message.rstrip('. ')}. Then: {cure}")
    return Model(says=f"{what}: {run.name} is {run.state.lower()}")
