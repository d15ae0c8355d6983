"""Write `infra/.env` with a new secret for every server (`make env`). Imports the standard library only.

The API gets its keys as SHA-256 and the page its password as scrypt, in the formats that they read. The keys and the
password themselves are in the file, too, for clients and users.
"""

import hashlib
import os
import secrets
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

# beside the compose file, the one place where `docker compose -f infra/docker-compose.yml` looks for it
ENV_FILE = Path(__file__).parents[1] / ".env"
HEADER = """\
# Written by `make env`; readable by its owner only. Keep a copy in a safe place: the databases have these passwords.
# docs/compose.md lists all variables. For other machines set up TLS (see `A proxy with TLS` there). For plain HTTP
# set the address to listen on:
BIND_ADDRESS=127.0.0.1
"""
# the page needs the scope admin: its administrators train and roll back
KEYS = {"API_KEY": ("page", "admin"), "API_WATCH_KEY": ("watch", "read"), "API_ADMIN_KEY": ("admin", "admin")}


def env_lines(secret: Callable[[], str]) -> Iterator[str]:
    """Yield the lines of the file. `secret` makes each secret; hexadecimal ones need no quotes in a URL or a shell."""
    for owner in ("POSTGRES", "PREFECT_DB", "MLFLOW_DB", "HISTORY_DB"):
        yield f"{owner}_PASSWORD={secret()}"
    yield "AWS_ACCESS_KEY_ID=steam-sales"
    yield f"AWS_SECRET_ACCESS_KEY={secret()}"
    yield "MINIO_ROOT_USER=minio-root"
    yield f"MINIO_ROOT_PASSWORD={secret()}"
    prefect = secret()
    yield from (f"PREFECT_{whose}API_AUTH_STRING=admin:{prefect}" for whose in ("SERVER_", ""))
    yield "MLFLOW_TRACKING_USERNAME=admin"
    yield f"MLFLOW_TRACKING_PASSWORD={secret()}"
    yield f"GRAFANA_ADMIN_PASSWORD={secret()}"
    yield from _api_key_lines(secret)
    yield from _page_login_lines(secret)


def _api_key_lines(secret: Callable[[], str]) -> Iterator[str]:
    keys = {variable: secret() for variable in KEYS}
    yield from (f"{variable}={key}" for variable, key in keys.items())
    digests = (
        f"{':'.join(KEYS[variable])}:{hashlib.sha256(key.encode()).hexdigest()}" for variable, key in keys.items()
    )
    yield f'API_KEYS="{" ".join(digests)}"'
    yield "API_OPEN="


def _page_login_lines(secret: Callable[[], str]) -> Iterator[str]:
    password, salt = secret(), secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    yield f"WEB_ADMIN_PASSWORD={password}"
    yield f'WEB_USERS="admin:admin:{b64encode(salt).decode()}:{b64encode(digest).decode()}"'
    yield f"WEB_SECRET={secret()}"
    yield "WEB_OPEN="


def write(path: Path) -> None:
    """Write the file, readable by its owner only. Raises FileExistsError if it exists."""
    text = HEADER + "\n".join(env_lines(lambda: secrets.token_hex(24))) + "\n"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def main(path: Path) -> str | None:
    """Write the file. Returns what is wrong, or None."""
    try:
        write(path)
    except FileExistsError:
        return (
            f"{path} exists and stays as it is. Move it away first, and keep it: it has the passwords of the databases."
        )
    sys.stdout.write(
        f"{path} has a new secret for every server. Now: docker compose -f infra/docker-compose.yml up --build --wait\n"
    )
    return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ENV_FILE)))
