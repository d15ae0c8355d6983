"""Prefect's server as both stacks run it: its own application, behind `OwnOrigin`.

`prefect server start` would hand the application to uvicorn as it is, and it answers to every host name. What else the
server is told, its password too, it reads itself from the variables named PREFECT_….
"""

from collections.abc import Collection

from infra.security.own_origin import OwnOrigin

ANY = "*"


def serve(host: str, port: int, names: Collection[str]) -> None:
    """Serve until told to stop, to those who call the server by an IP address or one of `names`."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server
    origins = set(settings.api.cors_allowed_origins.lower().split(",")) - {ANY}
    uvicorn.run(
        OwnOrigin(create_app(final=True), names, origins),
        host=host,
        port=port,
        timeout_keep_alive=settings.api.keepalive_timeout,
        ws_ping_interval=settings.api.websocket_ping_interval,
        ws_ping_timeout=settings.api.websocket_ping_timeout,
        log_level=settings.logging_level.lower(),
    )
