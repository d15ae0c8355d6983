"""A registered version is read before anybody promotes it, once, and what crashes is tried again later."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from domain.calendar import Overrides
from service.clients.mlflow_registry import ModelRegistry, ModelVersion
from service.errors import ModelUnreadError
from service.model_loading import worker_client
from service.model_loading.preloader import PRELOADED_VERSIONS, ModelPreloader
from tests.service.registering import MlflowServer

StartedProcesses = list[int]


@pytest.fixture
def started_processes(monkeypatch: pytest.MonkeyPatch) -> StartedProcesses:
    """One item for each process that was started to read models."""
    processes: StartedProcesses = []
    start = worker_client._start_process

    def counted() -> object:
        processes.append(1)
        return start()

    monkeypatch.setattr(worker_client, "_start_process", counted)
    return processes


def with_preloader(mlflow: MlflowServer, use: Callable[[ModelPreloader, ModelRegistry], object]) -> None:
    """Run `use` with a preloader of the real MLflow, and stop its worker process."""

    async def run() -> None:
        async with httpx.AsyncClient(base_url=mlflow.url, timeout=30) as client:
            registry = ModelRegistry(client)
            preloader = ModelPreloader(registry, Overrides())
            try:
                await use(preloader, registry)  # type: ignore[misc]
            finally:
                preloader._worker.close()

    asyncio.run(run())


async def champion(registry: ModelRegistry) -> ModelVersion:
    """The version at the alias."""
    version = await registry.get_champion()
    assert version
    return version


def test_what_is_registered_is_read_before_it_is_promoted(
    mlflow_server: MlflowServer, started_processes: StartedProcesses
) -> None:
    first = mlflow_server.register(offset=0.0)
    second = mlflow_server.register(offset=1000.0)

    async def use(preloader: ModelPreloader, registry: ModelRegistry) -> None:
        await preloader.preload_newest()
        assert len(started_processes) == 1, "one process read them all"
        champions = [await preloader.get(await champion(registry))]
        mlflow_server.promote(first)
        champions.append(await preloader.get(await champion(registry)))
        assert [each.version for each in champions] == [second, first]
        assert champions[0].predictions != champions[1].predictions
        assert len(started_processes) == 1, "to promote and to roll back started none"

    with_preloader(mlflow_server, use)


def test_a_refused_version_is_read_once_and_keeps_no_other_from_being_read(
    mlflow_server: MlflowServer, started_processes: StartedProcesses
) -> None:
    good = mlflow_server.register()
    mlflow_server.register(features=["Sales"])

    async def use(preloader: ModelPreloader, registry: ModelRegistry) -> None:
        await preloader.preload_newest()
        begun = dict(preloader._tasks)
        await preloader.preload_newest()
        assert preloader._tasks == begun
        assert len(started_processes) == 1
        mlflow_server.promote(good)
        assert (await preloader.get(await champion(registry))).version == good

    with_preloader(mlflow_server, use)


def test_a_reading_that_was_killed_is_tried_again(mlflow_server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.model_loading.preloader._RETRY_SECONDS", 0.2)
    mlflow_server.register()

    async def use(preloader: ModelPreloader, registry: ModelRegistry) -> None:
        version = await champion(registry)
        preloader._worker._timeout_seconds = 0.01
        with pytest.raises(ModelUnreadError):
            await preloader.get(version)
        preloader._worker._timeout_seconds = 60
        with pytest.raises(ModelUnreadError):
            await preloader.get(version)
        await asyncio.sleep(0.3)
        assert (await preloader.get(version)).version == version.number

    with_preloader(mlflow_server, use)


def test_what_is_known_is_not_asked_for_again(mlflow_server: MlflowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow_server.register()
    limits: list[int] = []
    newest = ModelRegistry.list_newest

    async def counted(registry: ModelRegistry, most: int) -> list[ModelVersion]:
        limits.append(most)
        return await newest(registry, most)

    monkeypatch.setattr(ModelRegistry, "list_newest", counted)

    async def use(preloader: ModelPreloader, _: ModelRegistry) -> None:
        await preloader.preload_newest()
        await preloader.preload_newest()
        mlflow_server.register()
        await preloader.preload_newest()

    with_preloader(mlflow_server, use)
    assert limits == [1, PRELOADED_VERSIONS, 1, 1, PRELOADED_VERSIONS]


def test_the_newest_versions_and_the_champion_are_kept_and_older_ones_are_read_when_they_serve(
    mlflow_server: MlflowServer, started_processes: StartedProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.model_loading.preloader.PRELOADED_VERSIONS", 2)
    numbers = [mlflow_server.register(offset=100.0 * number) for number in range(4)]

    async def use(preloader: ModelPreloader, registry: ModelRegistry) -> None:
        for old in numbers[:2]:
            mlflow_server.promote(old)
            assert (await preloader.get(await champion(registry))).version == old
        await preloader.preload_newest()
        assert {version.number for version in preloader._tasks} == set(numbers[1:]), "the champion is the second"
        processes = len(started_processes)
        mlflow_server.promote(numbers[0])
        assert (await preloader.get(await champion(registry))).version == numbers[0]
        assert len(started_processes) == processes + 1, "a version further back is read again"

    with_preloader(mlflow_server, use)
