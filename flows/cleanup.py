"""The flow `remove_old_versions`: what nobody needs any more goes. Thin: effects and their order only."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.orchestration.reports import removal_report
from flows.orchestration.tasks import plainly, remote_step
from flows.settings import Settings
from flows.storage.data_store import DataStore
from flows.storage.retention import Keep, needed_data, too_old

if TYPE_CHECKING:
    from flows.storage.retention import Dated
    from flows.tracking.cleanup import Removal


class Removed(NamedTuple):
    """The names of what went, or would go."""

    models: list[str]
    runs: list[str]
    data: list[str]


@flow(name="remove_old_versions", persist_result=False)
@plainly(CurableError)
def remove_old_versions(keep: Keep = Keep(), dry_run: bool = True) -> State[str]:  # noqa: B008 - frozen
    """Remove old versions of the model and of the data, and what old runs stored in MLflow.

    Args:
        keep: what stays: all that is younger than so many days, so many newest versions of each kind, and the
            versions that served last. The champion, the data in use and what they need always stay.
        dry_run: only say what would go.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    removal, now = connect(settings.mlflow_url), datetime.now(UTC)
    models = old_models(removal, keep, now)
    if not dry_run:
        models = [one for one in models if remove_model(removal, one)]
    left = still_registered(removal, models)
    limit = now - timedelta(days=keep.days)
    runs = old_runs(removal, limit, models)
    data = old_data(store, keep, now, left)
    if not dry_run:
        for run in runs:
            empty_run(removal, run)
        data = [one for one in data if remove_data(store, one)]
    removed = Removed(models, runs, data)
    get_run_logger().info("%s", removed)
    create_markdown_artifact(removal_report(removed._asdict(), keep, dry_run), "removal-report", "What was removed")
    return Completed(message=_in_words(removed, dry_run))


def _in_words(removed: Removed, dry_run: bool) -> str:
    verb = "would go" if dry_run else "went"
    return (
        f"{len(removed.models)} versions of the model, what {len(removed.runs)} MLflow runs stored, "
        f"and {len(removed.data)} versions of the data {verb}."
    )


def connect(uri: str) -> "Removal":
    """Imported here, since MLflow takes seconds."""
    from flows.tracking.cleanup import Removal
    from flows.tracking.model_registry import Registry

    return Removal(Registry(uri))


@remote_step("look for old versions of the model")
def old_models(removal: "Removal", keep: Keep, now: datetime) -> list[str]:
    """The numbers of those that may go."""
    return [one.name for one in too_old(removal.versions(), keep, now, removal.needed(keep.champions))]


@remote_step("remove a version of the model")
def remove_model(removal: "Removal", number: str) -> bool:
    """False where it has come to serve in between."""
    return number not in {one.name for one in removal.versions()} or removal.remove_version(number)


@remote_step("look which versions of the model are left")
def still_registered(removal: "Removal", gone: list[str]) -> "list[Dated]":
    """In a dry run, which would be."""
    return [one for one in removal.versions() if one.name not in gone]


@remote_step("look for old runs")
def old_runs(removal: "Removal", before: datetime, gone: list[str]) -> list[str]:
    """The ids of those whose files may go."""
    return [one.name for one in removal.runs(before, gone)]


@remote_step("remove what a run stored")
def empty_run(removal: "Removal", run_id: str) -> None:
    """Its files and models."""
    removal.empty_run(run_id)


@remote_step("look for old versions of the data")
def old_data(store: DataStore, keep: Keep, now: datetime, models: "list[Dated]") -> list[str]:
    """Those that nobody needs, and what was left half written or half removed as long ago."""
    pointer = store.pointer()
    needed = needed_data(models, *((pointer.version, pointer.previous) if pointer else (None, None)))
    old = [one.name for one in too_old(store.ages(), keep, now, needed)]
    return old + [one.name for one in store.leftovers() if one.created_at < now - timedelta(days=keep.days)]


@remote_step("remove a version of the data")
def remove_data(store: DataStore, version: str) -> bool:
    """False where it has come into use in between."""
    return store.remove(version)
