"""`python -m infra.compose.guard`: whether the stack may come up as it is told to. The first thing that runs."""

import sys
from collections.abc import Mapping

from infra.compose.settings import Guard
from infra.security.credentials import weakness


def refusal(secrets: Mapping[str, str], *, loopback: bool) -> str | None:
    """Say why the stack must not come up, and the cure; None where it may.

    `secrets` has every secret by its variable. On loopback the stack comes up with weak ones too.
    """
    weak = [f"{name} {why}" for name, value in sorted(secrets.items()) if (why := weakness(name, value))]
    if loopback or not weak:
        return None
    return (
        "BIND_ADDRESS or PROXY_ADDRESS lets other machines in, and these secrets do not keep them out: "
        f"{', '.join(weak)}. Run `make env`, which writes new ones into infra/.env, then start again; or keep both "
        "addresses at 127.0.0.1."
    )


def main() -> None:
    """Exit code 0 where it may, otherwise a sentence on what to do."""
    settings = Guard.read()
    sys.exit(refusal(settings.secrets, loopback=settings.loopback))


if __name__ == "__main__":
    main()
