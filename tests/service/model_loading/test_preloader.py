"""A registered version is read before anybody promotes it, once, and what crashes is tried again later."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, Version
from service.errors import ModelUnreadError
from service.model_loading import preloader, worker_client
from service.model_loading.preloader import Readings
from tests.service.registering import MlflowServer

Started = list[int]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """A number for each process that was started to read models."""
    processes: Started = []
    start = worker_client._started

    def counted() -> object:
        processes.append(1)
        return start()

    monkeypatch.setattr(worker_client, "_started", counted)
    return processes


def with_readings(mlflow: MlflowServer, use: Callable[[Readings, ModelRegistry], object]) -> None:
    """Run `use` on readings of the real MLflow, and end what they started."""

    async def run() -> None:
        async with httpx.AsyncClient(base_url=mlflow.url, timeout=30) as client:
            registry = ModelRegistry(client)
            readings = Readings(registry, Overrides())
            try:
                await use(readings, registry)  # type: ignore[misc]
            finally:
                readings._tabulator.close()

    asyncio.run(run())


async def champion(registry: ModelRegistry) -> Version:
    """The version at the alias."""
    version = await registry.champion()
    assert version
    return version


def test_what_is_registered_is_read_before_it_is_promoted(mlflow_server: MlflowServer, started: Started) -> None:
    first = mlflow_server.register(offset=0.0)
    second = mlflow_server.register(offset=1000.0)

    async def use(readings: Readings, registry: ModelRegistry) -> None:
        await readings._catch_up()
        assert len(started) == 1, "one process read them all"
        told = [await readings.champion(await champion(registry))]
        mlflow_server.promote(first)
        told.append(await readings.champion(await champion(registry)))
        assert [each.version for each in told] == [second, first]
        assert told[0].predictions != told[1].predictions
        assert len(started) == 1, "to promote and to roll back started none"

    with_readings(mlflow_server, use)


def test_a_refused_version_is_read_once_and_keeps_no_other_from_being_read(
    mlflow_server: MlflowServer, started: Started
) -> None:
    good = mlflow_server.register()
    mlflow_server.register(features=["Sales"])

    async def use(readings: Readings, registry: ModelRegistry) -> None:
        await readings._catch_up()
        begun = dict(readings._begun)
        await readings._catch_up()
        assert readings._begun == begun
        assert len(started) == 1
        mlflow_server.promote(good)
        assert (await readings.champion(await champion(registry))).version == good

    with_readings(mlflow_server, use)


def test_a_reading_that_was_killed_is_tried_again(mlflow_server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preloader, "_AGAIN_SECONDS", 0.2)
    mlflow_server.register()

    async def use(readings: Readings, registry: ModelRegistry) -> None:
        version = await champion(registry)
        readings._tabulator._seconds = 0.01
        with pytest.raises(ModelUnreadError):
            await readings.champion(version)
        readings._tabulator._seconds = 60
        with pytest.raises(ModelUnreadError):
            await readings.champion(version)
        await asyncio.sleep(0.3)
        assert (await readings.champion(version)).version == version.number

    with_readings(mlflow_server, use)


def test_what_is_known_is_not_asked_for_again(mlflow_server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow_server.register()
    asked: list[int] = []
    newest = ModelRegistry.newest

    async def counted(registry: ModelRegistry, most: int) -> list[Version]:
        asked.append(most)
        return await newest(registry, most)

    monkeypatch.setattr(ModelRegistry, "newest", counted)

    async def use(readings: Readings, _: ModelRegistry) -> None:
        await readings._catch_up()
        await readings._catch_up()
        mlflow_server.register()
        await readings._catch_up()

    with_readings(mlflow_server, use)
    assert asked == [1, preloader.AHEAD, 1, 1, preloader.AHEAD]
