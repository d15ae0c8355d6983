"""Says which scope a request needs. Knows paths, no framework."""

from functools import lru_cache

from service.security.api_keys import Scope

_OPEN = frozenset({"", "/docs", "/health", "/health/live", "/schema", "/schema/openapi.json"})
_OPEN_FILES = "/docs/assets/"


@lru_cache(1_024)
def scope_of(method: str, path: str) -> Scope | None:
    """Return the scope that a key must have, None if the request needs no key. An unknown path needs the most."""
    bare = path.rstrip("/")
    if bare in _OPEN or path.startswith(_OPEN_FILES):
        return None
    if bare in {"/predict", "/predict/batch"}:
        return "predict"
    return "read" if method in {"GET", "HEAD"} else "admin"
