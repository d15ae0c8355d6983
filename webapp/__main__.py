"""Serves the web page: `python -m webapp`."""

import uvicorn

from webapp.app import build_app
from webapp.client import ApiClient, connect
from webapp.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    key = settings.api_key.get_secret_value() if settings.api_key else None
    with connect(str(settings.api_url), settings.web_api_timeout_seconds, key) as http:
        uvicorn.run(
            build_app(ApiClient(http), settings),
            host=settings.web_host,
            port=settings.web_port,
            log_level="warning",
            timeout_graceful_shutdown=2,  # pages keep a stream open for as long as they are read
        )


if __name__ == "__main__":
    main()
