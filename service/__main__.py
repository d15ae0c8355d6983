"""Starts the API: `python -m service`; makes an API key: `python -m service key`."""

import logging
import os
import shutil
import signal
import sys
from multiprocessing import parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import uvicorn
from litestar import Litestar
from pydantic import ValidationError

from service.app import create_app
from service.cli import make_key
from service.middleware.protocol import timeout_protocol
from service.settings import Settings
from service.telemetry.metrics import SHARED_METRICS
from service.telemetry.trace_context import TraceFilter


def main() -> None:
    """Serve until told to stop."""
    settings = _settings()
    _log_in_lines()
    if settings.api_workers == 1:
        _run(create_app(settings), settings)
        return
    # Where the processes count together: prometheus_client looks for it when it is first imported in each of them.
    with TemporaryDirectory(prefix="steam-sales-api-") as folder:
        os.environ[SHARED_METRICS] = folder
        _run("service.__main__:worker", settings)


def worker() -> Litestar:
    """The application in one of several processes."""
    _log_in_lines()
    shared = Path(os.environ[SHARED_METRICS])
    Thread(target=_leave_with_the_parent, args=[shared], daemon=True).start()
    return create_app(_settings(), shared)


def _leave_with_the_parent(shared: Path) -> None:
    """Workers of a parent that was killed would hold the port against the next start, and nobody would stop them."""
    if parent := parent_process():
        parent.join()
        shutil.rmtree(shared, ignore_errors=True)
        os.kill(os.getpid(), signal.SIGTERM)


def _log_in_lines() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s:%(trace)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(TraceFilter())
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _run(app: Litestar | str, settings: Settings) -> None:
    uvicorn.run(
        app,
        factory=isinstance(app, str),
        workers=settings.api_workers,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http=timeout_protocol(settings.api_patience_seconds),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # uvicorn would believe whoever asks from this machine: see `ProxyHeaders`
        timeout_graceful_shutdown=10,
        # A machine that stood still for some seconds is no reason to kill a process that goes on with it.
        timeout_worker_healthcheck=30,
    )


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    if sys.argv[1:2] == ["key"]:
        sys.stdout.write(make_key(sys.argv[2:]))
    else:
        main()
