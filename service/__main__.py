"""Starts the API: `python -m service`; makes an API key: `python -m service key`."""

import logging
import sys

import uvicorn
from pydantic import ValidationError

from service.app import create_app
from service.making_keys import make_key
from service.patience import patient
from service.settings import Settings


def main() -> None:
    """Serve until told to stop, in one process: two on one SQLite file would wait for each other."""
    settings = _settings()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http=patient(settings.api_patience_seconds),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    if sys.argv[1:2] == ["key"]:
        sys.stdout.write(make_key(sys.argv[2:]))
    else:
        main()
