"""One champion, whatever happens: real flows on real servers, two at once, without MLflow, or rolled back."""

import threading
from collections.abc import Callable
from io import StringIO
from typing import cast

import pytest
from prefect.client.orchestration import SyncPrefectClient
from rich.console import Console

from flows.orchestration.status import print_status
from flows.settings import Settings
from tests.flows.flow_environment import ROLLBACK, FlowEnvironment
from tests.flows.proxy import Call, FaultyProxy

# the abandoned run falls silent while these run
pytestmark = pytest.mark.usefixtures("abandoned")

Write = tuple[str, bytes]
VERSION: Write = ("model-versions/create", b"")
INTENT: Write = ("runs/log-batch", b"begun")


def on(write: Write, call: Callable[[], object]) -> Call:
    """Calls somebody when this has been written."""
    end, words = write

    def look(path: str, body: bytes) -> None:
        if path.endswith(end) and words in body:
            call()

    return look


def test_two_at_the_same_moment_leave_one_champion_and_two_records(
    environment: FlowEnvironment, proxy: FaultyProxy
) -> None:
    environment.restore_first_champion()
    meeting = threading.Barrier(2, timeout=60)
    # both have looked who is champion before one of them may go on
    proxy.after_a_write = on(INTENT, meeting.wait)
    both = [environment.retrain(seed=seed, MLFLOW_TRACKING_URI=proxy.url) for seed in (2, 3)]
    assert [process.result()[0] for process in both] == ["COMPLETED", "COMPLETED"]
    newest = environment.newest()
    decisions = [environment.decision_on(f"{number}") for number in (newest - 1, newest)]
    assert environment.serving() in {decision.version for decision in decisions}
    assert {(d.champion_before, d.outcome, d.progress) for d in decisions} == {
        (environment.first, "promoted", "carried out")
    }


def test_an_mlflow_that_goes_and_comes_back_is_waited_for_and_one_version_registered(
    environment: FlowEnvironment, proxy: FaultyProxy
) -> None:
    before = environment.newest()

    proxy.after_a_write = on(VERSION, proxy.close)
    proxy.close()
    process = environment.retrain(seed=4, MLFLOW_TRACKING_URI=proxy.url)
    proxy.open_after_refusal()
    proxy.open_after_refusal()
    assert process.result()[0] == "COMPLETED"
    assert environment.newest() == before + 1
    assert environment.decision_on(f"{before + 1}").progress == "carried out"


def test_an_mlflow_that_stays_away_is_one_sentence_with_the_cure(
    environment: FlowEnvironment, proxy: FaultyProxy
) -> None:
    before = environment.serving()
    proxy.close()
    kind, message = environment.retrain(MLFLOW_TRACKING_URI=proxy.url).result()
    assert kind == "FAILED"
    assert message.startswith(f"MLflow at {proxy.url} does not answer: start it (`make up`)")
    assert "\n" not in message
    assert environment.serving() == before


def test_a_rollback_serves_at_once_and_leaves_a_record_of_its_own(environment: FlowEnvironment) -> None:
    now, target = environment.serving(), environment.first
    kind, message = environment.start(ROLLBACK, {"version": target, "reason": "a test"}).result()
    assert (kind, message) == ("COMPLETED", f"Version {target} serves, instead of {now}.")
    assert environment.serving() == target
    record = environment.registry.decisions()[0]
    assert (record.outcome, record.version, record.champion_before) == ("rolled back", target, now)
    assert (record.reason, record.progress) == ("a test", "carried out")
    again = environment.start(ROLLBACK, {"version": target, "reason": "a test"}).result()
    assert again == ("COMPLETED", f"Version {target} served already, and serves on.")
    unknown = environment.start(ROLLBACK, {"version": "99"}).result()
    assert unknown[0] == "FAILED"
    assert "There is no version 99 of the model. Versions: 1, 2" in unknown[1]


def test_status_tells_every_decision_within_80_columns(environment: FlowEnvironment, prefect_url: str) -> None:
    settings = Settings(steam_sales_home=environment.folder, mlflow_tracking_uri=environment.mlflow_url)
    console = Console(width=80, file=StringIO(), soft_wrap=True, highlight=False)
    with SyncPrefectClient(prefect_url) as client:
        print_status(settings, client, console)
    lines = [line.rstrip() for line in cast("StringIO", console.file).getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    assert "  Reason: a test" in lines
    assert len([line for line in lines if line.endswith(f"Version {environment.first} rolled back")]) == 2
