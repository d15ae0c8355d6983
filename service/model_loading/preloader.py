"""Reads the registered models, each once and where there is time before it is promoted; promotes none."""

import asyncio
import logging
from contextlib import suppress
from zlib import compress, decompress

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, Version
from service.errors import ModelRefusedError, ModelUnreadError, RegistryUnavailableError
from service.model_loading.loader import load_champion
from service.model_loading.worker_client import Tabulator
from service.prediction.champion import Champion

_log = logging.getLogger(__name__)
AHEAD = 200
"""So many versions are kept read: twice what a nightly training registers in the ninety days of retention."""
_AGAIN_SECONDS = 60
_QUICKLY = 1


class Readings:
    """The champions that the versions would be. To read a model takes seconds, to promote a read one none."""

    def __init__(self, registry: ModelRegistry, overrides: Overrides) -> None:
        self._registry = registry
        self._overrides = overrides
        self._tabulator = Tabulator()
        self._begun: dict[Version, asyncio.Task[bytes]] = {}
        """Each ends with the champion packed: one that answers by date takes a megabyte otherwise."""
        self._latest: list[Version] = []
        self._all: list[Version] = []

    async def champion(self, version: Version) -> Champion:
        """What is in the files of a version.

        Raises:
            RegistryUnavailableError: MLflow does not hand them out now.
            ModelRefusedError: they failed a check, now or before.
            ModelUnreadError: reading them came to an end before its time, now or within the last minute.
        """
        return await asyncio.to_thread(_unpacked, await self._packed(version))

    async def _packed(self, version: Version) -> bytes:
        task = self._begun.get(version)
        if task is None:
            task = self._begun[version] = asyncio.create_task(self._read(version))
        return await asyncio.shield(task)

    async def keep_ahead(self, seconds: float) -> None:
        """Read whatever is registered, looking every `seconds`, for ever."""
        try:
            while True:
                await self._catch_up()
                await asyncio.sleep(seconds)
        finally:
            for task in self._begun.values():
                task.cancel()
            self._tabulator.close()

    async def _catch_up(self) -> None:
        with suppress(RegistryUnavailableError):  # whoever looks for the champion says so
            latest = await self._registry.newest(1)
            if latest != self._latest or not self._begun.keys() >= set(self._all):
                self._all = await self._registry.newest(AHEAD)
                for version in self._all:
                    await self._read_ahead(version)
                self._forget(self._all)
                self._latest = latest
        if all(task.done() for task in self._begun.values()):
            await asyncio.to_thread(self._tabulator.rest)

    async def _read_ahead(self, version: Version) -> None:
        if version in self._begun:
            return
        try:
            await self._packed(version)
        except (ModelRefusedError, ModelUnreadError) as error:
            _log.warning("version %s could not serve: %s", version.number, error)

    def _forget(self, newest: list[Version]) -> None:
        """All but those and the last that was asked for beside them."""
        others = [version for version, task in self._begun.items() if version not in newest and task.done()]
        for version in others[:-1]:
            del self._begun[version]

    async def _read(self, version: Version) -> bytes:
        try:
            files = await self._registry.download(version)
            return await asyncio.to_thread(self._load, version, *files)
        except RegistryUnavailableError:
            self._begun.pop(version, None)
            raise
        except ModelUnreadError:
            asyncio.get_running_loop().call_later(_AGAIN_SECONDS, self._begun.pop, version, None)
            raise

    def _load(self, version: Version, mlmodel: bytes, model: bytes) -> bytes:
        read = load_champion(version.number, version.sha256, mlmodel, model, self._overrides, self._tabulator)
        return compress(read.model_dump_json().encode(), _QUICKLY)


def _unpacked(champion: bytes) -> Champion:
    return Champion.model_validate_json(decompress(champion))
