"""Export Prefect's runs and workers to Prometheus, at each scrape: `python -m infra.compose.exporter`.

Prefect itself has no such metrics. Depends on Prefect's REST API, on no flow by name.
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
END_STATES = {"success": ["COMPLETED"], "failure": ["FAILED", "CRASHED"]}
TIMEOUT_SECONDS = 8


class PrefectClient:
    """The requests to Prefect that the metrics need."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def deployments(self) -> list[dict[str, Any]]:
        """Return all deployments, each with the name of its flow."""
        flows = {flow["id"]: flow["name"] for flow in self._post("/flows/filter", {})}
        found = self._post("/deployments/filter", {})
        return [one | {"flow_name": flows[one["flow_id"]]} for one in found if one["flow_id"] in flows]

    def count(self, deployment: str, state: str) -> int:
        """Return the number of runs of a deployment in a state."""
        return int(self._post("/flow_runs/count", _runs(deployment, [state])))

    def last_run(self, deployment: str, states: list[str]) -> dict[str, Any] | None:
        """Return the run that ended last in one of the states."""
        found = self._post("/flow_runs/filter", _runs(deployment, states) | {"sort": "END_TIME_DESC", "limit": 1})
        return found[0] if found else None

    def workers(self) -> Iterator[tuple[str, int]]:
        """Yield each work pool with the number of its online workers."""
        for pool in self._post("/work_pools/filter", {}):
            workers = self._post(f"/work_pools/{pool['name']}/workers/filter", {})
            yield pool["name"], sum(worker["status"] == "ONLINE" for worker in workers)

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        response = self._client.post(path, json=body)
        return response.raise_for_status().json()


def _runs(deployment: str, states: list[str]) -> dict[str, Any]:
    return {
        "deployments": {"id": {"any_": [deployment]}},
        "flow_runs": {"state": {"type": {"any_": states}}},
    }


def metrics_text(prefect: PrefectClient) -> bytes:
    """Return all metrics in Prometheus' text format. Raises httpx.HTTPError if Prefect does not respond."""
    registry = CollectorRegistry()

    def gauge(name: str, description: str, *labels: str) -> Gauge:
        return Gauge(f"steam_sales_{name}", description, labels, registry=registry)

    runs = gauge("flow_runs", "Runs in Prefect, by state", "flow", "state")
    ended = {
        how: gauge(f"flow_last_{how}_seconds", f"When the last run with this end ended, in {how}", "flow")
        for how in END_STATES
    }
    duration = gauge("flow_last_duration_seconds", "Duration of the last successful run", "flow")
    workers = gauge("workers_online", "Workers with a recent heartbeat", "pool")
    for one in prefect.deployments():
        for state in STATES:
            runs.labels(one["flow_name"], state.lower()).set(prefect.count(one["id"], state))
        for how, states in END_STATES.items():
            if run := prefect.last_run(one["id"], states):
                ended[how].labels(one["flow_name"]).set(datetime.fromisoformat(run["end_time"]).timestamp())
                if how == "success":
                    duration.labels(one["flow_name"]).set(run["total_run_time"])
    for pool, number in prefect.workers():
        workers.labels(pool).set(number)
    return generate_latest(registry)


class MetricsHandler(BaseHTTPRequestHandler):
    """Serve `/metrics`, with 503 if Prefect does not respond, and `/health`, which checks this process only."""

    prefect: PrefectClient

    def do_GET(self) -> None:
        """Respond to Prometheus or to a health check."""
        if self.path == "/health":
            self._respond(200, b"OK\n", "text/plain")
            return
        try:
            self._respond(200, metrics_text(self.prefect), CONTENT_TYPE_LATEST)
        except httpx.HTTPError as error:
            self._respond(503, f"Prefect: {error}\n".encode(), "text/plain")

    def _respond(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Log nothing: Prometheus sends four requests a minute."""


def make_client(settings: Exporter) -> httpx.Client:
    """Return a client of Prefect's REST API."""
    user, _, password = settings.prefect_login.partition(":")
    # the server closes idle connections after five seconds: a request at that moment would be lost
    limits = httpx.Limits(keepalive_expiry=2)
    login = (user, password) if user else None
    return httpx.Client(base_url=settings.prefect_api_url, auth=login, timeout=TIMEOUT_SECONDS, limits=limits)


def make_server(client: httpx.Client, host: str, port: int) -> ThreadingHTTPServer:
    """Return the server, not yet serving."""
    handler = type("Handler", (MetricsHandler,), {"prefect": PrefectClient(client)})
    return ThreadingHTTPServer((host, port), handler)


def main() -> None:
    """Serve until the process is stopped."""
    with make_client(Exporter.read()) as client, make_server(client, "0.0.0.0", PORT) as server:  # noqa: S104 - a container
        server.serve_forever()


if __name__ == "__main__":
    main()
