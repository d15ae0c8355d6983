"""MLflow's tracking server in one process, behind a password: `python -m infra.compose.mlflow_server`.

As in `infra/embedded/mlflow_server.py`, with PostgreSQL and S3 in place of files. The names of the variables are
internal to MLflow; a test compares them with MLflow's own.
"""

import os
from typing import Any

from infra.compose.door import Door
from infra.compose.settings import Mlflow
from infra.security.asgi import App

ARTIFACTS = "mlflow-artifacts:/"
PORT = 5000


def environment(settings: Mlflow) -> dict[str, str]:
    """What `mlflow server` tells its child. Artifacts are reached through it alone: clients need no key of S3."""
    store = settings.mlflow_database_url.get_secret_value()
    return {
        "_MLFLOW_SERVER_FILE_STORE": store,
        "_MLFLOW_SERVER_REGISTRY_STORE": store,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": ARTIFACTS,
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": settings.mlflow_artifacts,
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "MLFLOW_S3_ENDPOINT_URL": settings.aws_endpoint_url,
        "MLFLOW_SERVER_ALLOWED_HOSTS": settings.mlflow_allowed_hosts,
        "MLFLOW_SERVER_CORS_ALLOWED_ORIGINS": origins(settings.mlflow_allowed_hosts),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # twelve more processes, for jobs that nobody submits
    }


def origins(hosts: str) -> str:
    """Its own page, by whatever of its names it was opened: a browser sends that along when it asks for a change."""
    return ",".join(f"{scheme}://{host}" for host in hosts.split(",") for scheme in ("http", "https"))


def migrate(url: str) -> None:
    """Bring MLflow's tables to the shape that this version of it wants; it refuses to start on an older one."""
    from mlflow.store.db import utils

    tables: Any = utils  # says nothing of its types
    engine = tables.create_sqlalchemy_engine_with_retry(url)
    tables._initialize_tables(engine)  # noqa: SLF001 - what `mlflow server` itself calls, and the only one
    engine.dispose()


def behind_a_door(app: App, settings: Mlflow) -> App:
    """The application, behind a password where there is one."""
    password = settings.mlflow_tracking_password
    return Door(app, settings.mlflow_tracking_username, password.get_secret_value()) if password else app


def main() -> None:
    """Serve until told to stop. MLflow reads its variables when it is imported."""
    settings = Mlflow.read()
    told = environment(settings)
    os.environ.update(told)
    store = told["_MLFLOW_SERVER_FILE_STORE"]
    migrate(store)

    import uvicorn
    from mlflow.server.fastapi_app import app
    from mlflow.server.handlers import initialize_backend_stores

    initialize_backend_stores(store, store, ARTIFACTS)
    uvicorn.run(behind_a_door(app, settings), host="0.0.0.0", port=PORT, access_log=False)  # noqa: S104 - a container


if __name__ == "__main__":
    main()
