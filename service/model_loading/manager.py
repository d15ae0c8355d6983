"""Follows the champion: from disk at once, from MLflow ever after, swapped between two requests."""

import asyncio
import gc
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, Version
from service.errors import ModelRefusedError, ModelUnreadError, NoModelError, RegistryUnavailableError
from service.model_loading import disk_cache
from service.model_loading.preloader import Readings
from service.prediction.champion import Champion, Predictor

_log = logging.getLogger(__name__)


class Champions:
    """Who predicts now, from where it came, and what the last look at MLflow said."""

    def __init__(self, registry: ModelRegistry, folder: Path, overrides: Overrides = Overrides()) -> None:  # noqa: B008 - immutable
        self._registry = registry
        self._readings = Readings(registry, overrides)
        self._folder = folder
        self._overrides = overrides
        self._predictor: Predictor | None = None
        self._refused: tuple[Version, str] | None = None
        self.source: Literal["mlflow", "cache"] | None = None
        self.trouble: str | None = None
        self.seen_at: datetime | None = None
        self.ready = asyncio.Event()
        """Set once there is a champion, or there was a look for one."""

    @property
    def current(self) -> Predictor:
        """Who predicts now; ask once a request, so that one answer comes from one model.

        Raises:
            NoModelError: before the first champion.
        """
        if self._predictor is None:
            raise NoModelError
        return self._predictor

    def start(self) -> None:
        """Serve with the champion on disk until MLflow is heard."""
        champion = disk_cache.load(self._folder)
        predictor = Predictor(champion, self._overrides) if champion else None
        if champion and predictor and champion.calendar_name not in {None, predictor.calendar.name}:
            name = champion.calendar_name
            _log.warning("the champion on disk answers by another calendar (%s): waiting for MLflow", name)
        elif champion and predictor:
            self._predictor = predictor
            self.source = "cache"
            self.ready.set()
            _log.info("serving version %s from disk until MLflow answers", champion.version)

    async def follow(self, seconds: float) -> None:
        """Look every `seconds`, for ever."""
        await self.look()
        self.ready.set()
        # What has been imported lives as long as the process: no collection need walk it again.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._readings.keep_ahead(seconds))
            tasks.create_task(self._keep_looking(seconds))

    async def _keep_looking(self, seconds: float) -> None:
        while True:
            await self.look()
            await asyncio.sleep(seconds)

    async def look(self) -> None:
        """One look at the alias: take over a new champion, or go on with the old one and say why."""
        try:
            await self._catch_up()
        except (RegistryUnavailableError, ModelRefusedError, ModelUnreadError) as error:
            self._note(str(error))
        else:
            self._note(None)

    async def _catch_up(self) -> None:
        version = await self._registry.champion()
        self.seen_at = datetime.now(UTC)
        if version is None:
            return
        if self._refused and self._refused[0] == version:
            raise ModelRefusedError(self._refused[1])
        # What was on the disk may have been changed there: it serves until the model itself can be had.
        if self._identity != version or self.source == "cache":
            await self._take(version)
        self.source = "mlflow"

    @property
    def _identity(self) -> Version | None:
        if self._predictor is None:
            return None
        return Version(self._predictor.version, self._predictor.champion.sha256)

    async def _take(self, version: Version) -> None:
        try:
            champion = await self._readings.champion(version)
        except ModelRefusedError as error:
            self._refused = version, str(error)
            raise
        self._predictor = Predictor(champion, self._overrides)
        self._refused = None
        _log.info("version %s serves", version.number)
        await asyncio.to_thread(self._keep, champion)

    def _keep(self, champion: Champion) -> None:
        try:
            disk_cache.save(self._folder, champion)
        except OSError as error:
            _log.warning("the champion could not be kept in %s: %s", self._folder, error)

    def _note(self, trouble: str | None) -> None:
        if trouble and trouble != self.trouble:
            _log.warning("the champion in service stays: %s", trouble)
        self.trouble = trouble
