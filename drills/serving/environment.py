"""The folder and servers that all drills share; they are removed when the block ends."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from drills.processes import wait_until
from drills.servers.api import Api
from drills.servers.mlflow import Mlflow
from drills.servers.postgres import Cluster, binaries

VERSIONS = 3
_CHAMPION_FILE = Path("api", "champion.json")
WORKERS = 2


@dataclass(frozen=True)
class Environment:
    """A temporary folder, MLflow, PostgreSQL if it is installed, and the options of the command line."""

    folder: Path
    mlflow: Mlflow
    cluster: Cluster | None
    rounds: int
    connections: int

    @asynccontextmanager
    async def api(
        self, name: str, settings: Mapping[str, str] = MappingProxyType({}), home: Path | None = None
    ) -> AsyncIterator[Api]:
        """Run an API, on SQLite in a folder of its own unless the settings name another database."""
        own = {"MLFLOW_TRACKING_URI": self.mlflow.url}
        api = Api(home or self.folder / name, own | dict(settings))
        self._copy_champion(api.home)
        async with api.supervised():
            yield api

    def _copy_champion(self, home: Path) -> None:
        """Give a new API the cached model of an earlier one, so that each of its processes starts with a model."""
        cached = self.folder / "first" / _CHAMPION_FILE
        if cached.exists():
            (home / _CHAMPION_FILE).parent.mkdir(parents=True)
            shutil.copy(cached, home / _CHAMPION_FILE)


def multi_process_settings(url: str) -> dict[str, str]:
    """Return the settings of an API with several processes on PostgreSQL."""
    return {"API_DATABASE_URL": url, "API_WORKERS": str(WORKERS)}


@asynccontextmanager
async def drill_environment(rounds: int, connections: int) -> AsyncIterator[Environment]:
    """Start the servers, register a champion in MLflow, and stop everything when the block ends."""
    async with AsyncExitStack() as stack:
        folder = _make_world_readable(Path(stack.enter_context(TemporaryDirectory(prefix="steam-sales-drill-"))))
        mlflow = Mlflow(folder)
        stack.callback(mlflow.stop)
        await mlflow.start()
        mlflow.train(VERSIONS)
        cluster = await _start_cluster(folder, stack) if binaries() else None
        environment = Environment(folder, mlflow, cluster, rounds, connections)
        async with environment.api("first") as api:
            await wait_until((api.home / _CHAMPION_FILE).exists, "the champion is cached on disk")
        yield environment


async def _start_cluster(folder: Path, stack: AsyncExitStack) -> Cluster:
    cluster = Cluster(folder / "postgres")
    cluster.folder.mkdir()
    await cluster.create()
    stack.push_async_callback(cluster.stop)
    return cluster


def _make_world_readable(folder: Path) -> Path:
    folder.chmod(0o755)  # PostgreSQL's user must reach its data inside
    return folder
