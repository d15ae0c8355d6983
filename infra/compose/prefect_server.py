"""Run Prefect's server of the production stack: `python -m infra.compose.prefect_server`."""

from infra.compose.settings import Prefect
from infra.security.prefect_server import serve

PORT = 4200


def main() -> None:
    """Serve until the process is stopped. Exits with a message if other machines can connect and it has no password."""
    settings = Prefect.read()
    serve("0.0.0.0", PORT, settings.hosts)  # noqa: S104 - a container


if __name__ == "__main__":
    main()
