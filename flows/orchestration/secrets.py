"""Sources that are kept as a secret of Prefect: `secret:NAME` is the address in the Secret block NAME."""

from flows.storage.sources import SourceError

SCHEME = "secret:"


def with_secret(source: str) -> str:
    """Return the address that a source stands for. SourceError if there is no such Secret block."""
    if not source.startswith(SCHEME):
        return source
    from prefect.blocks.system import Secret

    name = source.removeprefix(SCHEME)
    try:
        return str(Secret.load(name).get())  # type: ignore[union-attr]
    except ValueError as error:
        raise SourceError(f"There is no Secret block {name} in Prefect: make one that holds the address.") from error
