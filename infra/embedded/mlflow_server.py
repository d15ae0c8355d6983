"""Run MLflow's tracking server in one process: `python -m infra.embedded.mlflow_server`.

`mlflow server` imports all of MLflow (5 s, 240 MB) only to start uvicorn in a child process, which imports it again.
This module sets the same variables and runs the same application. The names are internal to MLflow: `pyproject.toml`
bounds its version, and a test compares them with MLflow's own.
"""

import os
import sys

from infra.embedded.settings import Settings

ARTIFACTS = "mlflow-artifacts:/"
# MLflow imports these if they are installed, for clients: without them the server uses 45 MB less
UNUSED_PACKAGES = ("matplotlib", "polars", "pyarrow", "scipy", "sklearn")


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables that `mlflow server` sets: SQLite and artifacts in the home, served by the server only."""
    folder = settings.steam_sales_home / "mlflow"
    store = f"sqlite:///{folder / 'mlflow.db'}"
    return {
        "_MLFLOW_SERVER_FILE_STORE": store,
        "_MLFLOW_SERVER_REGISTRY_STORE": store,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": ARTIFACTS,
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "MLFLOW_SERVER_ALLOWED_HOSTS": f"localhost:*,127.0.0.1:*,{settings.steam_sales_bind}:*",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # else twelve more processes, for jobs that nobody submits
    }


def hide_packages(*packages: str) -> None:
    """Make later imports of these packages fail in this process, as if they were not installed."""
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type] # None makes the import fail


def main() -> None:
    """Serve until the process is stopped. MLflow reads its variables when it is imported."""
    settings = Settings()
    variables = environment(settings)
    os.environ.update(variables)
    (settings.steam_sales_home / "mlflow").mkdir(parents=True, exist_ok=True)
    hide_packages(*UNUSED_PACKAGES)

    import uvicorn
    from mlflow.server.fastapi_app import app
    from mlflow.server.handlers import initialize_backend_stores

    store = variables["_MLFLOW_SERVER_FILE_STORE"]
    initialize_backend_stores(store, store, ARTIFACTS)
    uvicorn.run(app, host=str(settings.steam_sales_bind), port=settings.mlflow_port, access_log=False)


if __name__ == "__main__":
    main()
