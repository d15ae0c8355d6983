"""The flow `remove_old_versions`: deletes what nobody needs any more. Only effects and their order."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errors import CurableError
from flows.orchestration.data_artifacts import write_versions
from flows.orchestration.reports import cleanup_report
from flows.orchestration.tasks import fail_with_message, remote_task
from flows.settings import Settings
from flows.storage.data_store import DataStore
from flows.storage.retention import Keep, needed_data, too_old

if TYPE_CHECKING:
    from flows.storage.retention import Dated
    from flows.tracking.cleanup import Cleanup


class Deletions(NamedTuple):
    """The names of what was deleted, or would be."""

    models: list[str]
    runs: list[str]
    data: list[str]


@flow(name="remove_old_versions", persist_result=False)
@fail_with_message(CurableError)
def remove_old_versions(keep: Keep = Keep(), dry_run: bool = True) -> State[str]:  # noqa: B008 - frozen
    """Remove old versions of the model and of the data, and the files of old MLflow runs.

    Args:
        keep: what stays: everything younger than `days`, the newest `versions` of each kind and the last `champions`.
            The champion, the current data and what they need always stay.
        dry_run: only report what would be removed.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    cleanup, now = connect(settings.mlflow_url), datetime.now(UTC)
    models = find_old_models(cleanup, keep, now)
    if not dry_run:
        models = [number for number in models if delete_model(cleanup, number)]
    remaining = remaining_models(cleanup, models)
    limit = now - timedelta(days=keep.days)
    runs = find_old_runs(cleanup, limit, models)
    data = find_old_data(store, keep, now, remaining)
    if not dry_run:
        for run in runs:
            delete_run_files(cleanup, run)
        data = [version for version in data if delete_data(store, version)]
        write_versions(store)
    deletions = Deletions(models, runs, data)
    get_run_logger().info("%s", deletions)
    create_markdown_artifact(cleanup_report(deletions._asdict(), keep, dry_run), "removal-report", "What was removed")
    return Completed(message=_summary(deletions, dry_run))


def _summary(deletions: Deletions, dry_run: bool) -> str:
    verb = "would be removed" if dry_run else "were removed"
    return (
        f"{len(deletions.models)} versions of the model, the files of {len(deletions.runs)} MLflow runs "
        f"and {len(deletions.data)} versions of the data {verb}."
    )


def connect(uri: str) -> "Cleanup":
    """Connect to MLflow. Imported here, since importing MLflow takes seconds."""
    from flows.tracking.cleanup import Cleanup
    from flows.tracking.model_registry import ModelRegistry

    return Cleanup(ModelRegistry(uri))


@remote_task("look for old versions of the model")
def find_old_models(cleanup: "Cleanup", keep: Keep, now: datetime) -> list[str]:
    """Return the numbers of the versions that may be deleted."""
    needed = cleanup.protected_versions(keep.champions)
    return [version.name for version in too_old(cleanup.versions(), keep, now, needed)]


@remote_task("remove a version of the model")
def delete_model(cleanup: "Cleanup", number: str) -> bool:
    """Delete a version. Return False if it has become the champion in between."""
    return number not in {version.name for version in cleanup.versions()} or cleanup.delete_version(number)


@remote_task("look which versions of the model are left")
def remaining_models(cleanup: "Cleanup", deleted: list[str]) -> "list[Dated]":
    """Return the versions that remain, or would remain after a dry run."""
    return [version for version in cleanup.versions() if version.name not in deleted]


@remote_task("look for old runs")
def find_old_runs(cleanup: "Cleanup", before: datetime, deleted: list[str]) -> list[str]:
    """Return the ids of the runs whose files may be deleted."""
    return [run.name for run in cleanup.old_runs(before, deleted)]


@remote_task("remove what a run stored")
def delete_run_files(cleanup: "Cleanup", run_id: str) -> None:
    """Delete the files and models of a run."""
    cleanup.delete_run_files(run_id)


@remote_task("look for old versions of the data")
def find_old_data(store: DataStore, keep: Keep, now: datetime, models: "list[Dated]") -> list[str]:
    """Return the data versions that nobody needs, and old versions left half written or half deleted."""
    pointer = store.pointer()
    needed = needed_data(models, *((pointer.version, pointer.previous) if pointer else (None, None)))
    limit = now - timedelta(days=keep.days)
    old = [version.name for version in too_old(store.ages(), keep, now, needed)]
    return old + [version.name for version in store.leftovers() if version.created_at < limit]


@remote_task("remove a version of the data")
def delete_data(store: DataStore, version: str) -> bool:
    """Delete a data version. Return False if it has become the current one in between."""
    return store.remove(version)
