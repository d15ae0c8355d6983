"""Reads registered models before they are promoted, each one once; promotes none itself."""

import asyncio
import logging
from contextlib import suppress

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, ModelVersion
from service.errors import ModelRefusedError, ModelUnreadError, RegistryUnavailableError
from service.model_loading.loader import load_champion
from service.model_loading.worker_client import WorkerClient
from service.prediction.champion import Champion

_log = logging.getLogger(__name__)
PRELOADED_VERSIONS = 10
"""A promotion or rollback among so many newest versions needs no reading; an older one takes some seconds more."""
_RETRY_SECONDS = 60


class ModelPreloader:
    """Cache of the champion and the newest versions. Reading a model takes seconds, promoting a read one none."""

    def __init__(self, registry: ModelRegistry, overrides: Overrides) -> None:
        self._registry = registry
        self._overrides = overrides
        self._worker = WorkerClient()
        self._tasks: dict[ModelVersion, asyncio.Task[Champion]] = {}
        self._latest: list[ModelVersion] = []
        self._newest: list[ModelVersion] = []

    async def get(self, version: ModelVersion) -> Champion:
        """Return the champion in the files of a version; read them unless they were read before.

        Raises:
            RegistryUnavailableError: MLflow does not hand them out now.
            ModelRefusedError: they failed a check, now or before.
            ModelUnreadError: the worker process ended before it had read them, now or within the last minute.
        """
        task = self._tasks.get(version)
        if task is None:
            task = self._tasks[version] = asyncio.create_task(self._download_and_load(version))
        return await asyncio.shield(task)

    async def run(self, poll_seconds: float) -> None:
        """Read whatever is registered, until cancelled."""
        try:
            while True:
                await self.preload_newest()
                await asyncio.sleep(poll_seconds)
        finally:
            for task in self._tasks.values():
                task.cancel()
            self._worker.close()

    async def preload_newest(self) -> None:
        """Read the newest versions if there is a new one, or if reading one of them failed before."""
        with suppress(RegistryUnavailableError):  # the model manager reports it
            latest = await self._registry.list_newest(1)
            if latest != self._latest or not self._tasks.keys() >= set(self._newest):
                self._newest = await self._registry.list_newest(PRELOADED_VERSIONS)
                for version in self._newest:
                    await self._preload(version)
                self._evict()
                self._latest = latest
        if all(task.done() for task in self._tasks.values()):
            await asyncio.to_thread(self._worker.stop_when_idle)

    async def _preload(self, version: ModelVersion) -> None:
        if version in self._tasks:
            return
        try:
            await self.get(version)
        except (ModelRefusedError, ModelUnreadError) as error:
            _log.warning("version %s could not serve: %s", version.number, error)

    def _evict(self) -> None:
        """Keep the newest versions, and of all others the one requested last: the champion, if it is older."""
        older = [version for version, task in self._tasks.items() if version not in self._newest and task.done()]
        for version in older[:-1]:
            del self._tasks[version]

    async def _download_and_load(self, version: ModelVersion) -> Champion:
        try:
            files = await self._registry.download(version)
            return await asyncio.to_thread(
                load_champion, version.number, version.sha256, *files, self._overrides, self._worker
            )
        except RegistryUnavailableError:
            self._tasks.pop(version, None)
            raise
        except ModelUnreadError:
            asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._tasks.pop, version, None)
            raise
