"""Settings of the containers of the production stack. `docker-compose.yml` sets all that have no default."""

import sys
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.security.credentials import require_api_keys, require_not_blank, require_web_users, weakness

ADDRESSES = ("bind_address", "proxy_address")
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 - the assumption if nothing is set
Secret = Annotated[SecretStr, AfterValidator(require_not_blank)]


class ContainerSettings(BaseSettings):
    """Immutable. An empty variable counts as unset; a blank secret is an error."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    @classmethod
    def read(cls) -> Self:
        """Read the environment. Exits with a line for each invalid variable."""
        try:
            return cls()
        except ValidationError as error:
            sys.exit("\n".join(map(_sentence, error.errors())))


class S3(ContainerSettings):
    """The S3 server and our keys."""

    aws_endpoint_url: str = Field(min_length=1, description="address of the S3 server")
    aws_access_key_id: str = Field(min_length=1, description="S3 user")
    aws_secret_access_key: Secret = Field(description="S3 password")
    aws_default_region: str = Field("us-east-1", description="region, where the server has several")


class Passwords(ContainerSettings):
    """The passwords of the PostgreSQL server."""

    postgres_password: Secret = Field(description="password of its superuser")
    prefect_db_password: Secret = Field(description="password of the user and database `prefect`")
    mlflow_db_password: Secret = Field(description="password of the user and database `mlflow`")
    history_db_password: Secret = Field(description="password of the user and database `history`")

    @property
    def databases(self) -> dict[str, str]:
        """Map each database to its owner's password. The owner has the name of the database."""
        names = ("prefect", "mlflow", "history")
        return {name: _reveal(getattr(self, f"{name}_db_password")) for name in names}


class PublishedPorts(ContainerSettings):
    """The addresses that the ports are published on: all of them if unset, as on Kubernetes."""

    bind_address: str = Field(ALL_ADDRESSES, description="address that the ports are published on")
    proxy_address: str = Field(ALL_ADDRESSES, description="address that the proxy's port is published on")

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect to the ports."""
        return _is_loopback(self.bind_address) and _is_loopback(self.proxy_address)

    def require(self, name: str, secret: SecretStr | None) -> None:
        """Raise ValueError if other machines can connect and the secret in variable `name` is weak."""
        if not self.loopback and (reason := weakness(name, _reveal(secret))):
            raise ValueError(
                f"{name} {reason}, and other machines can connect to the server: use one that `make env` writes"
            )


class Guard(PublishedPorts, Passwords):
    """Every secret of the stack, and the addresses of its ports."""

    aws_secret_access_key: Secret = Field(description="S3 password")
    minio_root_password: Secret | None = Field(None, description="password of MinIO's root user")
    prefect_server_api_auth_string: Secret | None = Field(None, description="`user:password` of Prefect")
    mlflow_tracking_password: Secret | None = Field(None, description="password of MLflow")
    api_keys: Annotated[SecretStr | None, AfterValidator(require_api_keys)] = Field(
        None, description="keys that open the API"
    )
    web_users: Annotated[SecretStr | None, AfterValidator(require_web_users)] = Field(
        None, description="who may use the page"
    )

    @property
    def secrets(self) -> dict[str, str]:
        """Map every variable to its secret; empty if there is none."""
        names = [name for name in type(self).model_fields if name not in ADDRESSES]
        return {name.upper(): _reveal(getattr(self, name)) for name in names}


class Setup(S3, Passwords):
    """Settings of the job that creates databases and buckets."""

    postgres_host: str = Field(description="name of the PostgreSQL server")
    minio_root_user: str | None = Field(None, description="root user of our MinIO; unset for another S3 server")
    minio_root_password: Secret | None = Field(None, description="its password")
    data_bucket: str = Field(description="bucket of the versions of the data")
    artifacts_bucket: str = Field(description="bucket of MLflow's artifacts")
    old_objects_days: int = Field(ge=1, le=3650, description="days until overwritten and deleted objects are gone")

    @property
    def buckets(self) -> tuple[str, str]:
        """Both buckets."""
        return self.data_bucket, self.artifacts_bucket

    @property
    def minio_root(self) -> S3 | None:
        """The S3 server with the keys of MinIO's root user; None for another S3 server."""
        if self.minio_root_user is None or self.minio_root_password is None:
            return None
        return S3(
            aws_endpoint_url=self.aws_endpoint_url,
            aws_access_key_id=self.minio_root_user,
            aws_secret_access_key=self.minio_root_password,
            aws_default_region=self.aws_default_region,
        )


class Mlflow(S3, PublishedPorts):
    """Settings of the MLflow server."""

    mlflow_database_url: Secret = Field(description="its database, postgresql+psycopg://…")
    mlflow_artifacts: str = Field(description="where artifacts go, s3://mlflow for example")
    mlflow_allowed_hosts: str = Field(description="host names that it accepts, separated by commas")
    mlflow_tracking_username: str = Field("admin", description="user name")
    mlflow_tracking_password: Secret | None = Field(None, description="password")

    @model_validator(mode="after")
    def _require_password(self) -> Self:
        self.require("MLFLOW_TRACKING_PASSWORD", self.mlflow_tracking_password)
        return self


class Prefect(PublishedPorts):
    """Settings of the Prefect server that Prefect does not read itself."""

    prefect_allowed_hosts: str = Field(
        description="host names that it accepts, separated by commas, beside IP addresses"
    )
    prefect_server_api_auth_string: Secret | None = Field(None, description="`user:password` that it requires")

    @property
    def hosts(self) -> frozenset[str]:
        """The host names that it accepts."""
        return frozenset(name.strip().lower() for name in self.prefect_allowed_hosts.split(",") if name.strip())

    @model_validator(mode="after")
    def _require_password(self) -> Self:
        self.require("PREFECT_SERVER_API_AUTH_STRING", self.prefect_server_api_auth_string)
        return self


class Exporter(ContainerSettings):
    """Settings of the exporter of Prefect's metrics."""

    prefect_api_url: str = Field(min_length=1, description="Prefect's REST API")
    prefect_api_auth_string: Secret | None = Field(None, description="`user:password` of Prefect")

    @property
    def prefect_login(self) -> str:
        """`user:password`, empty if Prefect has no password."""
        return _reveal(self.prefect_api_auth_string)


def _sentence(error: ErrorDetails) -> str:
    """Return an error as `VARIABLE: message`, or the message alone if it is about several variables."""
    message = error["msg"].removeprefix("Value error, ")
    return f"{str(error['loc'][0]).upper()}: {message}" if error["loc"] else message


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _reveal(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
