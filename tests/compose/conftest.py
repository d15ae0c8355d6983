"""The production stack in containers. Only `make test-compose` runs these: they want an engine and base images."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from infra.compose import new_env
from tests.compose.containers import Containers

ASKED_FOR = "TEST_COMPOSE"
REAL = Path(__file__).parents[2].parent / "shared" / "data" / "steam_selling_games.csv"


@pytest.fixture(autouse=True, scope="session")
def _asked_for() -> None:
    if not os.environ.get(ASKED_FOR):
        pytest.skip("needs a container registry: `make test-compose` runs it where there is an engine")


@contextmanager
def project(folder: Path) -> Iterator[Containers]:
    """A project of nothing yet; what became of it is removed."""
    env_file = folder / ".env"
    # servers close what was idle for five seconds, and a request sent into the closing is lost
    limits = httpx.Limits(keepalive_expiry=2)
    with httpx.Client(timeout=60, trust_env=False, limits=limits) as client:
        containers = Containers(f"steam-sales-test-{uuid4().hex[:8]}", env_file, client)
        try:
            yield containers
        finally:
            containers.down()


@pytest.fixture(scope="module")
def as_cloned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """The stack as a fresh clone has it, but for ports that are free here."""
    with project(tmp_path_factory.mktemp("as-cloned")) as containers:
        containers.tell()
        containers.up()
        yield containers


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """The stack behind the secrets that `make env` writes, with the real file where users lay theirs."""
    with project(tmp_path_factory.mktemp("closed")) as containers:
        new_env.write(containers.env_file)
        containers.tell(DATA_FOLDER=str(REAL.parent))
        containers.up()
        yield containers


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    """The stack behind secrets and behind its proxy, with two replicas of the API, and looked at by Prometheus."""
    with project(tmp_path_factory.mktemp("watched")) as containers:
        new_env.write(containers.env_file)
        containers.tell(API_RATE_LIMIT="6000")
        containers.up("worker", "web", "proxy", "prometheus", "exporter", "api-more")
        yield containers


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real file that users have."""
    if not REAL.exists():
        pytest.skip("the real file is not beside the repository")
    return REAL
