"""What the containers of the production stack are told. With no default: `docker-compose.yml` always says it."""

import sys
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.security.credentials import holding_keys, holding_users, not_blank, weakness

ADDRESSES = ("bind_address", "proxy_address")
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what to expect where nothing is said
Secret = Annotated[SecretStr, AfterValidator(not_blank)]


class Told(BaseSettings):
    """Frozen; an empty variable is one that was not set, a blank one is an error where a secret is wanted."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    @classmethod
    def read(cls) -> Self:
        """Read the environment. Ends the process with a line for each variable that is wrong."""
        try:
            return cls()
        except ValidationError as error:
            sys.exit("\n".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()))


class S3(Told):
    """A server that speaks the protocol of S3, and who we are there."""

    aws_endpoint_url: str = Field(min_length=1, description="address of the S3 server")
    aws_access_key_id: str = Field(min_length=1, description="S3 user")
    aws_secret_access_key: Secret = Field(description="S3 password")
    aws_default_region: str = Field("us-east-1", description="region, where the server has several")


class Passwords(Told):
    """The passwords in the PostgreSQL server."""

    postgres_password: Secret = Field(description="password of its superuser")
    prefect_db_password: Secret = Field(description="password of the user and database `prefect`")
    mlflow_db_password: Secret = Field(description="password of the user and database `mlflow`")
    history_db_password: Secret = Field(description="password of the user and database `history`")

    @property
    def databases(self) -> dict[str, str]:
        """Name of each database, which is that of its owner too, and the owner's password."""
        names = ("prefect", "mlflow", "history")
        return {name: _plain(getattr(self, f"{name}_db_password")) for name in names}


class Published(Told):
    """Who may reach the ports: everybody where nothing is said, as on Kubernetes."""

    bind_address: str = Field(EVERYWHERE, description="address that the ports are published on")
    proxy_address: str = Field(EVERYWHERE, description="address that the proxy's port is published on")

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches the ports."""
        return _is_loopback(self.bind_address) and _is_loopback(self.proxy_address)

    def require(self, name: str, secret: SecretStr | None) -> None:
        """Raise ValueError where other machines reach the ports and the secret in variable `name` is weak."""
        if not self.loopback and (why := weakness(name, _plain(secret))):
            raise ValueError(f"{name} {why}, and other machines may reach the server: write one that `make env` makes")


class Guard(Published, Passwords):
    """Every secret of the stack, and who may reach its ports."""

    aws_secret_access_key: Secret = Field(description="S3 password")
    prefect_server_api_auth_string: Secret | None = Field(None, description="`user:password` of Prefect")
    mlflow_tracking_password: Secret | None = Field(None, description="password of MLflow")
    api_keys: Annotated[SecretStr | None, AfterValidator(holding_keys)] = Field(
        None, description="keys that open the API"
    )
    web_users: Annotated[SecretStr | None, AfterValidator(holding_users)] = Field(
        None, description="who may use the page"
    )

    @property
    def secrets(self) -> dict[str, str]:
        """Every secret by its variable; empty where a door has none."""
        names = [name for name in type(self).model_fields if name not in ADDRESSES]
        return {name.upper(): _plain(getattr(self, name)) for name in names}


class Setup(S3, Passwords):
    """What the one-shot job prepares."""

    postgres_host: str = Field(description="name of the PostgreSQL server")
    data_bucket: str = Field(description="bucket of the versions of the data")
    artifacts_bucket: str = Field(description="bucket of MLflow's artifacts")
    old_objects_days: int = Field(ge=1, le=3650, description="days until what was overwritten or deleted is gone")


class Mlflow(S3, Published):
    """What the MLflow server is told."""

    mlflow_database_url: Secret = Field(description="its database, postgresql+psycopg://…")
    mlflow_artifacts: str = Field(description="where artifacts go, s3://mlflow for example")
    mlflow_allowed_hosts: str = Field(description="names it answers to, apart by commas")
    mlflow_tracking_username: str = Field("admin", description="who may ask")
    mlflow_tracking_password: Secret | None = Field(None, description="with which password")

    @model_validator(mode="after")
    def _closed_to_others(self) -> Self:
        self.require("MLFLOW_TRACKING_PASSWORD", self.mlflow_tracking_password)
        return self


class Prefect(Published):
    """What the Prefect server is told that Prefect does not read itself."""

    prefect_allowed_hosts: str = Field(description="names it answers to, apart by commas, beside IP addresses")
    prefect_server_api_auth_string: Secret | None = Field(None, description="`user:password` of whoever may ask")

    @property
    def hosts(self) -> frozenset[str]:
        """The names it answers to."""
        return frozenset(name.strip().lower() for name in self.prefect_allowed_hosts.split(",") if name.strip())

    @model_validator(mode="after")
    def _closed_to_others(self) -> Self:
        self.require("PREFECT_SERVER_API_AUTH_STRING", self.prefect_server_api_auth_string)
        return self


class Exporter(Told):
    """What is told to who counts Prefect's runs."""

    prefect_api_url: str = Field(min_length=1, description="Prefect's HTTP interface")
    prefect_api_auth_string: Secret | None = Field(None, description="`user:password` of Prefect")

    @property
    def prefect_login(self) -> str:
        """`user:password`, empty where Prefect asks for none."""
        return _plain(self.prefect_api_auth_string)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _plain(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""
