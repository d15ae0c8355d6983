"""Refuse to start the stack with weak secrets outside loopback: `python -m infra.compose.guard`. It runs first."""

import sys
from collections.abc import Mapping

from infra.compose.settings import Guard
from infra.security.credentials import weakness


def refusal(secrets: Mapping[str, str], *, loopback: bool) -> str | None:
    """Return why the stack must not start, and the cure; None if it may.

    `secrets` has every secret by its variable. On loopback weak secrets are allowed.
    """
    weak = [f"{name} {why}" for name, value in sorted(secrets.items()) if (why := weakness(name, value))]
    if loopback or not weak:
        return None
    return (
        "BIND_ADDRESS or PROXY_ADDRESS lets other machines connect, and these secrets are weak: "
        f"{', '.join(weak)}. Run `make env`, which writes new ones to infra/.env, then start again; or set both "
        "addresses to 127.0.0.1."
    )


def main() -> None:
    """Exit with 0 if the stack may start, else print what to do."""
    settings = Guard.read()
    sys.exit(refusal(settings.secrets, loopback=settings.loopback))


if __name__ == "__main__":
    main()
