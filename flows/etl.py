"""The flow `etl_proceso_steam_sales`: a source becomes a version of the data. Thin: effects and their order only."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed

from flows.data import DataError, Options, Report, first_faults, prepare, refusal_to_markdown
from flows.errors import CurableError
from flows.orchestration.reports import etl_report
from flows.orchestration.tasks import asked_by, plainly, remote_step
from flows.settings import Settings
from flows.storage.data_store import DataStore, Manifest, Pointer, new_version
from flows.storage.sources import digest, fetch, without_secrets

FILES = ["train.csv", "test.csv", "quarantine.csv", "report.json"]
SHOWN_FAULTS = 50
FIRST_DATA = "steam-sales.data.first-version"


@flow(name="etl_proceso_steam_sales", persist_result=False, validate_parameters=True)
@plainly(CurableError, DataError)
def etl_proceso_steam_sales(
    source: str | None = None,
    options: Options = Options(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    force: bool = False,
) -> State[str]:
    """Read a source, check it, split it 70/30, filter outliers on train and store it as the current version.

    Args:
        source: a local path, an http(s) or an s3 URL; STEAM_SALES_SOURCE if empty.
        options: how the file is read, checked, split and filtered.
        force: make a new version though neither the source nor the options changed.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = fetch_source(source or settings.steam_sales_source, folder, settings.s3_options)
        sha256, asked = digest(local), options.model_dump(mode="json")
        if not force and (same := unchanged(store, sha256, asked)):
            return Completed(message=f"Source and options are those of version {same}: nothing changed.")
        out = folder / "out"
        out.mkdir()
        report = checked(local, out, options)
        manifest = describe(source or settings.steam_sales_source, sha256, asked, out, report)
        pointer = publish(store, out, manifest)
    create_markdown_artifact(etl_report(manifest, report), "etl-report", "What was read, kept and filtered")
    if pointer.previous is None:
        emit_event(FIRST_DATA, resource={"prefect.resource.id": f"steam-sales.data.{manifest.version}"})
    return Completed(
        message=f"Version {manifest.version} is current: {report.train_rows} train and "
        f"{report.test_rows} test rows of {report.rows_read}."
    )


def checked(local: Path, out: Path, options: Options) -> Report:
    """What `prepare` wrote into `out`; a refusal shows the first rows with a fault before it ends the run."""
    try:
        return prepare(local, out, until_today(options), get_run_logger().info)
    except DataError as error:
        refused = refusal_to_markdown(str(error), first_faults(out, SHOWN_FAULTS))
        create_markdown_artifact(refused, "etl-report", "Why the source was refused")
        raise


@remote_step("fetch the source")
def fetch_source(source: str, folder: Path, s3_options: dict[str, object]) -> Path:
    """Bring the source here."""
    return fetch(source, folder, s3_options)


@remote_step("publish train and test together")
def publish(store: DataStore, out: Path, manifest: Manifest) -> Pointer:
    """Store the new version and make it current."""
    return store.publish(out, manifest, asked_by())


@remote_step("look for an equal version")
def unchanged(store: DataStore, sha256: str, options: dict[str, object]) -> str | None:
    """The current version, if this source with these options would give it again."""
    pointer = store.pointer()
    same = pointer is not None and store.manifest(pointer.version).same_input(sha256, options)
    return pointer.version if pointer and same else None


def until_today(options: Options) -> Options:
    """The options with a last day for dates: tomorrow in UTC, so that no time zone's today is refused."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    return options if options.today else options.model_copy(update={"today": tomorrow})


def describe(source: str, sha256: str, options: dict[str, object], out: Path, report: Report) -> Manifest:
    """The manifest of what `prepare` wrote."""
    now = datetime.now(UTC)
    return Manifest(
        version=new_version(sha256, now),
        source=without_secrets(source),
        source_sha256=sha256,
        options=options,
        files={name: digest(out / name) for name in FILES},
        rows={
            "read": report.rows_read,
            "train": report.train_rows,
            "test": report.test_rows,
            "quarantined": report.rows_quarantined,
            "outliers": report.outliers.removed,
        },
        limits=(report.outliers.lower, report.outliers.upper),
        created_at=now,
    )
