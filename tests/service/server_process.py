"""Starts the API as an operator does: as a process of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from service.model_loading import disk_cache
from tests.service.conftest import answers, champion, free_port, process, until


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[tuple[str, psutil.Process]]:
    """A running API with a champion on disk: its address and its process."""
    disk_cache.save(home / "api", champion())
    port = free_port()
    down = {"MLFLOW_PORT": str(free_port()), "PREFECT_PORT": str(free_port())}
    environment = {"STEAM_SALES_HOME": str(home), "API_PORT": str(port), **down}
    with process("-m", "service", **environment, **settings) as running:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/health/ready"), 60)
        yield url, psutil.Process(running.pid)
