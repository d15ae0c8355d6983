"""Versions of the data in a real folder and on a real S3 server."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.storage.data_store import DataStore, Manifest, StorageError, new_version
from flows.storage.sources import digest
from tests.s3_servers import SERVERS, s3_server

CSV = "Date,DayOfWeek,Season,Holiday,Sales\n2024-01-01,1,3,0,{}\n"


@pytest.fixture(params=["file", *SERVERS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataStore]:
    if request.param == "file":
        yield DataStore((tmp_path / "data").as_uri(), {})
        return
    with s3_server(request.param, tmp_path / "s3") as server:
        server.client().create_bucket(Bucket="data")
        keys = {"key": server.user, "secret": server.password}
        yield DataStore("s3://data", {"endpoint_url": server.url, "use_listings_cache": False, **keys})


def publish(store: DataStore, folder: Path, sales: int) -> Manifest:
    out = folder / str(sales)
    out.mkdir()
    (out / "train.csv").write_text(CSV.format(sales))
    (out / "test.csv").write_text(CSV.format(-sales))
    files = {name: digest(out / name) for name in ("train.csv", "test.csv")}
    now = datetime.now(UTC)
    manifest = Manifest(
        version=new_version(f"{sales:08d}", now),
        source="a test",
        source_sha256=str(sales),
        options={},
        files=files,
        rows={"train": 1, "test": 1},
        limits=None,
        created_at=now,
    )
    store.publish(out, manifest, by="a test")
    return manifest


def test_a_new_store_says_what_to_run(store: DataStore) -> None:
    assert store.pointer() is None
    assert store.versions() == []
    with pytest.raises(StorageError, match="make etl"):
        store.current()


def test_train_and_test_are_always_of_one_version(store: DataStore, tmp_path: Path) -> None:
    for sales in (1, 2):
        manifest = publish(store, tmp_path, sales)
        assert store.current() == manifest
        train, test = (store.frame(manifest.version, name)["Sales"].item() for name in ("train.csv", "test.csv"))
        assert (train, test) == (sales, -sales)


def test_an_earlier_version_comes_back_with_a_record(store: DataStore, tmp_path: Path) -> None:
    first, second = publish(store, tmp_path, 1), publish(store, tmp_path, 2)
    assert store.versions() == sorted([first.version, second.version])
    pointer = store.switch(first.version, by="somebody")
    assert (pointer.version, pointer.previous, pointer.switched_by) == (first.version, second.version, "somebody")
    assert store.current() == first


def test_an_unknown_version_is_refused_and_changes_nothing(store: DataStore, tmp_path: Path) -> None:
    manifest = publish(store, tmp_path, 1)
    with pytest.raises(StorageError, match=manifest.version):
        store.switch("19990101", by="somebody")
    assert store.current() == manifest


def test_a_version_cut_off_in_the_middle_is_never_current(store: DataStore, tmp_path: Path) -> None:
    first = publish(store, tmp_path, 1)
    broken = first.model_copy(update={"version": "29990101T000000Z-broken", "files": {"train.csv": "", "gone.csv": ""}})
    with pytest.raises(FileNotFoundError):
        store.publish(tmp_path / "1", broken, by="a test")
    assert store.current() == first
    assert store.versions() == [first.version]


def test_a_publish_tried_again_remembers_the_version_before(store: DataStore, tmp_path: Path) -> None:
    first, second = publish(store, tmp_path, 1), publish(store, tmp_path, 2)
    again = store.publish(tmp_path / "2", second, by="a retry")
    assert (again.version, again.previous, again.switched_by) == (second.version, first.version, "a test")


def test_the_first_publish_tried_again_is_still_the_first(store: DataStore, tmp_path: Path) -> None:
    first = publish(store, tmp_path, 1)
    assert store.publish(tmp_path / "1", first, by="a retry").previous is None


def test_a_removed_version_leaves_nothing(store: DataStore, tmp_path: Path) -> None:
    first, second = publish(store, tmp_path, 1), publish(store, tmp_path, 2)
    assert not store.remove(second.version)
    assert store.current() == second
    assert store.remove(first.version)
    assert (store.versions(), store.leftovers()) == ([second.version], [])
    with pytest.raises(StorageError, match="no version"):
        store.switch(first.version, by="somebody")


def test_a_manifest_that_cannot_be_read_hides_no_other_version(store: DataStore, tmp_path: Path) -> None:
    first, second = publish(store, tmp_path, 1), publish(store, tmp_path, 2)
    store._write_text(store._path(first.version, "manifest.json"), "{")
    assert store.versions() == [second.version]
    assert [found.name for found in store.leftovers()] == [first.version]


ALLOWED = {"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}


@pytest.fixture
def limited_store(tmp_path: Path) -> Iterator[tuple[DataStore, Callable[[list[str]], None]]]:
    """A store whose user may do everything on a real S3 server, and a function that takes rights from the user."""
    import boto3
    import httpx
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    iam = boto3.client("iam", "us-east-1", endpoint_url=url, aws_access_key_id="k", aws_secret_access_key="s")
    iam.create_user(UserName="etl")
    key = iam.create_access_key(UserName="etl")["AccessKey"]

    def deny(actions: list[str]) -> None:
        httpx.post(f"{url}/moto-api/reset-auth", content=b"inf").raise_for_status()
        denied = [{"Effect": "Deny", "Action": actions, "Resource": "*"}] if actions else []
        policy = json.dumps({"Version": "2012-10-17", "Statement": [ALLOWED, *denied]})
        iam.put_user_policy(UserName="etl", PolicyName="data", PolicyDocument=policy)
        httpx.post(f"{url}/moto-api/reset-auth", content=b"0").raise_for_status()

    deny([])
    options = {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"], "endpoint_url": url}
    bucket = f"data-{tmp_path.name.replace('_', '-').lower()}"
    boto3.client(
        "s3", "us-east-1", endpoint_url=url, aws_access_key_id=options["key"], aws_secret_access_key=options["secret"]
    ).create_bucket(Bucket=bucket)
    store = DataStore(f"s3://{bucket}", options | {"use_listings_cache": False})
    yield store, deny
    httpx.post(f"{url}/moto-api/reset-auth", content=b"inf").raise_for_status()
    server.stop()


def test_a_server_that_refuses_to_delete_is_named_and_the_version_stays_whole(
    limited_store: tuple[DataStore, Callable[[list[str]], None]], tmp_path: Path
) -> None:
    store, deny = limited_store
    first, second = publish(store, tmp_path, 1), publish(store, tmp_path, 2)
    deny(["s3:DeleteObject"])
    with pytest.raises(StorageError, match=r"refuses to delete 3 files .*manifest.json, test.csv, train.csv.*right"):
        store.remove(first.version)
    assert store.versions() == sorted([first.version, second.version])
    assert store.switch(first.version, by="somebody").version == first.version
    deny([])
    assert store.remove(second.version)
    assert store.versions() == [first.version]
