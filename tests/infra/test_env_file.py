"""What `make env` writes lies where the command of the README looks for it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values

from infra.compose import new_env
from infra.embedded.settings import ROOT
from tests.infra.engine import client

COMPOSE = "infra/docker-compose.yml"
WRITER = "infra/compose/new_env.py"
# one of each way a variable is handed on: with a default, without one, and made empty
READ = {
    "postgres": ("POSTGRES_PASSWORD",),
    "prefect": ("PREFECT_SERVER_API_AUTH_STRING",),
    "mlflow": ("MLFLOW_TRACKING_PASSWORD",),
    "api": ("API_KEYS", "API_OPEN"),
    "web": ("WEB_USERS", "WEB_OPEN"),
}


def test_it_lies_beside_the_compose_file() -> None:
    assert (ROOT / COMPOSE).with_name(".env") == new_env.ENV_FILE


def test_the_engines_own_client_reads_it_there(tmp_path: Path) -> None:
    docker = client()
    for name in (COMPOSE, WRITER):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    subprocess.run([sys.executable, WRITER], cwd=tmp_path, env=bare, check=True, capture_output=True)
    command = [docker, "compose", "-f", COMPOSE, "config", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, env=bare, check=True, capture_output=True, timeout=60)
    services, told = json.loads(done.stdout)["services"], dotenv_values(tmp_path / "infra" / ".env")
    for service, names in READ.items():
        assert {name: services[service]["environment"][name] for name in names} == {name: told[name] for name in names}
    assert services["minio"]["environment"]["MINIO_ROOT_PASSWORD"] == told["MINIO_ROOT_PASSWORD"]
