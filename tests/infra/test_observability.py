"""What Prometheus and Grafana are told: valid by their own programs, and of figures that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import yaml
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.compose import exporter
from infra.embedded.settings import ROOT
from service.telemetry.metrics import Metrics

FOLDER = ROOT / "infra" / "observability"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "steam-sales.json"
ALERTS = FOLDER / "prometheus" / "alerts.yml"
# of Grafana 11 and newer, which those models do not know
NEWER = {"wideLayout", "showPercentChange", "percentChangeColorMode"}
END_STATES = "2026-01-01T02:00:00+00:00"


def promtool(*words: str, folder: Path = ROOT) -> None:
    found = shutil.which("promtool")
    assert found, "needs promtool: apt install prometheus"
    done = subprocess.run([found, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def dashboard() -> dict[str, Any]:
    return dict(json.loads(DASHBOARD.read_text(encoding="utf-8")))


def queries() -> list[str]:
    """Of every panel and every alert."""
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return panels + [rule["expr"] for group in groups for rule in group["rules"]]


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    for file in (FOLDER / "prometheus").iterdir():
        text = file.read_text(encoding="utf-8").replace("/tmp/api-key", "/dev/null")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    promtool("check", "config", "prometheus.yml", folder=tmp_path)


def test_each_alert_comes_when_it_must_and_not_before() -> None:
    tests = (Path(__file__).with_name("alerts.yml")).read_text(encoding="utf-8")
    names = re.findall(r"alert: (\w+)", ALERTS.read_text(encoding="utf-8"))
    untested = [name for name in names if not re.search(rf"alertname: {name}\n", tests)]
    assert untested == []
    promtool("test", "rules", "alerts.yml", folder=Path(__file__).parent)


def test_each_alert_has_its_cure_in_the_papers() -> None:
    page = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([A-Z]\w+)` \|", page, re.MULTILINE) == re.findall(
        r"alert: (\w+)", ALERTS.read_text(encoding="utf-8")
    )


def test_grafanas_own_models_hold_the_whole_dashboard() -> None:
    plugins.register_default_plugins()
    kept = json.loads(json.dumps(Dashboard.from_json(dashboard()), cls=JSONEncoder))
    unknown = {where.rpartition(".")[2] for where in lost(dashboard(), kept)}
    assert unknown <= NEWER


def lost(sent: Any, kept: Any, where: str = "") -> Iterator[str]:
    """What a model did not know, and so did not keep."""
    if isinstance(sent, dict):
        for name, value in sent.items():
            if value not in (None, [], {}):
                yield from lost(value, kept[name], f"{where}.{name}") if name in kept else [f"{where}.{name}"]
    elif isinstance(sent, list):
        assert len(sent) == len(kept)
        for number, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from lost(one, other, f"{where}[{number}]")
    elif sent != kept:
        yield where


def test_panels_stand_side_by_side_on_one_source() -> None:
    source = yaml.safe_load((FOLDER / "grafana" / "datasources" / "prometheus.yml").read_text(encoding="utf-8"))
    taken = set[tuple[int, int]]()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel.get("datasource", {"uid": "prometheus"})["uid"] == source["datasources"][0]["uid"]


def told_by_the_api() -> set[str]:
    """Names of the figures that the API has, without asking it anything."""
    from service.app import create_app
    from service.settings import Settings
    from service.telemetry.request_metrics import RouteCounter

    create_app(Settings())
    tally = RouteCounter("POST", "/predict")
    tally.record(200, 0.1)
    tally.flush()
    metrics = Metrics()
    metrics.watch("waiting", "…", lambda: 0, "livesum")
    metrics.watch("model_age_seconds", "…", lambda: 0, "livemostrecent")
    return set(re.findall(r"^(?:# TYPE )?(\w+)[{ ]", metrics.text().decode(), re.MULTILINE))


class Prefect(BaseHTTPRequestHandler):
    """Answers as Prefect does: one deployment, run twice, and one worker of two."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps(self.answers(body)[self.path]).encode()
        self.send_response(200 if self.headers["Authorization"] == "Basic dXM6cGFzcw==" else 401)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def answers(self, body: dict[str, Any]) -> dict[str, Any]:
        states = body.get("flow_runs", {}).get("state", {}).get("type", {}).get("any_", [])
        ran = [{"end_time": END_STATES, "total_run_time": 61.5}]
        return {
            "/api/flows/filter": [{"id": "f", "name": "retrain"}],
            "/api/deployments/filter": [{"id": "d", "flow_id": "f"}],
            "/api/flow_runs/count": 2 if states == ["COMPLETED"] else 0,
            "/api/flow_runs/filter": ran if states == ["COMPLETED"] else [],
            "/api/work_pools/filter": [{"name": "pool"}],
            "/api/work_pools/pool/workers/filter": [{"status": "ONLINE"}, {"status": "OFFLINE"}],
        }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


Scrape = Callable[[str], httpx.Response]


@pytest.fixture
def scrape() -> Iterator[Scrape]:
    """Asks an exporter of that Prefect; `us:pass` opens it."""
    from infra.compose.settings import Exporter

    def ask(login: str) -> httpx.Response:
        told = Exporter.model_validate({"prefect_api_url": url, "prefect_api_auth_string": login})
        with exporter.make_client(told) as client, running(exporter.make_server(client, "127.0.0.1", 0)) as port:
            return httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False)

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Prefect)) as prefect:
        url = f"http://127.0.0.1:{prefect}/api"
        yield ask


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[int]:
    """The server in a thread; its port."""
    with server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_what_prefect_knows_is_told_in_figures(scrape: Scrape) -> None:
    text = scrape("us:pass").text
    assert 'steam_sales_flow_runs{flow="retrain",state="completed"} 2.0' in text
    assert 'steam_sales_flow_runs{flow="retrain",state="failed"} 0.0' in text
    assert 'steam_sales_flow_last_success_seconds{flow="retrain"} 1.7672328e+09' in text
    assert "steam_sales_flow_last_failure_seconds{" not in text
    assert 'steam_sales_flow_last_duration_seconds{flow="retrain"} 61.5' in text
    assert 'steam_sales_workers_online{pool="pool"} 1.0' in text


def test_a_prefect_that_does_not_let_it_in_is_one_that_is_down(scrape: Scrape) -> None:
    answer = scrape("us:wrong")
    assert answer.status_code == 503
    assert "401" in answer.text


def test_every_figure_that_is_asked_for_is_told_by_somebody(scrape: Scrape) -> None:
    known = told_by_the_api() | set(re.findall(r"^# TYPE (\w+)", scrape("us:pass").text, re.MULTILINE))
    figure = re.compile(r"\b(?:steam_sales|process)_[a-z_]+(?=[{) \[]|$)")
    asked = {name for query in queries() for name in figure.findall(query)}
    assert len(asked) > 10
    assert asked - known == set()
