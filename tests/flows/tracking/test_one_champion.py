"""One champion, whatever happens: real flows on real servers, two at once, without MLflow, or back."""

import threading
from collections.abc import Callable
from io import StringIO
from typing import cast

import pytest
from prefect.client.orchestration import SyncPrefectClient
from rich.console import Console

from flows.orchestration.status import show
from flows.settings import Settings
from tests.flows.door import Call, Door
from tests.flows.world import ROLLBACK, World

# the abandoned run falls silent while these run
pytestmark = pytest.mark.usefixtures("abandoned")

Write = tuple[str, bytes]
VERSION: Write = ("model-versions/create", b"")
INTENT: Write = ("runs/set-tag", b"begun")


def on(write: Write, call: Callable[[], object]) -> Call:
    """Calls somebody when this has been written."""
    end, words = write

    def look(path: str, body: bytes) -> None:
        if path.endswith(end) and words in body:
            call()

    return look


def test_two_at_the_same_moment_leave_one_champion_and_two_records(world: World, door: Door) -> None:
    world.back_to_the_first()
    meeting = threading.Barrier(2, timeout=60)
    # both have looked who is champion before one of them may go on
    door.after_a_write = on(INTENT, meeting.wait)
    both = [world.retrain(seed=seed, MLFLOW_TRACKING_URI=door.url) for seed in (2, 3)]
    assert [child.ended()[0] for child in both] == ["COMPLETED", "COMPLETED"]
    newest = world.newest()
    decisions = [world.decision_on(f"{number}") for number in (newest - 1, newest)]
    assert world.serving() in {decision.version for decision in decisions}
    assert {(d.champion_before, d.outcome, d.progress) for d in decisions} == {(world.first, "promoted", "carried out")}


def test_an_mlflow_that_goes_and_comes_back_is_waited_for_and_one_version_registered(world: World, door: Door) -> None:
    before = world.newest()

    door.after_a_write = on(VERSION, door.close)
    door.close()
    child = world.retrain(seed=4, MLFLOW_TRACKING_URI=door.url)
    door.open_when_somebody_knocks()
    door.open_when_somebody_knocks()
    assert child.ended()[0] == "COMPLETED"
    assert world.newest() == before + 1
    assert world.decision_on(f"{before + 1}").progress == "carried out"


def test_an_mlflow_that_stays_away_is_one_sentence_with_the_cure(world: World, door: Door) -> None:
    before = world.serving()
    door.close()
    kind, message = world.retrain(MLFLOW_TRACKING_URI=door.url).ended()
    assert kind == "FAILED"
    assert message.startswith(f"MLflow at {door.url} does not answer: start it (`make up`)")
    assert "\n" not in message
    assert world.serving() == before


def test_a_rollback_serves_at_once_and_leaves_a_record_of_its_own(world: World) -> None:
    now, target = world.serving(), world.first
    kind, message = world.start(ROLLBACK, {"version": target, "reason": "a test"}).ended()
    assert (kind, message) == ("COMPLETED", f"Version {target} serves, instead of {now}.")
    assert world.serving() == target
    record = world.registry.decisions()[0]
    assert (record.outcome, record.version, record.champion_before) == ("rolled back", target, now)
    assert (record.reason, record.progress) == ("a test", "carried out")
    again = world.start(ROLLBACK, {"version": target, "reason": "a test"}).ended()
    assert again == ("COMPLETED", f"Version {target} served already, and serves on.")
    unknown = world.start(ROLLBACK, {"version": "99"}).ended()
    assert unknown[0] == "FAILED"
    assert "There is no version 99 of the model. Versions: 1, 2" in unknown[1]


def test_status_tells_every_decision_within_80_columns(world: World, prefect_url: str) -> None:
    settings = Settings(steam_sales_home=world.folder, mlflow_tracking_uri=world.mlflow_url)
    console = Console(width=80, file=StringIO(), soft_wrap=True, highlight=False)
    with SyncPrefectClient(prefect_url) as client:
        show(settings, client, console)
    lines = [line.rstrip() for line in cast("StringIO", console.file).getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    assert "  Reason: a test" in lines
    assert len([line for line in lines if line.endswith(f"Version {world.first} rolled back")]) == 2
