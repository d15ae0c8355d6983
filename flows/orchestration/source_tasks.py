"""The tasks that a load and a check of the data share: the source, and the version that it is compared with."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from flows.data import Options
from flows.data.continuity import EarlierVersion
from flows.orchestration.etl_request import EtlRequest
from flows.orchestration.secrets import with_secret
from flows.orchestration.tasks import remote_task
from flows.settings import Settings
from flows.storage.data_store import DataStore, Manifest, StorageError
from flows.storage.sources import fetch, without_secrets
from flows.storage.uploads import UploadServer, fetch_upload, is_upload


@remote_task("look at the current version")
def current_version(store: DataStore) -> Manifest | None:
    """Return the manifest of the version in use, None before the first ETL."""
    return store.current() if store.pointer() else None


@remote_task("fetch the source")
def fetch_source(source: str, folder: Path, settings: Settings) -> Path:
    """Bring the source here."""
    if is_upload(source):
        return fetch_upload(source, folder, UploadServer(f"{settings.api_url}", settings.api_login))
    return fetch(with_secret(source), folder, settings.s3_options)


@remote_task("read the days of the current version")
def earlier_version(
    store: DataStore, current: Manifest | None, wanted: EtlRequest, force: bool
) -> EarlierVersion | None:
    """Return the days that the new version is compared with; None before the first ETL, or if its files are gone."""
    if current is None:
        return None
    try:
        days = _days_of(store, current)
    except StorageError:
        return None
    same_source = without_secrets(wanted.source) == current.source
    return EarlierVersion(current.version, days, same_source, force)


def _days_of(store: DataStore, current: Manifest) -> pl.DataFrame:
    """A version of an earlier release has no days.csv, and no outliers in its train."""
    names = ["days.csv"] if "days.csv" in current.files else ["train.csv", "test.csv"]
    frames = [store.frame(current.version, name).select("Date", pl.col("Sales").cast(pl.Float64)) for name in names]
    return pl.concat(frames).group_by("Date").agg(pl.col("Sales").sum()).sort("Date")


def until_today(options: Options, now: datetime) -> Options:
    """Return the options with a last day for dates: tomorrow in UTC, so that no time zone's today is refused."""
    tomorrow = (now + timedelta(days=1)).date()
    return options if options.today else options.model_copy(update={"today": tomorrow})
