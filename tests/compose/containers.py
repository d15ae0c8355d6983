"""The production stack as a test starts it: a project, ports and a `.env` of its own. Speaks to `docker` only."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from dotenv import dotenv_values

from tests.infra.launched import free_ports

ROOT = Path(__file__).parents[2]
FILE = ROOT / "infra" / "docker-compose.yml"
SERVERS = ("PREFECT", "MLFLOW", "API", "WEB", "MINIO", "MINIO_CONSOLE", "PROXY", "PROMETHEUS", "GRAFANA")
PORTS = tuple(f"{name}_PORT" for name in SERVERS)
DEVELOPMENT = {"AWS_ACCESS_KEY_ID": "steam-sales", "AWS_SECRET_ACCESS_KEY": "development-minio"}
PATIENCE_SECONDS = 1500


@dataclass
class Containers:
    """A compose project."""

    name: str
    env_file: Path
    client: httpx.Client
    overrides: Mapping[str, str] = field(default_factory=dict)

    def tell(self, **variables: str) -> None:
        """Add variables to its `.env`, ports of its own first."""
        ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        with self.env_file.open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in (ports | variables).items())

    @cached_property
    def told(self) -> dict[str, str]:
        """What its `.env` says, over what the file says by itself."""
        return DEVELOPMENT | {name: value or "" for name, value in dotenv_values(self.env_file).items()}

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of ours but where the engine is."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME") or "DOCKER" in name}
        return kept | {"COMPOSE_FILE": str(FILE), "COMPOSE_PROJECT_NAME": self.name} | dict(self.overrides)

    def compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose …` on it."""
        command = [docker(), "compose", "--env-file", str(self.env_file), "--progress", "plain", *words]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0 or not check, done.stdout + done.stderr + self.complaints()
        return done

    def up(self, *services: str) -> None:
        """Build, start, and wait until all of it is healthy; all that has no profile, or these."""
        self.compose("up", "--build", "--wait", "--wait-timeout", str(PATIENCE_SECONDS), *services)

    def down(self) -> None:
        """Stop it and remove all it made, but for the images."""
        self.compose("--profile", "*", "down", "--volumes", "--timeout", "5", check=False)

    def complaints(self) -> str:
        """The ends of all logs."""
        return self.compose("logs", "--tail", "30", check=False).stdout

    def states(self) -> dict[str, str]:
        """Of each service, `healthy`, or its exit code if it has ended."""
        lines = self.compose("ps", "--all", "--format", "json").stdout.splitlines()
        found = map(json.loads, lines)
        return {one["Service"]: one["Health"] or f"{one['State']} {one['ExitCode']}" for one in found}

    def container(self, service: str) -> str:
        """The id of a service's container."""
        return self.compose("ps", "--all", "--quiet", service).stdout.strip()

    def engine(self, *words: str) -> str:
        """What a command of the engine says."""
        return subprocess.run([docker(), *words], capture_output=True, text=True, check=True).stdout

    def url(self, part: str) -> str:
        """Address of a part on this machine."""
        return f"http://127.0.0.1:{self.told[f'{part.upper()}_PORT']}"

    def api(self, method: str, path: str, **what: Any) -> Any:
        """The JSON of a successful call of the API."""
        key = self.told.get("API_ADMIN_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = self.client.request(method, f"{self.url('api')}{path}", headers=headers, **what)
        return answer.raise_for_status().json()

    def prefect(self, method: str, path: str, **what: Any) -> Any:
        """The JSON of a successful call of Prefect's API."""
        login = _login(self.told.get("PREFECT_API_AUTH_STRING"))
        answer = self.client.request(method, f"{self.url('prefect')}/api{path}", auth=login, **what)
        return answer.raise_for_status().json()

    def mlflow(self, path: str, **query: str) -> Any:
        """The JSON of a successful GET of MLflow's API."""
        password = self.told.get("MLFLOW_TRACKING_PASSWORD")
        login = _login(f"{self.told['MLFLOW_TRACKING_USERNAME']}:{password}" if password else None)
        url = f"{self.url('mlflow')}/api/2.0/mlflow/{path}"
        return self.client.get(url, params=query, auth=login).raise_for_status().json()

    @cached_property
    def s3(self) -> Any:
        """A client of its MinIO."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.url("minio"),
            aws_access_key_id=self.told["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.told["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
        )

    def keys(self, bucket: str) -> list[str]:
        """The names of the objects in a bucket."""
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def text(self, bucket: str, key: str) -> str:
        """An object as text."""
        return str(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


def docker() -> str:
    """The engine's client."""
    found = shutil.which("docker")
    assert found, "docker is not on the PATH"
    return found


def _login(words: str | None) -> tuple[str, str] | None:
    user, _, password = (words or "").partition(":")
    return (user, password) if password else None
