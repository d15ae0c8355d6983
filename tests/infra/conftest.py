"""Running the launcher on small parts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.infra import launched
from tests.infra.launched import Launched

Launcher = Callable[..., Launched]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launcher]:
    """Starts launchers on small parts; whatever is left of them is ended."""
    started: list[Launched] = []

    def start(*words: str, home: Path = tmp_path / "home", **variables: str) -> Launched:
        output = tmp_path / f"output-{len(started)}"
        started.append(launched.launch(["tests.infra.small_stack", *words], home, output, **variables))
        return started[-1]

    yield start
    for one in started:
        one.end()
