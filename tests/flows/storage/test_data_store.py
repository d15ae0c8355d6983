"""Versions of the data in a real folder and on a real S3 server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.storage.data_store import DataStore, Manifest, StorageError, new_version
from flows.storage.sources import digest

CSV = "Date,DayOfWeek,Season,Holiday,Sales\n2024-01-01,1,3,0,{}\n"


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataStore]:
    if request.param == "file":
        yield DataStore((tmp_path / "data").as_uri(), {})
        return
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"endpoint_url": f"http://{host}:{port}", "key": "k", "secret": "s", "use_listings_cache": False}
    yield DataStore(f"s3://data-{tmp_path.name.replace('_', '-').lower()}", options)
    server.stop()


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
