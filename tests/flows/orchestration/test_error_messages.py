"""An S3 that is away, comes back, lacks the bucket or knows other keys, under the real ETL flow; and the sentences."""

import errno
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flows.orchestration.error_messages import outages, sentence
from flows.settings import Settings
from flows.storage.data_store import DataStore
from tests.flows.children import Child
from tests.flows.door import Door, door_to
from tests.flows.world import RETRAIN, World

ETL = "flows.etl:etl_proceso_steam_sales"
KEYS = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}


@pytest.fixture
def s3() -> Iterator[Door]:
    """A door to a real S3 server without a bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with door_to(f"http://{host}:{port}") as door:
        yield door
    server.stop()


@pytest.fixture
def world(forked: dict[str, str], tmp_path: Path) -> World:
    return World(tmp_path, "http://127.0.0.1:1", forked)


def run(world: World, flow: str, s3: str, bucket: str = "data") -> Child:
    """A flow that keeps its data in S3, where an absence is tried once a step."""
    told = {"DATA_URL": f"s3://{bucket}", "AWS_ENDPOINT_URL": s3, "AWS_MAX_ATTEMPTS": "1", **KEYS}
    return world.start(flow, {}, **told)


def test_an_s3_that_comes_back_is_waited_for_and_a_missing_bucket_made(world: World, s3: Door) -> None:
    s3.close()
    child = run(world, ETL, s3.url)
    s3.open_when_somebody_knocks()
    assert child.ended()[0] == "COMPLETED"
    options = {"endpoint_url": s3.behind, "key": "k", "secret": "s", "use_listings_cache": False}
    assert DataStore("s3://data", options).current().rows["train"] > 0


def test_an_s3_that_stays_away_is_one_sentence_with_the_cure(world: World) -> None:
    assert run(world, ETL, "http://127.0.0.1:1").ended() == (
        "FAILED",
        "S3 at http://127.0.0.1:1 does not answer: start it or correct AWS_ENDPOINT_URL, then run this again.",
    )


def test_a_bucket_that_is_not_there_has_no_data_yet(world: World, s3: Door) -> None:
    assert run(world, RETRAIN, s3.url, bucket="other").ended() == (
        "FAILED",
        "There is no data yet: run `make etl`, then this again.",
    )


@pytest.fixture
def strict(s3: Door) -> Iterator[Door]:
    """The same server, which from now on checks who asks, and knows nobody."""
    httpx.post(f"{s3.behind}/moto-api/reset-auth", content=b"0").raise_for_status()
    yield s3
    httpx.post(f"{s3.behind}/moto-api/reset-auth", content=b"inf").raise_for_status()


def test_wrong_keys_are_one_sentence_with_the_cure(world: World, strict: Door) -> None:
    cure = "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then run this again."
    assert run(world, ETL, strict.url).ended() == ("FAILED", f"S3 at {strict.url} refuses the keys: {cure}")


def test_a_full_disk_names_the_file() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "data/train.csv")
    assert isinstance(full, outages())
    assert sentence(full, Settings()).startswith("data/train.csv: No space left on device. See to the rights")


def test_a_fault_of_the_code_is_no_outage() -> None:
    assert not isinstance(AttributeError("x"), outages())
