"""The parts of the stack: command, environment and readiness URL of each. Starts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.embedded.settings import PORTS, Settings

POOL = "steam-sales"  # as in deployments.yaml
STACK_VARIABLE = "STEAM_SALES_STACK"
NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GRADIO_ANALYTICS_ENABLED": "False",
}
# glibc gives each thread a heap and never returns its memory: with two heaps the stack uses 5 % less
LOW_MEMORY = {"MALLOC_ARENA_MAX": "2"}


@dataclass(frozen=True)
class Part:
    """One supervised process.

    `ready_url` returns 200 when the part is ready; for a worker, it lists the workers of its Prefect work pool. In a
    new home the part starts when the one named in `starts_after` is ready. A server is stopped after its clients.
    `environment` has no path: supervisor reads it from a file that has no escapes.
    """

    name: str
    title: str
    arguments: str
    ready_url: str
    is_worker: bool = False
    starts_after: str = ""
    is_server: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def _servers(settings: Settings) -> tuple[Part, ...]:
    prefect = settings.prefect_url
    variables = {
        # at the name and port by which the browser reached the page
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": prefect,
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        # a run that waits for a concurrency slot tries again after this, not after half a minute
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "2",
    }
    experiment = f"{settings.mlflow_url}/api/2.0/mlflow/experiments/get?experiment_id=0"
    return (
        Part(
            "prefect",
            "Prefect",
            "-m infra.embedded.prefect_server",
            f"{prefect}/api/ready",
            is_server=True,
            environment=variables,
        ),
        Part("mlflow", "MLflow", "-m infra.embedded.mlflow_server", experiment, is_server=True),
    )


def _clients(settings: Settings) -> tuple[Part, ...]:
    host = str(settings.steam_sales_bind)
    prefect = f"{settings.prefect_url}/api"
    servers = {"PREFECT_API_URL": prefect, "MLFLOW_TRACKING_URI": settings.mlflow_url}
    workers = f"{prefect}/work_pools/{POOL}/workers/filter"
    worker = {"API_URL": settings.api_url, **servers}
    api = {"API_HOST": host, **servers}
    page = {"WEB_HOST": host, "API_URL": settings.api_url}
    page_ready = f"{settings.web_url}/gradio_api/startup-events"
    return (
        Part("worker", "Worker", "-m flows.worker", workers, is_worker=True, environment=worker),
        Part("api", "API", "-m service", f"{settings.api_url}/health", starts_after="prefect", environment=api),
        Part("web", "Web page", "-m webapp", page_ready, starts_after="prefect", environment=page),
    )


def parts(settings: Settings) -> tuple[Part, ...]:
    """Return every process of the stack."""
    return _servers(settings) + _clients(settings)


def shared_environment(settings: Settings, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of supervisord, which every part inherits."""
    home = settings.steam_sales_home
    return {
        **LOW_MEMORY,
        **inherited,
        **NO_TELEMETRY,
        **{port.upper(): str(getattr(settings, port)) for port in PORTS},
        STACK_VARIABLE: str(home),
        "STEAM_SALES_HOME": str(home),
        "STEAM_SALES_SOURCE": settings.steam_sales_source,
        "STEAM_SALES_BIND": str(settings.steam_sales_bind),
        "PREFECT_HOME": str(home / "prefect"),
        "PYTHONUNBUFFERED": "1",
    }
