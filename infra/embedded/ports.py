"""Check that ports are free, and find the process that listens on one that is not."""

import errno
import socket
from collections.abc import Mapping

import psutil


class PortTakenError(Exception):
    """Another process listens on a port that the stack needs."""


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True


def listening_process(port: int) -> str | None:
    """Return name and pid of the process that listens on a port, or None if this user may not see it."""
    try:
        listening = (c for c in psutil.net_connections(kind="tcp") if c.status == psutil.CONN_LISTEN)
        pid = next((c.pid for c in listening if c.laddr and c.laddr.port == port and c.pid), None)
        return f"{psutil.Process(pid).name()} (process {pid})" if pid else None
    except psutil.Error:
        return None


def require_free(host: str, ports: Mapping[str, int]) -> None:
    """Raise `PortTakenError` for the first port that is taken. `ports` maps the name of a variable to its port."""
    for variable, port in ports.items():
        try:
            free = is_free(host, port)
        except PermissionError:
            raise PortTakenError(
                f"Port {port} needs more rights than you have: set {variable} to a port above 1023."
            ) from None
        if not free:
            by = f" by {process}" if (process := listening_process(port)) else ""
            raise PortTakenError(f"Port {port} is taken{by}: stop that, or set {variable} to a free port.")
