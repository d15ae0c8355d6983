"""`python -m flows.worker`: prepares the Prefect server, then starts itself anew, free of what deploying loads."""

import asyncio
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flows.settings import Settings

logger = logging.getLogger("flows.worker")
DEFAULTS = {
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    # a step is tried again by Prefect, where it shows, through a minute of a server's absence
    "PREFECT_TASKS_DEFAULT_RETRIES": "5",
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "2,4,8,16,32",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    # a dead process is noticed by its silence
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
PATIENCE_SECONDS = 0.2


async def prepare(settings: Settings) -> None:
    """Wait for the server, make what the deployments need, clear what a dead worker left."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import provisioning, stale_runs

    async with get_client() as client:
        while await client.api_healthcheck() is not None:  # noqa: ASYNC110 - another process has no event to set
            await asyncio.sleep(PATIENCE_SECONDS)
        await provisioning.make_pools(client, settings.steam_sales_job_template, DEFAULTS)
        await provisioning.watch_heartbeats(client, timedelta(seconds=settings.steam_sales_silence_seconds))
        # a run that is a Job lives on without this worker
        swept = 0 if settings.steam_sales_job_template else await stale_runs.sweep(client)
    logger.info("The Prefect server is ready; %d stale runs were called Crashed.", swept)


def deploy() -> None:
    """Run `prefect deploy --all` in this process. SystemExit when it fails."""
    from prefect.cli import app

    from flows.orchestration.provisioning import FILE

    with _arguments("prefect", "deploy", "--all", "--prefect-file", str(FILE)):
        try:
            app()
        except SystemExit as stop:
            if stop.code:
                raise


async def ask_for_first_runs(settings: Settings) -> str:
    """Ask for what a new home needs, data and then a model; give the pool that the deployments name."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import provisioning
    from flows.storage.data_store import DataStore

    async with get_client() as client:
        await provisioning.first_runs(
            client, DataStore(settings.data_store_url, settings.s3_options), settings.steam_sales_split
        )
    (pool,) = provisioning.pools()
    return pool


async def work(pool: str, *, jobs: bool) -> None:
    """Run whatever is asked for in a pool, as processes of this one or as Jobs of Kubernetes."""
    from flows.orchestration import stale_runs

    name = stale_runs.name(os.getpid())
    if jobs:
        from prefect_kubernetes import KubernetesWorker

        await KubernetesWorker(work_pool_name=pool, name=name).start(printer=logger.info)
    else:
        from prefect.workers.process import ProcessWorker

        later = asyncio.create_task(stale_runs.sweep_later())
        try:
            await ProcessWorker(work_pool_name=pool, name=name).start(printer=logger.info)
        finally:
            later.cancel()


@contextmanager
def _arguments(*words: str) -> Iterator[None]:
    before, sys.argv = sys.argv, list(words)
    try:
        yield
    finally:
        sys.argv = before


def main() -> None:
    """Prepare, deploy, then work until told to stop; with the name of a pool, work in it at once."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings.read()
    os.environ.update(settings.prefect_environment | {k: os.environ.get(k, v) for k, v in DEFAULTS.items()})
    if len(sys.argv) > 1:
        asyncio.run(work(sys.argv[1], jobs=settings.steam_sales_job_template is not None))
        return
    asyncio.run(prepare(settings))
    deploy()
    pool = asyncio.run(ask_for_first_runs(settings))
    # the same process id, without the 60 MB that deploying has loaded
    os.execv(sys.executable, [sys.executable, "-m", "flows.worker", pool])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
