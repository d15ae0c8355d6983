"""The pipeline's settings. Only this module of `flows` reads the environment."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFECT_LOGIN = "prefect-login"  # in the home, as docs/contracts.md says
Split = Literal["stable", "random", "chronological"]
Port = Annotated[int, Field(ge=1, le=65535)]


def _not_blank(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def _api_on_this_machine(data: dict[str, Any]) -> AnyHttpUrl:
    return AnyHttpUrl(f"http://127.0.0.1:{data['api_port']}")


class Settings(BaseSettings):
    """Settings from the environment. Entry points create them and pass on values."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    steam_sales_home: Path = Field(Path("var"), description="folder of all state")
    steam_sales_source: str = Field(
        "data/steam_selling_games.csv", description="source of the first ETL: a path, an http(s) or an s3 URL"
    )
    steam_sales_split: Split = Field("stable", description="split of the first ETL; later ones name their own")
    data_url: str | None = Field(
        None,
        description="where versions of the data are kept, `s3://data` for example; `data` in the home if unset",
    )
    aws_endpoint_url: str | None = Field(None, description="S3 server, if it is not Amazon's")
    aws_access_key_id: str | None = Field(None, description="S3 user")
    aws_secret_access_key: Annotated[SecretStr | None, AfterValidator(_not_blank)] = Field(
        None, description="S3 password"
    )
    prefect_port: Port = Field(4200, description="port of the Prefect server")
    prefect_api_url: str | None = Field(None, description="API of a Prefect server elsewhere")
    prefect_api_auth_string: Annotated[SecretStr | None, AfterValidator(_not_blank)] = Field(
        None, description="`user:password` of the Prefect server; that of the stack on this machine if unset"
    )
    steam_sales_silence_seconds: int = Field(
        90, ge=45, le=110, description="seconds without a sign of life after which a run is called Crashed"
    )
    steam_sales_job_template: Path | None = Field(
        None, description="template of a Kubernetes Job for every run; runs are processes of the worker if unset"
    )
    mlflow_port: Port = Field(5000, description="port of the MLflow server")
    mlflow_tracking_uri: str | None = Field(None, description="an MLflow server elsewhere")
    api_port: Port = Field(8000, description="port of the API")
    api_url: AnyHttpUrl = Field(
        default_factory=_api_on_this_machine,
        description="address of the API, which holds uploaded tables; the one on this machine if unset",
    )
    api_key: Annotated[SecretStr | None, AfterValidator(_not_blank)] = Field(
        None, description="key of the API with the scope admin, to fetch uploaded tables, where the API wants one"
    )
    dask_scheduler: str | None = Field(
        None, description="Dask scheduler to spread the search by, `tcp://host:8786` for example; none if unset"
    )
    code_version: str | None = Field(
        None, description="code version that runs are tagged with; the git commit if unset"
    )
    alert_urls: SecretStr | None = Field(
        None, description="where the watch sends alarms: addresses of apprise, apart by blanks; nowhere if unset"
    )
    alert_language: Literal["en", "es"] = Field("es", description="language of these alarms")

    @classmethod
    def read(cls) -> Self:
        """Read the environment. Ends the process with a line for each variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            # a default that is derived from a wrong setting is no fault of its own
            faults = [e for e in error.errors() if e["type"] != "default_factory_not_called"]
            sys.exit("\n".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in faults))

    @property
    def data_store_url(self) -> str:
        """The URL of the bucket or folder `data`."""
        return self.data_url or (self.steam_sales_home.resolve() / "data").as_uri()

    @property
    def prefect_url(self) -> str:
        """Address of Prefect's API."""
        return self.prefect_api_url or self._prefect_here

    @property
    def _prefect_here(self) -> str:
        return f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def prefect_login(self) -> str:
        """`user:password` of the Prefect server, empty where none is known.

        `make up` leaves that of its own server in the home. It is sent to no Prefect elsewhere.
        """
        if self.prefect_api_auth_string:
            return self.prefect_api_auth_string.get_secret_value()
        if self.prefect_url == self._prefect_here:
            with suppress(OSError):
                return (self.steam_sales_home / PREFECT_LOGIN).read_text(encoding="utf-8").strip()
        return ""

    @property
    def prefect_environment(self) -> dict[str, str]:
        """What Prefect's own client reads to find the server and to be let in."""
        login = {"PREFECT_API_AUTH_STRING": self.prefect_login} if self.prefect_login else {}
        return {"PREFECT_API_URL": self.prefect_url, **login}

    @property
    def mlflow_url(self) -> str:
        """The URL of the MLflow server."""
        return self.mlflow_tracking_uri or f"http://127.0.0.1:{self.mlflow_port}"

    @property
    def api_login(self) -> str | None:
        """The key of the API, None where none is set."""
        return self.api_key.get_secret_value() if self.api_key else None

    @property
    def s3_options(self) -> dict[str, object]:
        """Options for s3fs; unset values are left to the S3 library's defaults."""
        secret = self.aws_secret_access_key
        options = {
            "endpoint_url": self.aws_endpoint_url,
            "key": self.aws_access_key_id,
            "secret": secret and secret.get_secret_value(),
        }
        return {"use_listings_cache": False} | {key: value for key, value in options.items() if value}
