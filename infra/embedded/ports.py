"""Whether the ports are free, and who holds one that is not. Knows nothing of what they are for."""

import errno
import socket
from collections.abc import Mapping

import psutil


class PortTakenError(Exception):
    """Somebody else listens where a part of the stack wants to."""


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True


def holder(port: int) -> str | None:
    """Name and pid of the process that listens on a port, if this user may know."""
    try:
        listening = (c for c in psutil.net_connections(kind="tcp") if c.status == psutil.CONN_LISTEN)
        pid = next((c.pid for c in listening if c.laddr and c.laddr.port == port and c.pid), None)
        return f"{psutil.Process(pid).name()} (process {pid})" if pid else None
    except psutil.Error:
        return None


def require_free(host: str, ports: Mapping[str, int]) -> None:
    """Raise `PortTakenError` for the first of the ports, by the name of its variable, that is taken."""
    for variable, port in ports.items():
        try:
            free = is_free(host, port)
        except PermissionError:
            raise PortTakenError(
                f"Port {port} needs more rights than you have: set {variable} to a port above 1023."
            ) from None
        if not free:
            by = f" by {who}" if (who := holder(port)) else ""
            raise PortTakenError(f"Port {port} is taken{by}: stop that, or set {variable} to a free port.")
