"""Settings of the embedded stack. The only file of infra.embedded that reads the environment."""

import os
from collections.abc import Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[2]
PORTS = ("prefect_port", "mlflow_port", "api_port", "web_port")
# a login to another Prefect or MLflow must not redirect this stack; without bytecode every start takes 12 s longer
DROPPED_PREFIXES = ("PREFECT_", "MLFLOW_", "_MLFLOW_", "PYTHONDONTWRITEBYTECODE")
PASSED_VARIABLES = ("PREFECT_LOGGING_LEVEL", "MLFLOW_TIMEOUT_SECONDS")


def _resolve_path(folder: Path) -> Path:
    return folder.expanduser().resolve()


def _resolve_source(source: str) -> str:
    return source if "://" in source else str(Path(source).expanduser().resolve())


def _require_loopback(address: IPv4Address) -> IPv4Address:
    if not address.is_loopback:
        raise ValueError(f"{address} is reached from other machines: keep a loopback address, with a proxy in front")
    return address


Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Settings of the embedded stack, one environment variable each, in capitals."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, validate_default=True)

    steam_sales_home: Annotated[Path, AfterValidator(_resolve_path)] = Field(
        Path("var"), description="Folder of all state, logs and models. Two stacks want two."
    )
    steam_sales_source: Annotated[str, AfterValidator(_resolve_source)] = Field(
        str(ROOT / "data" / "steam_selling_games.csv"),
        description="Source of the first ETL: a path, an http(s) or an s3 URL. By default the sample.",
    )
    steam_sales_bind: Annotated[IPv4Address, AfterValidator(_require_loopback)] = Field(
        IPv4Address("127.0.0.1"), description="Loopback address that every server listens on."
    )
    prefect_port: Port = Field(4200, description="Port of Prefect.")
    mlflow_port: Port = Field(5000, description="Port of MLflow.")
    api_port: Port = Field(8000, description="Port of the API.")
    web_port: Port = Field(7860, description="Port of the web page.")
    steam_sales_start_timeout: float = Field(
        240, ge=10, le=3600, description="Seconds until every server must answer, or the start has failed."
    )
    steam_sales_model_timeout: float = Field(
        900, ge=10, le=86400, description="Seconds to wait for the first model; the stack stays up without it."
    )

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        names: dict[int, str] = {}
        for name in PORTS:
            port = getattr(self, name)
            if port in names:
                raise ValueError(f"{names[port].upper()} and {name.upper()} are both {port}: change one")
            names[port] = name
        return self

    @property
    def prefect_url(self) -> str:
        """Address of Prefect."""
        return f"http://{self.steam_sales_bind}:{self.prefect_port}"

    @property
    def mlflow_url(self) -> str:
        """Address of MLflow."""
        return f"http://{self.steam_sales_bind}:{self.mlflow_port}"

    @property
    def api_url(self) -> str:
        """Address of the API."""
        return f"http://{self.steam_sales_bind}:{self.api_port}"

    @property
    def web_url(self) -> str:
        """Address of the web page."""
        return f"http://{self.steam_sales_bind}:{self.web_port}"


def inherit_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that the parts inherit from the environment of the launcher."""
    return {
        key: value
        for key, value in environment.items()
        if key in PASSED_VARIABLES or not key.startswith(DROPPED_PREFIXES)
    }
