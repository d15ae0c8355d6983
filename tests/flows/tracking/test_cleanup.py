"""Old versions and runs leave a real MLflow server and a real store; what serves, or comes to serve, stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from flows.storage.data_store import StorageError
from flows.storage.retention import Dated, Keep, needed_data, too_old
from flows.tracking.cleanup import Cleanup
from flows.tracking.decisions import MODEL_NAME
from flows.tracking.errors import RegistryError
from flows.tracking.model_registry import REMOVAL_TAG, ModelRegistry
from flows.tracking.versions import ALIAS
from flows.training.train import TrainingResult
from tests.flows.flow_environment import FlowEnvironment
from tests.flows.mlflow_home import Home, decision
from tests.flows.proxy import proxy_to

REMOVE = "flows.cleanup:remove_old_versions"
DAYS = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ages", "needed", "gone"),
    [
        ([], set[str](), []),
        ([1, 2, 3], set[str](), []),
        ([95, 94, 93, 92], set[str](), ["95", "94"]),
        ([95, 94, 1, 0], set[str](), ["95", "94"]),
        ([95, 94, 89, 0], {"95"}, ["94"]),
        ([90, 89, 1, 0], set[str](), []),
    ],
)
def test_what_may_go_is_old_and_not_among_the_newest_and_not_needed(
    ages: list[int], needed: set[str], gone: list[str]
) -> None:
    found = [Dated(f"{days}", NOW - timedelta(days=days)) for days in ages]
    keep = Keep(days=90, versions=2)
    assert [one.name for one in too_old(reversed(found), keep, NOW, needed)] == gone


def test_data_is_needed_while_it_is_in_use_or_a_model_learned_from_it() -> None:
    assert needed_data([Dated("3", NOW, "a"), Dated("4", NOW)], "b", None) == {"a", "b"}


def test_old_versions_go_for_good_and_what_they_need_goes_with_them(
    home: Home, trained: TrainingResult, forked: dict[str, str]
) -> None:
    environment, models = FlowEnvironment(home.folder, home.registry.uri, forked), []
    data = [home.data() for _ in range(4)]
    for version in data[:3]:
        home.store.switch(version, by="a test")
        models.append(home.model(trained))
    killed = home.run()
    half = home.folder / "data" / "versions" / "20200101T000000Z-half-written"
    half.mkdir()
    (half / "train.csv").write_text("Date")
    home.store.switch(data[3], by="a test")
    home.age()

    keep = {"days": 90, "versions": 1, "champions": 2}
    kind, message = environment.start(REMOVE, {"keep": keep}).result()
    assert (kind, message) == (
        "COMPLETED",
        "1 versions of the model, the files of 2 MLflow runs and 2 versions of the data would be removed.",
    )
    assert home.versions() == ["1", "2", "3"]

    kind, message = environment.start(REMOVE, {"keep": keep, "dry_run": False}).result()
    assert kind == "COMPLETED", message
    assert "were removed" in message
    assert home.versions() == ["2", "3"]
    assert home.store.versions() == sorted(data[1:])
    assert not half.exists()
    assert home.registry.champion() == home.registry.get("3")
    stored = list((home.folder / "mlflow" / "artifacts").rglob("model.skops"))
    assert len(stored) == 2
    runs = {path.parts[-3] for path in (home.folder / "mlflow" / "artifacts").rglob("*.*") if "plots" in path.parts}
    assert not {models[0].run_id, killed} & runs
    # the decision is on record still, and a run that led to none is deleted
    assert [one.version for one in home.registry.decisions()] == ["3", "2", "1"]
    assert home.client.get_run(killed).info.lifecycle_stage == "deleted"

    kind, message = environment.start(REMOVE, {"keep": keep, "dry_run": False}).result()
    assert message.startswith("0 versions of the model, the files of 0 MLflow runs and 0 versions of the data")


def between(home: Home, path: str, call: Callable[[], object]) -> Iterator[ModelRegistry]:
    """A registry behind a proxy; after the first write to `path`, somebody else acts."""
    with proxy_to(home.registry.uri) as proxy:
        calls = [call]

        def look(written: str, _body: bytes) -> None:
            if written.endswith(path) and calls:
                calls.pop()()

        proxy.after_a_write = look
        yield ModelRegistry(proxy.url)


def test_a_version_that_comes_to_serve_while_it_is_being_removed_stays(home: Home, trained: TrainingResult) -> None:
    old, champion = home.model(trained), home.model(trained)
    back = decision(old.version, champion.version)
    for registry in between(home, "model-versions/set-tag", lambda: home.client.set_registered_model_alias(
        MODEL_NAME, ALIAS, old.version
    )):  # fmt: skip
        assert not Cleanup(registry).delete_version(old.version)
    assert home.registry.champion() == home.registry.get(old.version)
    assert REMOVAL_TAG not in home.client.get_model_version(MODEL_NAME, old.version).tags
    assert home.registry.apply_decision(decision(champion.version, old.version), champion.run_id)
    assert home.registry.apply_decision(back, old.run_id)


def test_a_version_that_is_removed_while_it_comes_to_serve_leaves_who_served(
    home: Home, trained: TrainingResult
) -> None:
    old, champion = home.model(trained), home.model(trained)
    back = decision(old.version, champion.version)
    for registry in between(home, "registered-models/alias", lambda: home.client.delete_model_version(
        MODEL_NAME, old.version
    )):  # fmt: skip
        with pytest.raises(RegistryError, match="being removed"):
            registry.apply_decision(back, old.run_id)
    serving = home.registry.champion()
    assert serving
    assert serving.version == champion.version
    assert home.registry.decisions()[0].progress == "not carried out"


def test_who_served_does_so_again_where_the_alias_went_with_the_version(home: Home, trained: TrainingResult) -> None:
    old, champion = home.model(trained), home.model(trained)
    with proxy_to(home.registry.uri) as proxy:
        cleanup = Cleanup(ModelRegistry(proxy.url))
        # the version is marked and the alias was read; then a rollback chooses it
        home.client.set_registered_model_alias(MODEL_NAME, ALIAS, champion.version)
        proxy.after_a_write = lambda path, _body: (
            home.client.delete_registered_model_alias(MODEL_NAME, ALIAS)
            if path.endswith("model-versions/delete")
            else None
        )
        assert cleanup.delete_version(old.version)
    serving = home.registry.champion()
    assert serving
    assert serving.version == champion.version


def test_data_that_is_switched_to_while_it_is_removed_is_not_current(home: Home) -> None:
    old, current = home.data(), home.data()
    assert not home.store.remove(current)
    assert home.store.current().version == current
    # the switch has read the manifest; then it is removed; then the switch looks again
    pointer = home.store.pointer()
    manifest = home.folder / "data" / "versions" / old / "manifest.json"
    text = manifest.read_text()
    manifest.unlink()
    with pytest.raises(StorageError, match="no version"):
        home.store.switch(old, by="a test")
    assert home.store.pointer() == pointer
    manifest.write_text(text)
    assert home.store.remove(old)
    assert old not in home.store.versions()
