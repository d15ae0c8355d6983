"""Says which scope a request needs. Knows paths, no framework."""

from functools import lru_cache

from service.security.api_keys import Scope

_OPEN = frozenset({"", "/docs", "/health", "/health/live", "/schema", "/schema/openapi.json"})
_TABLES = "/data/files/"
_OPEN_FILES = "/docs/assets/"


@lru_cache(1_024)
def scope_of(method: str, path: str) -> Scope | None:
    """Return the scope that a key must have, None if the request needs no key. An unknown path needs the most."""
    bare = _without_repeated_slashes(path)
    if bare in _OPEN or path.startswith(_OPEN_FILES):
        return None
    if bare in {"/predict", "/predict/batch", "/predict/batch/check"}:
        return "predict"
    if bare.startswith(_TABLES):
        return "admin"
    return "read" if method in {"GET", "HEAD"} else "admin"


def _without_repeated_slashes(path: str) -> str:
    """The routes are found so, too; the root is empty."""
    return "".join(f"/{part}" for part in path.split("/") if part)
