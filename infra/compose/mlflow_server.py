"""Run MLflow's tracking server in one process, with a password: `python -m infra.compose.mlflow_server`.

Like `infra/embedded/mlflow_server.py`, with PostgreSQL and S3 in place of files. The names of the variables are
internal to MLflow; a test compares them with MLflow's own.
"""

import os
from typing import Any

from infra.compose.settings import Mlflow
from infra.security.asgi import App
from infra.security.basic_auth import BasicAuth

ARTIFACTS = "mlflow-artifacts:/"
PORT = 5000


def environment(settings: Mlflow) -> dict[str, str]:
    """Return the variables that `mlflow server` sets. Clients get artifacts from the server, and need no S3 key."""
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
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",  # else twelve more processes, for jobs that nobody submits
    }


def origins(hosts: str) -> str:
    """Return the origins of MLflow's own page, for each of its names: browsers send it with every change."""
    return ",".join(f"{scheme}://{host}" for host in hosts.split(",") for scheme in ("http", "https"))


def migrate(url: str) -> None:
    """Migrate MLflow's tables to its installed version, which refuses to start on older ones."""
    from mlflow.store.db import utils

    tables: Any = utils  # has no type annotations
    engine = tables.create_sqlalchemy_engine_with_retry(url)
    tables._initialize_tables(engine)  # noqa: SLF001 - what `mlflow server` itself calls, and the only one
    engine.dispose()


def with_basic_auth(app: App, settings: Mlflow) -> App:
    """Wrap the application in basic authentication, if there is a password."""
    password = settings.mlflow_tracking_password
    return BasicAuth(app, settings.mlflow_tracking_username, password.get_secret_value()) if password else app


def main() -> None:
    """Serve until the process is stopped. MLflow reads its variables when it is imported."""
    settings = Mlflow.read()
    variables = environment(settings)
    os.environ.update(variables)
    store = variables["_MLFLOW_SERVER_FILE_STORE"]
    migrate(store)

    import uvicorn
    from mlflow.server.fastapi_app import app
    from mlflow.server.handlers import initialize_backend_stores

    initialize_backend_stores(store, store, ARTIFACTS)
    uvicorn.run(with_basic_auth(app, settings), host="0.0.0.0", port=PORT, access_log=False)  # noqa: S104 - a container


if __name__ == "__main__":
    main()
