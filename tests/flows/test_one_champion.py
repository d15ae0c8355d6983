"""One champion, whatever happens: real flows on real servers, killed after what they write, or two at once."""

import threading
from collections.abc import Callable, Iterator
from io import StringIO
from typing import cast

import pytest
from prefect.client.orchestration import SyncPrefectClient
from rich.console import Console

from flows.settings import Settings
from flows.status import show
from flows.storage import DataStore
from tests.flows.door import Call, Door, door_to
from tests.flows.world import ROLLBACK, World, publish

# the abandoned run falls silent while these run
pytestmark = pytest.mark.usefixtures("abandoned")

UNCHANGED = "nothing to train"
Write = tuple[str, bytes]
MODEL_FILE: Write = ("artifacts/model.skops", b"")
VERSION: Write = ("model-versions/create", b"")
INTENT: Write = ("runs/set-tag", b"begun")
ALIAS: Write = ("registered-models/alias", b"")


@pytest.fixture(scope="module")
def world(forked: dict[str, str], mlflow_url: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Data, and a champion that is easy to beat."""
    folder = tmp_path_factory.mktemp("world")
    publish(DataStore((folder / "data").as_uri(), {}), folder / "out")
    world = World(folder, mlflow_url, forked)
    world.first_champion()
    return world


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    with door_to(world.mlflow_url) as door:
        yield door


def on(write: Write, call: Callable[[], object]) -> Call:
    """Calls somebody when this has been written."""
    end, words = write

    def look(path: str, body: bytes) -> None:
        if path.endswith(end) and words in body:
            call()

    return look


def kill_after(world: World, door: Door, write: Write) -> None:
    """Retrain, and kill the process the moment it has written this, before it hears of it."""
    door.after_a_write = on(write, world.kill_the_last)
    assert world.retrain(seed=1, skip_unchanged=True, MLFLOW_TRACKING_URI=door.url).killed()


def test_a_run_killed_after_any_write_leaves_one_champion_and_the_next_run_gets_further(
    world: World, door: Door
) -> None:
    old, new = world.serving(), world.newest() + 1
    for written in (MODEL_FILE, VERSION):
        kill_after(world, door, written)
        assert world.serving() == old
    kill_after(world, door, INTENT)
    assert world.serving() == old
    assert world.decision_on(f"{new + 1}").progress == "not carried out"

    kill_after(world, door, ALIAS)
    assert world.serving() == f"{new + 2}"
    assert world.decision_on(f"{new + 2}").progress == "carried out"
    assert world.newest() == new + 2


def test_a_decision_that_was_cut_off_is_completed_by_the_next_run_which_has_nothing_to_train(world: World) -> None:
    version = world.serving()
    assert version is not None
    assert not world.registry.version(version).decided
    kind, message = world.retrain(seed=1, skip_unchanged=True).ended()
    assert kind == "COMPLETED"
    assert UNCHANGED in message
    assert world.serving() == version
    assert world.registry.version(version).decided
    assert world.decision_on(version).progress == "carried out"


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
    assert len([line for line in lines if line.endswith("(cut off: not carried out)")]) == 1
