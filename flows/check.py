"""The flow `check_sales_data`: what the ETL would make of a table. Publishes nothing. Only effects and their order."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.data import Options
from flows.data.checking import DataCheck, check_table
from flows.errors import CurableError
from flows.orchestration.data_artifacts import write_check
from flows.orchestration.etl_request import etl_request
from flows.orchestration.source_tasks import current_version, earlier_version, fetch_source, until_today
from flows.orchestration.tasks import fail_with_message
from flows.settings import Settings
from flows.storage.data_store import DataStore


@flow(name="check_sales_data", persist_result=False, validate_parameters=True)
@fail_with_message(CurableError)
def check_sales_data(
    source: str | None = None,
    options: Options = Options(),  # noqa: B008 - frozen, and Prefect shows its fields as the form
    force: bool = False,
) -> State[str]:
    """Read a source as `etl_proceso_steam_sales` does, and say how it is understood. Nothing is stored as data.

    A table that the ETL would refuse ends the run as Completed: the artifact `data-check` says why.

    Args:
        source: as of `etl_proceso_steam_sales`; the source of the current version if empty.
        options: how the file is read, checked, split and filtered; those of the current version if source is empty.
        force: accept a table that has lost days of the current version.
    """
    settings = Settings()
    store = DataStore(settings.data_store_url, settings.s3_options)
    current = current_version(store)
    wanted = etl_request(source, options, current, settings.steam_sales_source)
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = fetch_source(wanted.source, folder, settings)
        out = folder / "out"
        out.mkdir()
        earlier = earlier_version(store, current, wanted, force)
        check = check_table(local, out, until_today(wanted.options, now), get_run_logger().info, earlier, now)
    write_check(check)
    return Completed(message=_summary(check))


def _summary(check: DataCheck) -> str:
    if check.report is None:
        return check.refusal
    report = check.report
    return f"{report.days:,} days from {report.first_date} to {report.last_date}, {len(report.warnings)} warnings."
