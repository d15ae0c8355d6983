"""Sockets for servers in tests."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def listening() -> Iterator[socket.socket]:
    """A socket that listens on a free port: who connects before a server accepts is kept waiting, not refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        yield server


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
