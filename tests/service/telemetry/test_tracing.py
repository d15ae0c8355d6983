"""Traces, as a real collector over HTTP receives them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import decompress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from sysconfig import get_path
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import ValidationError

from service.settings import Settings
from tests.service.conftest import CODES, free_port
from tests.service.middleware.test_access import api

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """An OTLP receiver: its address, and the spans it was sent."""
    spans: list[Any] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            plain = decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            for resource in ExportTraceServiceRequest.FromString(plain).resource_spans:
                spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/traces", spans
        finally:
            server.shutdown()


def test_each_request_is_a_span_of_its_callers_trace(settings: Settings) -> None:
    with collector() as (url, spans):
        with api(settings, api_traces_url=url) as client:
            name = client.post("/predict/", json=CODES).json()["id"]
            client.get(f"/registry/{name}", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
            client.post("/predict/", json={})
        named = {span.name: span for span in spans}
        assert {"POST /predict/", "GET /registry/{prediction_id}"} <= named.keys()
        assert named["GET /registry/{prediction_id}"].trace_id.hex() == TRACE
        statuses = {
            (span.name, each.value.int_value) for span in spans for each in span.attributes if "status" in each.key
        }
        assert {("POST /predict/", 200), ("POST /predict/", 400)} <= statuses


def test_a_collector_that_is_down_costs_no_request(settings: Settings) -> None:
    with api(settings, api_traces_url=f"http://127.0.0.1:{free_port()}/v1/traces") as client:
        assert client.post("/predict/", json=CODES).status_code == 200


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="full address"):
        Settings(api_traces_url="collector:4317")


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    for package in Path(get_path("purelib")).iterdir():
        if not package.name.startswith("opentelemetry"):
            (tmp_path / package.name).symlink_to(package)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
    command = [sys.executable, "-S", "-m", "service"]
    for url, told in (("http://127.0.0.1:4318/v1/traces", "install the extra `tracing`"), ("", "127.0.0.1x")):
        changed = environment | {"API_TRACES_URL": url, "API_HOST": "127.0.0.1" if url else "127.0.0.1x"}
        started = subprocess.run(command, env=changed, capture_output=True, text=True, check=False)
        assert told in started.stderr
        assert "Traceback" not in started.stderr
