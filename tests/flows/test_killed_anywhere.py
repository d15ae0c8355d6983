"""A training killed after each kind of write to MLflow: one champion, true records, and the next run succeeds."""

import json
import re
import threading

import pytest
from mlflow import MlflowClient

from flows.promotion.policy import Decision
from flows.tracking.decisions import DECISION_TAG, EXPERIMENT, MODEL, Records
from tests.flows.door import Door, door_to
from tests.flows.world import World

# the abandoned run falls silent while these run; many processes, one after the other, on whatever cores are free
pytestmark = [pytest.mark.usefixtures("abandoned"), pytest.mark.timeout(1200)]

BEGINS = "runs/create"
VERSION = "model-versions/create"
ALIAS = "registered-models/alias"
UNCHANGED = "nothing to train"
ID = re.compile(r"\b(m-)?[0-9a-f]{32}\b")


def kind(path: str, body: bytes) -> str:
    """What is written, of whichever run: files by their folder, tags by their key and version."""
    place = ID.sub("*", path).split("/mlflow/")[-1]
    if "/artifacts/" in place:
        return place.rpartition("/")[0]
    told = json.loads(body)
    version = told.get("version") if "key" in told else None
    return " ".join(filter(None, [place, told.get("key"), version, told.get("status"), *(told.keys() & {"params"})]))


class Writes:
    """The kinds of what is written through a door, from the first `since` on; after number `at` the run is killed."""

    def __init__(self, world: World, door: Door, at: int = -1, since: str = BEGINS) -> None:
        self.world, self.at, self.since = world, at, since
        self.kinds: list[str] = []
        self.lock = threading.Lock()
        door.after_a_write = self.note

    def note(self, path: str, body: bytes) -> None:
        with self.lock:
            if self.kinds or kind(path, body).startswith(self.since):
                self.kinds.append(kind(path, body))
                if len(self.kinds) == self.at:
                    self.world.kill_the_last()


@pytest.fixture(scope="module")
def steps(world: World) -> dict[str, int]:
    """Every kind of write of a training that is promoted, and the number of the first of its kind."""
    with door_to(world.mlflow_url) as door:
        writes = Writes(world, door)
        assert world.retrain(MLFLOW_TRACKING_URI=door.url).ended()[0] == "COMPLETED"
    assert {BEGINS, VERSION, ALIAS} <= set(writes.kinds)
    world.back_to_the_first()
    return {one: writes.kinds.index(one) + 1 for one in dict.fromkeys(writes.kinds)}


def kill_after(world: World, door: Door, number: int, since: str = BEGINS, *, skip_unchanged: bool = False) -> None:
    """Train, and kill the process the moment it has made this write, before it hears of it."""
    Writes(world, door, number, since)
    child = world.retrain(skip_unchanged=skip_unchanged, MLFLOW_TRACKING_URI=door.url)
    assert child.killed(), child.said


def ends(world: World, message: str) -> None:
    """Another run succeeds and says so, and leaves one champion, and nothing open."""
    state, said = world.retrain(skip_unchanged=True).ended()
    assert (state, message in said) == ("COMPLETED", True), said
    assert left_open(world) == (0, 0)
    champion = world.serving()
    assert champion is not None
    assert world.decision_on(champion).progress == "carried out"
    told = MlflowClient(world.mlflow_url).get_model_version(MODEL, champion).tags[DECISION_TAG]
    assert Decision.model_validate_json(told) == world.decision_on(champion)


def left_open(world: World) -> tuple[int, int]:
    """How many MLflow runs have no end, and how many decisions."""
    client = MlflowClient(world.mlflow_url)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    running = client.search_runs([experiment.experiment_id], "attributes.status = 'RUNNING'")
    return len(running), len(Records(client).begun())


def test_killed_before_it_has_a_version_it_changes_nothing_but_its_own_run(
    world: World, door: Door, steps: dict[str, int]
) -> None:
    before = world.newest()
    for number in steps.values():
        if number < steps[VERSION]:
            kill_after(world, door, number)
            assert (world.serving(), world.newest()) == (world.first, before)
            # what the one killed before had left open, this one has closed
            assert left_open(world) in {(1, 0), (0, 0)}
    kill_after(world, door, steps[VERSION])
    assert (world.serving(), world.newest()) == (world.first, before + 1)
    ends(world, "promoted")
    assert world.serving() == f"{before + 2}"


def test_killed_after_its_intent_is_written_the_old_champion_serves(
    world: World, door: Door, steps: dict[str, int]
) -> None:
    world.back_to_the_first()
    before = world.newest()
    (intent,) = (number for number in steps.values() if steps[VERSION] < number < steps[ALIAS])
    kill_after(world, door, intent)
    assert (world.serving(), left_open(world)) == (world.first, (0, 1))
    assert world.decision_on(f"{before + 1}").progress == "not carried out"
    ends(world, "promoted")
    assert world.serving() == f"{before + 2}"


def test_killed_after_the_alias_or_any_tag_the_new_champion_serves_and_the_next_run_has_nothing_to_train(
    world: World, door: Door, steps: dict[str, int]
) -> None:
    for number in steps.values():
        if number >= steps[ALIAS]:
            world.back_to_the_first()
            kill_after(world, door, number)
            new = f"{world.newest()}"
            assert world.serving() == new
            assert world.decision_on(new).progress == "carried out"
            ends(world, UNCHANGED)
            assert world.serving() == new


def test_killed_while_it_closes_what_another_left_open_the_next_run_closes_it(
    world: World, door: Door, steps: dict[str, int]
) -> None:
    world.back_to_the_first()
    kill_after(world, door, steps[ALIAS])
    new = world.serving()
    for number in (1, 2):
        kill_after(world, door, number, f"model-versions/set-tag {DECISION_TAG}", skip_unchanged=True)
        assert (world.serving(), left_open(world)[1]) == (new, 1)
    ends(world, UNCHANGED)
    assert world.serving() == new
