"""`make drill-stack`: each container dies under load and during a training, MinIO is away: nothing answered is lost.

Nobody lends a hand: the engine starts again what died, and the stack has to be whole by itself.
"""

import sys

import pytest

from tests.compose.containers import Containers
from tests.compose.loading import (
    SERVERS,
    WHOLE_SECONDS,
    Load,
    ask_for_training,
    ended,
    kill,
    nightly,
    settled,
    state,
    stored,
    whole,
)
from tests.infra.launched import until

pytestmark = pytest.mark.drill


@pytest.mark.parametrize("service", SERVERS)
def test_a_container_that_dies_under_load_and_during_a_training(as_cloned: Containers, service: str) -> None:
    load = Load(as_cloned.url("api"))
    with load.on():
        run = ask_for_training(as_cloned)
        kill(as_cloned, service)
        settled(as_cloned, load, run)
    end = state(as_cloned, run)
    sys.stdout.write(
        f"\n{service}: {end['type']}, {len(load.answered)} answered, refused {set(load.refused) or 'none'}\n"
    )
    assert stored(as_cloned, load.answered)
    assert end["type"] == "COMPLETED" or "\n" not in (end["message"] or "")
    # only who answers, or keeps what was answered, may be missed
    assert not load.refused or service in ("postgres", "api")


def test_minio_is_away_during_the_nightly_run_and_comes_back(as_cloned: Containers) -> None:
    load = Load(as_cloned.url("api"))
    with load.on():
        # of another seed, or it would see that nothing changed and train nothing
        run = ask_for_training(as_cloned, **nightly(as_cloned), seed=7)
        as_cloned.compose("stop", "minio")
        until(lambda: as_cloned.states()["minio"].startswith("exited"), 30)
        until(lambda: ended(as_cloned, run), WHOLE_SECONDS)
        as_cloned.compose("start", "minio")
        until(lambda: whole(as_cloned), WHOLE_SECONDS)
    sys.stdout.write(f"\nMinIO away: {state(as_cloned, run)['message']}\n")
    assert not load.refused
    assert stored(as_cloned, load.answered)
    assert "\n" not in (state(as_cloned, run)["message"] or "")


def test_after_all_that_a_training_succeeds(as_cloned: Containers) -> None:
    run = ask_for_training(as_cloned)
    until(lambda: ended(as_cloned, run), WHOLE_SECONDS)
    assert state(as_cloned, run)["type"] == "COMPLETED"
    assert as_cloned.api("GET", "/health/ready")["status"] == 200
