"""`make env`: writes `infra/.env`, a new secret for every door of the production stack. Of the standard library only.

API keys are told to the API as SHA-256, the page's password to the page as scrypt, each in the form that its room
reads; the keys and the password themselves stand beside them, for who asks.
"""

import hashlib
import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

# beside the compose file, the one place where `docker compose -f infra/docker-compose.yml` looks for it
FILE = Path(__file__).parents[1] / ".env"
HEAD = """\
# Written by `make env`; readable by its owner only. Keep a copy in a safe place: the databases know these passwords.
# What else may stand here: docs/compose.md. To let other machines in by TLS, see there, `A proxy with TLS`; to let
# them in by plain HTTP, name the address to listen on:
BIND_ADDRESS=127.0.0.1
"""
# the page lets its administrators train and roll back
KEYS = {"API_KEY": ("page", "admin"), "API_WATCH_KEY": ("watch", "read"), "API_ADMIN_KEY": ("admin", "admin")}


def lines(secret: Callable[[], str]) -> Iterator[str]:
    """The variables, each secret made by `secret`; hexadecimal, so that none needs quotes in a URL or a shell."""
    for owner in ("POSTGRES", "PREFECT_DB", "MLFLOW_DB", "HISTORY_DB"):
        yield f"{owner}_PASSWORD={secret()}"
    yield "AWS_ACCESS_KEY_ID=steam-sales"
    yield f"AWS_SECRET_ACCESS_KEY={secret()}"
    prefect = secret()
    yield from (f"PREFECT_{whose}API_AUTH_STRING=admin:{prefect}" for whose in ("SERVER_", ""))
    yield "MLFLOW_TRACKING_USERNAME=admin"
    yield f"MLFLOW_TRACKING_PASSWORD={secret()}"
    yield f"GRAFANA_ADMIN_PASSWORD={secret()}"
    yield from _keys(secret)
    yield from _page(secret)


def _keys(secret: Callable[[], str]) -> Iterator[str]:
    keys = {variable: secret() for variable in KEYS}
    yield from (f"{variable}={key}" for variable, key in keys.items())
    digests = (
        f"{':'.join(KEYS[variable])}:{hashlib.sha256(key.encode()).hexdigest()}" for variable, key in keys.items()
    )
    yield f'API_KEYS="{" ".join(digests)}"'
    yield "API_OPEN="


def _page(secret: Callable[[], str]) -> Iterator[str]:
    password, salt = secret(), secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    yield f"WEB_ADMIN_PASSWORD={password}"
    yield f'WEB_USERS="admin:admin:{b64encode(salt).decode()}:{b64encode(digest).decode()}"'
    yield f"WEB_SECRET={secret()}"
    yield "WEB_OPEN="


def write(path: Path) -> None:
    """Make the file, readable by its owner only. FileExistsError where there is one."""
    text = HEAD + "\n".join(lines(lambda: secrets.token_hex(24))) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def main(path: Path) -> str | None:
    """What is wrong, None where nothing is."""
    try:
        write(path)
    except FileExistsError:
        return f"{path} is there already and stays as it is. Move it away first; what stands in it opens the databases."
    sys.stdout.write(
        f"{path} has a new secret for every door. Now: docker compose -f infra/docker-compose.yml up --build --wait\n"
    )
    return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else FILE)))
