"""`python -m flows.worker`: prepares the Prefect server, deploys, then replaces itself by a lean worker process."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.settings import Settings

if TYPE_CHECKING:
    from flows.orchestration.job_cancellation import AnyWorker

logger = logging.getLogger("flows.worker")
RUN_DEFAULTS = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    # Prefect retries a task, visibly, while a server is away for up to a minute; the delays are in tasks.py
    "PREFECT_TASKS_DEFAULT_RETRIES": "5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    # a run without heartbeats is set to Crashed
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
POLL_SECONDS = 0.2


async def prepare(settings: Settings) -> None:
    """Wait for the server, create what the deployments need, and sweep the runs of dead workers."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import provisioning, stale_runs

    async with get_client() as client:
        while await client.api_healthcheck() is not None:  # noqa: ASYNC110 - another process has no event to set
            await asyncio.sleep(POLL_SECONDS)
        await provisioning.create_work_pools(client, settings.steam_sales_job_template, RUN_DEFAULTS)
        await provisioning.ensure_heartbeat_automation(client, timedelta(seconds=settings.steam_sales_silence_seconds))
        # a Kubernetes Job survives its worker
        swept = 0 if settings.steam_sales_job_template else await stale_runs.sweep(client)
    logger.info("The Prefect server is ready; %d stale runs were set to Crashed.", swept)


def deploy() -> None:
    """Run `prefect deploy --all` in this process. Raises SystemExit if it fails."""
    from prefect.cli import app

    from flows.orchestration.provisioning import DEPLOYMENTS_FILE

    with _command_line("prefect", "deploy", "--all", "--prefect-file", str(DEPLOYMENTS_FILE)):
        try:
            app()
        except SystemExit as stop:
            if stop.code:
                raise


async def request_first_runs(settings: Settings) -> str:
    """Request the first ETL or training of a new home; return the work pool of the deployments."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import provisioning
    from flows.storage.data_store import DataStore

    async with get_client() as client:
        await provisioning.request_first_runs(
            client, DataStore(settings.data_store_url, settings.s3_options), settings.steam_sales_split
        )
    (pool,) = provisioning.work_pools()
    return pool


async def work(pool: str, *, jobs: bool) -> None:
    """Run whatever is due in a pool, as processes on this machine or as Jobs of Kubernetes, until this is cancelled."""
    from flows.orchestration import job_cancellation, stale_runs

    name = stale_runs.worker_name(os.getpid())
    worker: AnyWorker
    if jobs:
        from prefect_kubernetes import KubernetesWorker

        worker = KubernetesWorker(work_pool_name=pool, name=name)
        beside = asyncio.create_task(job_cancellation.cancel_until_stopped(worker, pool))
    else:
        from prefect.workers.process import ProcessWorker

        worker = ProcessWorker(work_pool_name=pool, name=name)
        beside = asyncio.create_task(stale_runs.sweep_while_working())
    try:
        await worker.start(printer=logger.info)
    finally:
        beside.cancel()


@contextmanager
def _command_line(*arguments: str) -> Iterator[None]:
    original, sys.argv = sys.argv, list(arguments)
    try:
        yield
    finally:
        sys.argv = original


def main() -> None:
    """Prepare and deploy, then work until stopped. With a pool name as argument, only work."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings.read()
    os.environ.update(settings.prefect_environment | {k: os.environ.get(k, v) for k, v in RUN_DEFAULTS.items()})
    if len(sys.argv) > 1:
        asyncio.run(work(sys.argv[1], jobs=settings.steam_sales_job_template is not None))
        return
    asyncio.run(prepare(settings))
    deploy()
    pool = asyncio.run(request_first_runs(settings))
    # exec keeps the process id and frees the 60 MB that deploying has loaded
    os.execv(sys.executable, [sys.executable, "-m", "flows.worker", pool])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
