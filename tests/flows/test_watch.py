"""The loop closes: sales rise by 10 %, and an alarm, a message, a training by cause and a promotion follow."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from flows.promotion.policy import Decision
from tests.flows.flow_environment import FlowEnvironment
from tests.flows.sixty_days import HISTORY_DAYS, NEW_DAYS, RISE, made_days

LIVE = "tests.flows.sixty_days:live"
LIVE_SECONDS = 900


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that takes alerts, and what it got."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"json://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def life(
    forked: dict[str, str],
    mlflow_url: str,
    inbox: tuple[str, list[dict[str, Any]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Decision]]:
    """What happened on each day, the messages, and the decisions."""
    folder: Path = tmp_path_factory.mktemp("life")
    environment = FlowEnvironment(folder, mlflow_url, forked)
    url, received = inbox
    # the second address is of a server that is not there: it must not keep the first from its message
    alerts = f"{url} json://127.0.0.1:1"
    out = folder / "happened.json"
    started = environment.start(
        LIVE, {"home": str(folder), "mlflow_url": mlflow_url, "out": str(out)}, ALERT_URLS=alerts, ALERT_LANGUAGE="en"
    )
    state = started.result(LIVE_SECONDS)
    assert state[0] == "COMPLETED", started.log[-5000:]
    return json.loads(out.read_text()), received, environment.registry.decisions(100)


Life = tuple[list[dict[str, Any]], list[dict[str, Any]], list[Decision]]


@pytest.mark.timeout(LIVE_SECONDS)
def test_the_rise_is_seen_learned_and_served(life: Life) -> None:
    happened, _, decisions = life
    days = happened[:NEW_DAYS]
    alarm = next(number for number, day in enumerate(days) if day["record"]["status"] == "alarm")
    assert alarm < 14
    (by_alarm,) = [day for day in days if any(run["learning"]["cause"] == "alarm" for run in day["trained"])]
    learning = by_alarm["trained"][0]["learning"]
    rise = made_days()["Date"][HISTORY_DAYS]
    assert abs((rise - type(rise).fromisoformat(learning["since"])).days) <= 1
    decision = next(found for found in decisions if found.decision_id == learning["decision_id"])
    assert (decision.outcome, decision.cause, decision.progress) == ("promoted", "alarm", "carried out")
    assert decision.learned
    assert decision.learned.factor == pytest.approx(RISE, abs=0.02)
    assert by_alarm["champion"] == decision.version
    assert "which decide" in decision.reason
    assert days[-1]["record"]["status"] in ("quiet", "watching")


def test_one_cause_trains_once_and_is_reported_once(life: Life) -> None:
    happened, received, _ = life
    ids = [run["learning"]["decision_id"] for day in happened[:-1] for run in day["trained"]]
    assert len(ids) == len(set(ids))
    alarms = [message for message in received if message["title"].startswith("Sales alarm")]
    assert len(alarms) == 1
    assert "more is sold" in alarms[0]["title"]
    assert "Likely since 2026-01-0" in alarms[0]["message"]
    assert "false alarm in 20 years" in alarms[0]["message"]


def test_days_of_zeros_are_a_problem_and_no_training(life: Life) -> None:
    happened, received, _ = life
    zeros, (state, message) = happened[-2], happened[-1]["training on zeros"]
    assert "all_zero" in [problem["code"] for problem in zeros["record"]["problems"]]
    assert zeros["trained"] == []
    assert "nothing was sold" in received[-1]["message"]
    assert state == "FAILED"
    assert "make rollback-data" in message
