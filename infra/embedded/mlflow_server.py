"""MLflow's tracking server in one process: `python -m infra.embedded.mlflow_server`.

`mlflow server` imports all of MLflow (5 s, 240 MB) only to start uvicorn in a child, which imports it again, and to
wait. This hands the same application the same variables. Their names are internal to MLflow: `pyproject.toml`
bounds its version, a test compares them with MLflow's own, another stores a model through this server.
"""

import os
import sys

from infra.embedded.settings import Settings

ARTIFACTS = "mlflow-artifacts:/"
# what MLflow imports where it is installed, for clients that log it: a server takes 45 MB less without
NOT_FOR_A_SERVER = ("matplotlib", "polars", "pyarrow", "scipy", "sklearn")


def environment(settings: Settings) -> dict[str, str]:
    """What `mlflow server` tells its child: SQLite and artifacts in the home, and these reached through it alone."""
    folder = settings.steam_sales_home / "mlflow"
    store = f"sqlite:///{folder / 'mlflow.db'}"
    return {
        "_MLFLOW_SERVER_FILE_STORE": store,
        "_MLFLOW_SERVER_REGISTRY_STORE": store,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": ARTIFACTS,
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "artifacts"),
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "MLFLOW_SERVER_ALLOWED_HOSTS": f"localhost:*,127.0.0.1:*,{settings.steam_sales_bind}:*",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # twelve more processes, for jobs that nobody submits
    }


def hide(*packages: str) -> None:
    """Let whoever imports these in this process from now on find them not installed."""
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type] # None stands for absence there


def main() -> None:
    """Serve until told to stop. MLflow reads its variables when it is imported."""
    settings = Settings()
    told = environment(settings)
    os.environ.update(told)
    (settings.steam_sales_home / "mlflow").mkdir(parents=True, exist_ok=True)
    hide(*NOT_FOR_A_SERVER)

    import uvicorn
    from mlflow.server.fastapi_app import app
    from mlflow.server.handlers import initialize_backend_stores

    store = told["_MLFLOW_SERVER_FILE_STORE"]
    initialize_backend_stores(store, store, ARTIFACTS)
    uvicorn.run(app, host=str(settings.steam_sales_bind), port=settings.mlflow_port, access_log=False)


if __name__ == "__main__":
    main()
