"""Prefect's server of the production stack: `python -m infra.compose.prefect_server`."""

from infra.compose.settings import Prefect
from infra.security.prefect import serve

PORT = 4200


def main() -> None:
    """Serve until told to stop. Ends with a sentence where other machines reach it and it has no password."""
    settings = Prefect.read()
    serve("0.0.0.0", PORT, settings.hosts)  # noqa: S104 - a container


if __name__ == "__main__":
    main()
