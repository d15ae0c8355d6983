"""Prefect's server of the embedded stack: `python -m infra.embedded.prefect_server`. The launcher sets its password."""

from infra.embedded.settings import Settings
from infra.security.prefect import serve

NAMES = ("localhost",)


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    serve(str(settings.steam_sales_bind), settings.prefect_port, NAMES)


if __name__ == "__main__":
    main()
