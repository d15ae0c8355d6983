"""The client of an API in memory, and of none."""

from collections.abc import Iterator

import pytest

from tests.webapp.small_api import remembering, serving
from tests.webapp.sockets import closed_port
from webapp.api.client import ApiClient, connect


@pytest.fixture
def client() -> Iterator[ApiClient]:
    """Asks an API with a champion and a history in memory."""
    with serving(remembering()) as url, connect(url, 5) as http:
        yield ApiClient(http)


@pytest.fixture
def nobody() -> Iterator[ApiClient]:
    """Asks where no API is."""
    with connect(f"http://127.0.0.1:{closed_port()}", 5) as http:
        yield ApiClient(http)
