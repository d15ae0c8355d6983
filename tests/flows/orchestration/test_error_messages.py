"""An S3 that is away, comes back, lacks the bucket or knows other keys, under the real ETL flow; and the sentences."""

import errno
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest

from flows.orchestration.error_messages import outage_message, outage_types
from flows.settings import Settings
from flows.storage.data_store import DataStore
from tests.flows.flow_environment import RETRAIN, FlowEnvironment
from tests.flows.flow_process import FlowProcess
from tests.flows.proxy import FaultyProxy, proxy_to
from tests.s3_servers import s3_server

ETL = "flows.etl:etl_proceso_steam_sales"
KEYS = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[FaultyProxy]:
    """A proxy to a real S3 server without a bucket."""
    with s3_server("moto", tmp_path / "s3") as server, proxy_to(server.url) as proxy:
        yield proxy


@pytest.fixture
def environment(forked: dict[str, str], tmp_path: Path) -> FlowEnvironment:
    return FlowEnvironment(tmp_path, "http://127.0.0.1:1", forked)


def run(environment: FlowEnvironment, flow: str, s3: str, bucket: str = "data") -> FlowProcess:
    """A flow that keeps its data in S3, where an absence is tried once a step."""
    variables = {"DATA_URL": f"s3://{bucket}", "AWS_ENDPOINT_URL": s3, "AWS_MAX_ATTEMPTS": "1", **KEYS}
    return environment.start(flow, {}, **variables)


def create_bucket(url: str) -> None:
    options = {"endpoint_url": url, "aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "us-east-1"}
    boto3.client("s3", **options).create_bucket(Bucket="data")


def test_an_s3_that_comes_back_is_waited_for(environment: FlowEnvironment, s3: FaultyProxy) -> None:
    create_bucket(s3.target_url)
    s3.close()
    process = run(environment, ETL, s3.url)
    s3.open_after_refusal()
    assert process.result()[0] == "COMPLETED"
    options = {"endpoint_url": s3.target_url, "key": "k", "secret": "s", "use_listings_cache": False}
    assert DataStore("s3://data", options).current().rows["train"] > 0


def test_an_s3_that_stays_away_is_one_sentence_with_the_cure(environment: FlowEnvironment) -> None:
    assert run(environment, ETL, "http://127.0.0.1:1").result() == (
        "FAILED",
        "S3 at http://127.0.0.1:1 does not answer: start it or correct AWS_ENDPOINT_URL, then run this again.",
    )


def test_a_missing_bucket_is_named_and_not_created(environment: FlowEnvironment, s3: FaultyProxy) -> None:
    create_bucket(s3.target_url)
    assert run(environment, ETL, s3.url, bucket="dta").result() == (
        "FAILED",
        "There is no bucket dta: correct DATA_URL, or create the bucket with versioning, then run this again.",
    )
    assert httpx.head(f"{s3.target_url}/dta").status_code == 404


def test_a_bucket_that_is_not_there_has_no_data_yet(environment: FlowEnvironment, s3: FaultyProxy) -> None:
    assert run(environment, RETRAIN, s3.url, bucket="other").result() == (
        "FAILED",
        "There is no data yet: run `make etl`, then this again.",
    )


@pytest.fixture
def strict(s3: FaultyProxy) -> Iterator[FaultyProxy]:
    """The same server, which from now on checks who asks, and knows nobody."""
    httpx.post(f"{s3.target_url}/moto-api/reset-auth", content=b"0").raise_for_status()
    yield s3
    httpx.post(f"{s3.target_url}/moto-api/reset-auth", content=b"inf").raise_for_status()


def test_wrong_keys_are_one_sentence_with_the_cure(environment: FlowEnvironment, strict: FaultyProxy) -> None:
    cure = (
        "correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or grant them the rights that docs/compose.md lists "
        "(s3:ListBucket, too), then run this again."
    )
    assert run(environment, ETL, strict.url).result() == ("FAILED", f"S3 at {strict.url} refuses the keys: {cure}")


def test_a_full_disk_names_the_file() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "data/train.csv")
    assert isinstance(full, outage_types())
    assert outage_message(full, Settings()).startswith("data/train.csv: No space left on device. See to the rights")


def test_a_fault_of_the_code_is_no_outage() -> None:
    assert not isinstance(AttributeError("x"), outage_types())
