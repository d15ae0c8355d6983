"""What the drills share: a folder, an MLflow server, a PostgreSQL cluster; all gone once the block ends."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from drills.api import Api
from drills.postgres import Cluster, binaries
from drills.processes import until
from drills.registry import Mlflow

VERSIONS = 3
_CHAMPION = Path("api", "champion.json")
WORKERS = 2


@dataclass(frozen=True)
class Stage:
    """Where a drill takes place."""

    folder: Path
    mlflow: Mlflow
    cluster: Cluster | None
    rounds: int
    connections: int

    @asynccontextmanager
    async def api(
        self, name: str, settings: Mapping[str, str] = MappingProxyType({}), home: Path | None = None
    ) -> AsyncIterator[Api]:
        """An API that runs, on SQLite in a folder of its own unless the settings say otherwise."""
        own = {"MLFLOW_TRACKING_URI": self.mlflow.url}
        api = Api(home or self.folder / name, own | dict(settings))
        self._give_champion(api.home)
        async with api.supervised():
            yield api

    def _give_champion(self, home: Path) -> None:
        """What an API that ran before has on its disk: none of several processes begins without a model."""
        kept = self.folder / "first" / _CHAMPION
        if kept.exists():
            (home / _CHAMPION).parent.mkdir(parents=True)
            shutil.copy(kept, home / _CHAMPION)


def several(url: str) -> dict[str, str]:
    """Settings of several processes on a PostgreSQL database."""
    return {"API_DATABASE_URL": url, "API_WORKERS": str(WORKERS)}


@asynccontextmanager
async def staged(rounds: int, connections: int) -> AsyncIterator[Stage]:
    """The stage with its servers running and a champion in MLflow."""
    async with AsyncExitStack() as stack:
        folder = _opened(Path(stack.enter_context(TemporaryDirectory(prefix="steam-sales-drill-"))))
        mlflow = Mlflow(folder)
        stack.callback(mlflow.stop)
        await mlflow.start()
        mlflow.train(VERSIONS)
        cluster = await _cluster(folder, stack) if binaries() else None
        stage = Stage(folder, mlflow, cluster, rounds, connections)
        async with stage.api("first") as api:
            await until((api.home / _CHAMPION).exists, "the champion is on the disk")
        yield stage


async def _cluster(folder: Path, stack: AsyncExitStack) -> Cluster:
    cluster = Cluster(folder / "postgres")
    cluster.folder.mkdir()
    await cluster.make()
    stack.push_async_callback(cluster.stop)
    return cluster


def _opened(folder: Path) -> Path:
    folder.chmod(0o755)  # PostgreSQL's user looks for its own folder in it
    return folder
