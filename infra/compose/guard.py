"""Whether the stack may come up as it is told to. Reads nothing, starts nothing."""

from collections.abc import Mapping

from infra.compose.settings import DEVELOPMENT


def refusal(secrets: Mapping[str, str], *, loopback: bool) -> str | None:
    """Why the stack must not come up, and the cure; None where it may.

    A secret that is empty leaves a door open, one that begins with `development` is known to everybody.
    """
    known = sorted(name for name, value in secrets.items() if not value or value.startswith(DEVELOPMENT))
    if loopback or not known:
        return None
    return (
        f"BIND_ADDRESS lets other machines in, and these secrets are empty or known to everybody: {', '.join(known)}. "
        "Run `make env`, which writes new ones into .env, then start again; or keep BIND_ADDRESS=127.0.0.1."
    )
