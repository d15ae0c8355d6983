"""The flow `etl_proceso_steam_sales`: a source becomes a version of the data. Thin: effects and their order only."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed

from flows.data import DataError, Options, Report, first_faults, prepare, refusal_to_markdown
from flows.data.continuity import EarlierVersion
from flows.errors import CurableError
from flows.orchestration.data_artifacts import write_versions
from flows.orchestration.etl_request import EtlRequest, etl_request
from flows.orchestration.reports import etl_report
from flows.orchestration.source_tasks import current_version, earlier_version, fetch_source, until_today
from flows.orchestration.tasks import fail_with_message, remote_task, requester
from flows.settings import Settings
from flows.storage.data_store import DataStore, Manifest, Pointer, new_version
from flows.storage.sources import digest, without_secrets

FILES = ["train.csv", "test.csv", "days.csv", "quarantine.csv", "report.json"]
SHOWN_FAULTS = 50
FIRST_DATA = "steam-sales.data.first-version"
NEW_DATA = "steam-sales.data.new-version"


@flow(name="etl_proceso_steam_sales", persist_result=False, validate_parameters=True)
@fail_with_message(CurableError, DataError)
def etl_proceso_steam_sales(
    source: str | None = None,
    options: Options = Options(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    force: bool = False,
) -> State[str]:
    """Read a source, check it, split it 70/30, filter outliers on train and store it as the current version.

    Args:
        source: a path, an http(s) or s3 URL, secret:NAME or upload:ID/NAME; that of the current version if empty.
        options: how the file is read, checked, split and filtered; those of the current version if source is empty.
        force: make a new version though nothing changed, or though it has lost days of the current one.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    current = current_version(store)
    wanted = etl_request(source, options, current, settings.steam_sales_source)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = fetch_source(wanted.source, folder, settings)
        sha256 = digest(local)
        if not force and current and current.same_input(sha256, wanted.options.model_dump(mode="json")):
            note_read(store, current.version)
            write_versions(store)
            same = f"Source and options are those of version {current.version}: nothing changed."
            return Completed(message=f"{same} Source: {current.source}.")
        out = folder / "out"
        out.mkdir()
        report = checked(local, out, wanted.options, earlier_version(store, current, wanted, force))
        manifest = describe(wanted, sha256, out, report)
        pointer = publish(store, out, manifest)
    write_versions(store)
    create_markdown_artifact(etl_report(manifest, report), "etl-report", "What was read, kept and filtered")
    event = NEW_DATA if pointer.previous else FIRST_DATA
    emit_event(event, resource={"prefect.resource.id": f"steam-sales.data.{manifest.version}"})
    return Completed(
        message=f"Version {manifest.version} is current: {report.train_rows} train and "
        f"{report.test_rows} test rows of {report.rows_read}. Source: {manifest.source}."
    )


def checked(local: Path, out: Path, options: Options, earlier: EarlierVersion | None) -> Report:
    """Prepare the source; if it is refused, show the first rows with a fault before the run ends."""
    now = datetime.now(UTC)
    try:
        return prepare(local, out, until_today(options, now), get_run_logger().info, earlier, now)
    except DataError as error:
        refused = refusal_to_markdown(str(error), first_faults(out, SHOWN_FAULTS))
        create_markdown_artifact(refused, "etl-report", "Why the source was refused")
        raise


@remote_task("publish train and test together")
def publish(store: DataStore, out: Path, manifest: Manifest) -> Pointer:
    """Store the new version and make it current."""
    return store.publish(out, manifest, requester())


@remote_task("note that the source was read")
def note_read(store: DataStore, version: str) -> None:
    """Write down when the source was read last."""
    store.note_read(version, datetime.now(UTC))


def describe(wanted: EtlRequest, sha256: str, out: Path, report: Report) -> Manifest:
    """Return the manifest of what `prepare` wrote."""
    now, limits = datetime.now(UTC), report.outliers.limits
    shown = without_secrets(wanted.source)
    return Manifest(
        version=new_version(sha256, now),
        source=shown,
        source_sha256=sha256,
        source_has_secret=shown != wanted.source,
        options=wanted.options.model_dump(mode="json"),
        files={name: digest(out / name) for name in FILES},
        rows={
            "read": report.rows_read,
            "train": report.train_rows,
            "test": report.test_rows,
            "quarantined": report.rows_quarantined,
            "outliers": report.outliers.removed,
        },
        limits=(limits.lower, limits.upper) if limits else None,
        created_at=now,
        read_at=now,
        calendar=report.calendar,
        days=(date.fromisoformat(report.first_date), date.fromisoformat(report.last_date)),
    )
