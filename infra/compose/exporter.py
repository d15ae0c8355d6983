"""`python -m infra.compose.exporter`: what Prefect knows of runs and workers, told to Prometheus at each scrape.

Prefect counts nothing of that for Prometheus itself. Knows Prefect's HTTP interface, none of the flows by name.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from infra.compose.settings import Exporter

PORT = 9200
STATES = ("SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED")
ENDED = {"success": ["COMPLETED"], "failure": ["FAILED", "CRASHED"]}
PATIENCE_SECONDS = 8


class Prefect:
    """The few questions that are asked of it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def deployments(self) -> list[dict[str, Any]]:
        """All of them, each with the name of its flow."""
        flows = {flow["id"]: flow["name"] for flow in self._asked("/flows/filter", {})}
        found = self._asked("/deployments/filter", {})
        return [one | {"flow_name": flows[one["flow_id"]]} for one in found if one["flow_id"] in flows]

    def count(self, deployment: str, state: str) -> int:
        """How many of its runs are in a state."""
        return int(self._asked("/flow_runs/count", _runs(deployment, [state])))

    def last(self, deployment: str, states: list[str]) -> dict[str, Any] | None:
        """The run that ended last in one of the states."""
        found = self._asked("/flow_runs/filter", _runs(deployment, states) | {"sort": "END_TIME_DESC", "limit": 1})
        return found[0] if found else None

    def workers(self) -> Iterator[tuple[str, int]]:
        """Each pool, and how many workers it has lately been heard of."""
        for pool in self._asked("/work_pools/filter", {}):
            workers = self._asked(f"/work_pools/{pool['name']}/workers/filter", {})
            yield pool["name"], sum(worker["status"] == "ONLINE" for worker in workers)

    def _asked(self, path: str, body: Mapping[str, Any]) -> Any:
        answer = self._client.post(path, json=body)
        return answer.raise_for_status().json()


def _runs(deployment: str, states: list[str]) -> dict[str, Any]:
    return {
        "deployments": {"id": {"any_": [deployment]}},
        "flow_runs": {"state": {"type": {"any_": states}}},
    }


def text(prefect: Prefect) -> bytes:
    """All of it in Prometheus' text format. httpx.HTTPError where Prefect does not answer."""
    registry = CollectorRegistry()

    def gauge(name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"steam_sales_{name}", meaning, labels, registry=registry)

    runs = gauge("flow_runs", "Runs that Prefect remembers, by state", "flow", "state")
    ended = {how: gauge(f"flow_last_{how}_seconds", f"When a run last ended in {how}", "flow") for how in ENDED}
    took = gauge("flow_last_duration_seconds", "How long the run took that last ended in success", "flow")
    workers = gauge("workers_online", "Workers that Prefect has lately heard of", "pool")
    for one in prefect.deployments():
        for state in STATES:
            runs.labels(one["flow_name"], state.lower()).set(prefect.count(one["id"], state))
        for how, states in ENDED.items():
            if run := prefect.last(one["id"], states):
                ended[how].labels(one["flow_name"]).set(datetime.fromisoformat(run["end_time"]).timestamp())
                if how == "success":
                    took.labels(one["flow_name"]).set(run["total_run_time"])
    for pool, number in prefect.workers():
        workers.labels(pool).set(number)
    return generate_latest(registry)


class Scraped(BaseHTTPRequestHandler):
    """`/metrics`, and 503 where Prefect does not answer; `/health` is about this program alone."""

    prefect: Prefect

    def do_GET(self) -> None:
        """Answer Prometheus, or a health check."""
        if self.path == "/health":
            self._answer(200, b"OK\n", "text/plain")
            return
        try:
            self._answer(200, text(self.prefect), CONTENT_TYPE_LATEST)
        except httpx.HTTPError as error:
            self._answer(503, f"Prefect: {error}\n".encode(), "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: it is asked four times a minute."""


def client_of(settings: Exporter) -> httpx.Client:
    """A client of Prefect's HTTP interface."""
    user, _, password = settings.prefect_login.partition(":")
    # servers close what was idle for five seconds, and a request sent into the closing is lost
    limits = httpx.Limits(keepalive_expiry=2)
    login = (user, password) if user else None
    return httpx.Client(base_url=settings.prefect_api_url, auth=login, timeout=PATIENCE_SECONDS, limits=limits)


def serving(client: httpx.Client, host: str, port: int) -> ThreadingHTTPServer:
    """The server; it answers once it is told to."""
    handler = type("Handler", (Scraped,), {"prefect": Prefect(client)})
    return ThreadingHTTPServer((host, port), handler)


def main() -> None:
    """Serve until told to stop."""
    with client_of(Exporter.read()) as client, serving(client, "0.0.0.0", PORT) as server:  # noqa: S104 - a container
        server.serve_forever()


if __name__ == "__main__":
    main()
