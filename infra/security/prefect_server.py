"""Run Prefect's server behind `OwnOrigin`, for both stacks.

`prefect server start` would accept every host name. All other settings, with the password, are Prefect's own variables
(`PREFECT_…`).
"""

from collections.abc import Collection

from infra.security.own_origin import OwnOrigin

ANY_ORIGIN = "*"


def serve(host: str, port: int, names: Collection[str]) -> None:
    """Serve until the process is stopped. Accepts requests to an IP address or to one of `names`."""
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import get_current_settings

    settings = get_current_settings().server
    origins = set(settings.api.cors_allowed_origins.lower().split(",")) - {ANY_ORIGIN}
    uvicorn.run(
        OwnOrigin(create_app(final=True), names, origins),
        host=host,
        port=port,
        timeout_keep_alive=settings.api.keepalive_timeout,
        ws_ping_interval=settings.api.websocket_ping_interval,
        ws_ping_timeout=settings.api.websocket_ping_timeout,
        log_level=settings.logging_level.lower(),
    )
