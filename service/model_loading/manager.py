"""Holds the model that serves: from disk at once, then from MLflow, replaced between two requests."""

import asyncio
import gc
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, ModelVersion
from service.errors import ModelRefusedError, ModelUnreadError, NoModelError, RegistryUnavailableError
from service.model_loading import disk_cache
from service.model_loading.preloader import ModelPreloader
from service.prediction.champion import Champion
from service.prediction.predictor import Predictor

_log = logging.getLogger(__name__)


class ModelManager:
    """The model that serves, where it came from, and what the last poll of MLflow found."""

    def __init__(self, registry: ModelRegistry, folder: Path, overrides: Overrides = Overrides()) -> None:  # noqa: B008 - immutable
        self._registry = registry
        self._preloader = ModelPreloader(registry, overrides)
        self._folder = folder
        self._overrides = overrides
        self._predictor: Predictor | None = None
        self._refused: tuple[ModelVersion, str] | None = None
        self.source: Literal["mlflow", "cache"] | None = None
        self.trouble: str | None = None
        self.checked_at: datetime | None = None
        self.ready = asyncio.Event()
        """Set once a champion serves, or MLflow was polled for one."""

    @property
    def current(self) -> Predictor:
        """The model that serves now; read it once a request, so that one response comes from one model.

        Raises:
            NoModelError: before the first champion.
        """
        if self._predictor is None:
            raise NoModelError
        return self._predictor

    def start(self) -> None:
        """Serve the champion on disk until MLflow answers."""
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

    async def run(self, poll_seconds: float) -> None:
        """Poll MLflow every `poll_seconds`, until cancelled."""
        await self.poll()
        self.ready.set()
        # Imported modules live as long as the process: the collector need not walk them again.
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._preloader.run(poll_seconds))
            tasks.create_task(self._poll_forever(poll_seconds))

    async def _poll_forever(self, poll_seconds: float) -> None:
        while True:
            await self.poll()
            await asyncio.sleep(poll_seconds)

    async def poll(self) -> None:
        """Look at the alias once: switch to a new champion, or keep the old one and record why."""
        try:
            await self._update()
        except (RegistryUnavailableError, ModelRefusedError, ModelUnreadError) as error:
            self._set_status(str(error))
        else:
            self._set_status(None)

    async def _update(self) -> None:
        version = await self._registry.get_champion()
        self.checked_at = datetime.now(UTC)
        if version is None:
            if self._predictor is None:
                return
            raise ModelRefusedError(
                f"MLflow has no version at the alias production any more: version {self._predictor.version} serves on "
                "from memory, and was deleted there or lost the alias; roll back to a version, or train"
            )
        if self._refused and self._refused[0] == version:
            raise ModelRefusedError(self._refused[1])
        # The file on disk may have been changed: it serves only until the model itself can be read.
        if self._current_version != version or self.source == "cache":
            await self._switch_to(version)
        self.source = "mlflow"

    @property
    def _current_version(self) -> ModelVersion | None:
        if self._predictor is None:
            return None
        return ModelVersion(self._predictor.version, self._predictor.champion.sha256)

    async def _switch_to(self, version: ModelVersion) -> None:
        try:
            champion = await self._preloader.get(version)
        except ModelRefusedError as error:
            self._refused = version, str(error)
            raise
        self._predictor = Predictor(champion, self._overrides)
        self._refused = None
        _log.info("version %s serves", version.number)
        await asyncio.to_thread(self._save, champion)

    def _save(self, champion: Champion) -> None:
        try:
            disk_cache.save(self._folder, champion)
        except OSError as error:
            _log.warning("the champion could not be saved in %s: %s", self._folder, error)

    def _set_status(self, trouble: str | None) -> None:
        if trouble and trouble != self.trouble:
            _log.warning("the champion in service stays: %s", trouble)
        self.trouble = trouble
