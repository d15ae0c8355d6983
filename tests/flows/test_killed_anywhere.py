"""A training killed after each kind of write to MLflow leaves one champion and true records; the next run succeeds."""

import json
import re
import threading

import pytest
from mlflow import MlflowClient

from flows.promotion.policy import Decision
from flows.tracking.decisions import DECISION_TAG, EXPERIMENT_NAME, MODEL_NAME, DecisionLog
from tests.flows.flow_environment import FlowEnvironment
from tests.flows.proxy import FaultyProxy, proxy_to

# the abandoned run falls silent while these run; many processes, one after the other, on whatever cores are free
pytestmark = [pytest.mark.usefixtures("abandoned"), pytest.mark.timeout(1200)]

BEGINS = "runs/create"
VERSION = "model-versions/create"
ALIAS = "registered-models/alias"
UNCHANGED = "nothing to train"
ID = re.compile(r"\b(m-)?[0-9a-f]{32}\b")


def kind_of_write(path: str, body: bytes) -> str:
    """Name what is written, in whichever run: files by their folder, tags by their key and version."""
    place = ID.sub("*", path).split("/mlflow/")[-1]
    if "/artifacts/" in place:
        return place.rpartition("/")[0]
    fields = json.loads(body)
    version = fields.get("version") if "key" in fields else None
    contents = sorted(fields.keys() & {"params", "tags"}) if place == "runs/log-batch" else []
    return " ".join(filter(None, [place, fields.get("key"), version, fields.get("status"), *contents]))


class Writes:
    """Records the kinds of writes through a proxy, from the first `since` on; kills the run after write number `at`."""

    def __init__(self, environment: FlowEnvironment, proxy: FaultyProxy, at: int = -1, since: str = BEGINS) -> None:
        self.environment, self.at, self.since = environment, at, since
        self.kinds: list[str] = []
        self.lock = threading.Lock()
        proxy.after_a_write = self.record

    def record(self, path: str, body: bytes) -> None:
        with self.lock:
            if self.kinds or kind_of_write(path, body).startswith(self.since):
                self.kinds.append(kind_of_write(path, body))
                if len(self.kinds) == self.at:
                    self.environment.kill_last_process()


@pytest.fixture(scope="module")
def steps(environment: FlowEnvironment) -> dict[str, int]:
    """Every kind of write of a training that is promoted, and the number of the first of its kind."""
    with proxy_to(environment.mlflow_url) as proxy:
        writes = Writes(environment, proxy)
        assert environment.retrain(MLFLOW_TRACKING_URI=proxy.url).result()[0] == "COMPLETED"
    assert {BEGINS, VERSION, ALIAS} <= set(writes.kinds)
    environment.restore_first_champion()
    return {one: writes.kinds.index(one) + 1 for one in dict.fromkeys(writes.kinds)}


def kill_after(
    environment: FlowEnvironment, proxy: FaultyProxy, number: int, since: str = BEGINS, *, skip_unchanged: bool = False
) -> None:
    """Train, and kill the process after this write, before it gets the response."""
    Writes(environment, proxy, number, since)
    process = environment.retrain(skip_unchanged=skip_unchanged, MLFLOW_TRACKING_URI=proxy.url)
    assert process.was_killed(), process.log


def check_next_run(environment: FlowEnvironment, message: str) -> None:
    """Check that another run succeeds with this message and leaves one champion and nothing open."""
    state, said = environment.retrain(skip_unchanged=True).result()
    assert (state, message in said) == ("COMPLETED", True), said
    assert left_open(environment) == (0, 0)
    champion = environment.serving()
    assert champion is not None
    assert environment.decision_on(champion).progress == "carried out"
    tag = MlflowClient(environment.mlflow_url).get_model_version(MODEL_NAME, champion).tags[DECISION_TAG]
    assert Decision.model_validate_json(tag) == environment.decision_on(champion)


def left_open(environment: FlowEnvironment) -> tuple[int, int]:
    """Count the unfinished MLflow runs and the open decisions."""
    client = MlflowClient(environment.mlflow_url)
    experiment = client.get_experiment_by_name(EXPERIMENT_NAME)
    assert experiment is not None
    running = client.search_runs([experiment.experiment_id], "attributes.status = 'RUNNING'")
    return len(running), len(DecisionLog(client).open_records())


def test_killed_before_it_has_a_version_it_changes_nothing_but_its_own_run(
    environment: FlowEnvironment, proxy: FaultyProxy, steps: dict[str, int]
) -> None:
    before = environment.newest()
    for number in steps.values():
        if number < steps[VERSION]:
            kill_after(environment, proxy, number)
            assert (environment.serving(), environment.newest()) == (environment.first, before)
            # what the one killed before had left open, this one has closed
            assert left_open(environment) in {(1, 0), (0, 0)}
    kill_after(environment, proxy, steps[VERSION])
    assert (environment.serving(), environment.newest()) == (environment.first, before + 1)
    check_next_run(environment, "promoted")
    assert environment.serving() == f"{before + 2}"


def test_killed_after_its_intent_is_written_the_old_champion_serves(
    environment: FlowEnvironment, proxy: FaultyProxy, steps: dict[str, int]
) -> None:
    environment.restore_first_champion()
    before = environment.newest()
    (intent,) = (number for number in steps.values() if steps[VERSION] < number < steps[ALIAS])
    kill_after(environment, proxy, intent)
    assert (environment.serving(), left_open(environment)) == (environment.first, (0, 1))
    assert environment.decision_on(f"{before + 1}").progress == "not carried out"
    check_next_run(environment, "promoted")
    assert environment.serving() == f"{before + 2}"


def test_killed_after_the_alias_or_any_tag_the_new_champion_serves_and_the_next_run_has_nothing_to_train(
    environment: FlowEnvironment, proxy: FaultyProxy, steps: dict[str, int]
) -> None:
    for number in steps.values():
        if number >= steps[ALIAS]:
            environment.restore_first_champion()
            kill_after(environment, proxy, number)
            new = f"{environment.newest()}"
            assert environment.serving() == new
            assert environment.decision_on(new).progress == "carried out"
            check_next_run(environment, UNCHANGED)
            assert environment.serving() == new


def test_killed_while_it_closes_what_another_left_open_the_next_run_closes_it(
    environment: FlowEnvironment, proxy: FaultyProxy, steps: dict[str, int]
) -> None:
    environment.restore_first_champion()
    kill_after(environment, proxy, steps[ALIAS])
    new = environment.serving()
    for number in (1, 2):
        kill_after(environment, proxy, number, f"model-versions/set-tag {DECISION_TAG}", skip_unchanged=True)
        assert (environment.serving(), left_open(environment)[1]) == (new, 1)
    check_next_run(environment, UNCHANGED)
    assert environment.serving() == new
