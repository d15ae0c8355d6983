"""Exit with 0 if a URL returns 200: `python -m infra.compose.healthcheck URL [--worker NAME]`.

Imports the standard library only, so that it starts fast. It reads the credentials from stdin, where no list of
processes shows them: `user:password`, an API key, or nothing. With `--worker`, the URL lists the workers of a pool, and
one whose name begins with NAME must have sent a heartbeat recently.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 5
MAX_HEARTBEAT_AGE = timedelta(seconds=75)  # a worker sends one every 30 seconds


def authorization(secret: str) -> dict[str, str]:
    """Return the Authorization header for a secret."""
    if not secret:
        return {}
    basic = b64encode(secret.encode()).decode()
    return {"Authorization": f"Basic {basic}" if ":" in secret else f"Bearer {secret}"}


def request_json(url: str, secret: str, body: bytes | None = None) -> Any:
    """Send a request; return the JSON of the response if `body` is posted, else None. Raises URLError unless 200."""
    headers = {"Content-Type": "application/json", **authorization(secret)}
    with urlopen(Request(url, body, headers), timeout=TIMEOUT_SECONDS) as response:  # noqa: S310 - http, by the file
        return json.load(response) if body else None


def has_recent_heartbeat(workers: Sequence[dict[str, Any]], name: str, now: datetime) -> bool:
    """Return whether a worker whose name begins with `name` has sent a heartbeat recently."""
    heartbeats = [worker["last_heartbeat_time"] for worker in workers if worker["name"].startswith(name)]
    return any(now - datetime.fromisoformat(beat) < MAX_HEARTBEAT_AGE for beat in heartbeats if beat)


def check(arguments: Sequence[str], secret: str) -> str | None:
    """Return what is wrong, or None."""
    url, *rest = arguments
    name = rest[1] if rest else None
    try:
        workers = request_json(url, secret, b"{}" if name else None)
    except (URLError, OSError) as error:
        return f"{url}: {error}"
    if name and not has_recent_heartbeat(workers, name, datetime.now(UTC)):
        return f"{url}: {name} has sent no heartbeat for {MAX_HEARTBEAT_AGE.seconds} seconds"
    return None


if __name__ == "__main__":
    sys.exit(check(sys.argv[1:], sys.stdin.read().strip()))
