"""The parts of the stack: how each is called, what it is told, how it answers. Starts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.embedded.settings import PORTS, Settings

POOL = "steam-sales"  # as in deployments.yaml
MARKER = "STEAM_SALES_STACK"
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GRADIO_ANALYTICS_ENABLED": "False",
}
# glibc gives each thread a heap of its own, and keeps what it once took: two are enough, and the stack takes 5 % less
FRUGAL = {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True)
class Part:
    """One supervised process.

    `answers` is the URL that answers 200 when the part is ready; for a part that `beats`, that of a Prefect work
    pool's workers. In a new home it is started only when the part named in `after` answers. A `server` is stopped
    after the parts that ask it. `environment` holds no path: supervisor reads it from a file that has no escapes.
    """

    name: str
    title: str
    arguments: str
    answers: str
    beats: bool = False
    after: str = ""
    server: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def _servers(settings: Settings) -> tuple[Part, ...]:
    prefect = settings.prefect_url
    told = {
        # at the name and port by which the browser reached the page
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": prefect,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # a run that waits for another to end looks again after this, not after half a minute
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
    }
    experiment = f"{settings.mlflow_url}/api/2.0/mlflow/experiments/get?experiment_id=0"
    return (
        Part(
            "prefect",
            "Prefect",
            "-m infra.embedded.prefect_server",
            f"{prefect}/api/ready",
            server=True,
            environment=told,
        ),
        Part("mlflow", "MLflow", "-m infra.embedded.mlflow_server", experiment, server=True),
    )


def _clients(settings: Settings) -> tuple[Part, ...]:
    host = str(settings.steam_sales_bind)
    prefect = f"{settings.prefect_url}/api"
    servers = {"PREFECT_API_URL": prefect, "MLFLOW_TRACKING_URI": settings.mlflow_url}
    workers = f"{prefect}/work_pools/{POOL}/workers/filter"
    worker = {"API_URL": settings.api_url, **servers}
    api = {"API_HOST": host, **servers}
    page = {"WEB_HOST": host, "API_URL": settings.api_url}
    page_up = f"{settings.web_url}/gradio_api/startup-events"
    return (
        Part("worker", "Worker", "-m flows.worker", workers, beats=True, environment=worker),
        Part("api", "API", "-m service", f"{settings.api_url}/health", after="prefect", environment=api),
        Part("web", "Web page", "-m webapp", page_up, after="prefect", environment=page),
    )


def parts(settings: Settings) -> tuple[Part, ...]:
    """Every process of the stack."""
    return _servers(settings) + _clients(settings)


def shared_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """What supervisor itself is given, and hands on to every part."""
    home = settings.steam_sales_home
    return {
        **FRUGAL,
        **inherited,
        **QUIET,
        **{port.upper(): str(getattr(settings, port)) for port in PORTS},
        MARKER: str(home),
        "STEAM_SALES_HOME": str(home),
        "STEAM_SALES_SOURCE": settings.steam_sales_source,
        "STEAM_SALES_BIND": str(settings.steam_sales_bind),
        "PREFECT_HOME": str(home / "prefect"),
        "PYTHONUNBUFFERED": "1",
    }
