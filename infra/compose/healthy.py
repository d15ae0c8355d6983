"""`python -m infra.compose.healthy URL`: exit code 0 when it answers 200. For health checks, so of the library only.

What opens the door comes on stdin, where no list of processes shows it: `user:password`, a key, or nothing.
With `--worker NAME`, the URL is that of a pool's workers, and one whose name begins so must have been heard of lately.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

PATIENCE_SECONDS = 5
SILENCE = timedelta(seconds=75)  # a worker reports every 30 seconds


def authorization(secret: str) -> dict[str, str]:
    """The header that a secret makes."""
    if not secret:
        return {}
    basic = b64encode(secret.encode()).decode()
    return {"Authorization": f"Basic {basic}" if ":" in secret else f"Bearer {secret}"}


def asked(url: str, secret: str, body: bytes | None = None) -> Any:
    """What the URL answers, decoded where `body` was posted. URLError where that is not 200."""
    headers = {"Content-Type": "application/json", **authorization(secret)}
    with urlopen(Request(url, body, headers), timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - http, by the file
        return json.load(answer) if body else None


def lately(workers: Sequence[dict[str, Any]], name: str, now: datetime) -> bool:
    """Whether a worker whose name begins so has reported within the time."""
    beats = [worker["last_heartbeat_time"] for worker in workers if worker["name"].startswith(name)]
    return any(now - datetime.fromisoformat(beat) < SILENCE for beat in beats if beat)


def check(words: Sequence[str], secret: str) -> str | None:
    """What is wrong, None where nothing is."""
    url, *rest = words
    name = rest[1] if rest else None
    try:
        answer = asked(url, secret, b"{}" if name else None)
    except (URLError, OSError) as error:
        return f"{url}: {error}"
    if name and not lately(answer, name, datetime.now(UTC)):
        return f"{url}: {name} has not been heard of for {SILENCE.seconds} seconds"
    return None


if __name__ == "__main__":
    sys.exit(check(sys.argv[1:], sys.stdin.read().strip()))
