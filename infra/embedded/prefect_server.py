"""Prefect's server of the embedded stack: `python -m infra.embedded.prefect_server`. The launcher sets its password."""

from infra.embedded.settings import Settings
from infra.security.prefect_server import serve

HOST_NAMES = ("localhost",)


def main() -> None:
    """Serve until the process is stopped."""
    settings = Settings()
    serve(str(settings.steam_sales_bind), settings.prefect_port, HOST_NAMES)


if __name__ == "__main__":
    main()
