"""Serves the web page: `python -m webapp`; makes a user of it: `python -m webapp user`."""

import sys
from getpass import getpass


def main() -> None:
    """Serve until told to stop, or make a user."""
    match sys.argv[1:]:
        case []:
            _serve()
        case ["user", *arguments]:
            from webapp.cli import create_user

            sys.stdout.write(create_user(arguments, getpass))
        case _:
            sys.exit("python -m webapp, or python -m webapp user NAME")


def _serve() -> None:
    from pydantic import ValidationError

    from webapp.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(str(error))

    import uvicorn

    from webapp.middleware.upload_folder import upload_folder

    upload_folder()  # before Gradio is imported, which makes a folder of its own at once

    from webapp.api.client import ApiClient, connect
    from webapp.app import build_app

    key = settings.api_key.get_secret_value() if settings.api_key else None
    with connect(str(settings.api_url), settings.web_api_timeout_seconds, key) as http:
        uvicorn.run(
            build_app(ApiClient(http), settings),
            host=settings.web_host,
            port=settings.web_port,
            log_level="warning",
            proxy_headers=False,  # uvicorn would believe whoever asks from this machine: see `ProxyHeaders`
            timeout_graceful_shutdown=2,  # pages keep a stream open for as long as they are read
        )


if __name__ == "__main__":
    main()
