"""`python -m infra.compose.guard`: whether the stack may come up as it is told to. The first thing that runs."""

import sys
from collections.abc import Mapping

from infra.compose.settings import DEVELOPMENT, Guard


def refusal(secrets: Mapping[str, str], *, loopback: bool) -> str | None:
    """Why the stack must not come up, and the cure; None where it may.

    A secret that is empty leaves a door open, one that begins with `development` is known to everybody.
    """
    known = sorted(name for name, value in secrets.items() if not value or value.startswith(DEVELOPMENT))
    if loopback or not known:
        return None
    return (
        "BIND_ADDRESS or PROXY_ADDRESS lets other machines in, and these secrets are empty or known to everybody: "
        f"{', '.join(known)}. Run `make env`, which writes new ones into infra/.env, then start again; or keep both at "
        "127.0.0.1."
    )


def main() -> None:
    """Exit code 0 where it may, otherwise a sentence on what to do."""
    settings = Guard()
    sys.exit(refusal(settings.secrets, loopback=settings.loopback))


if __name__ == "__main__":
    main()
