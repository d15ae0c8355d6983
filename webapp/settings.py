"""What the web page may be told from outside. The only file of this room that reads the environment."""

from ipaddress import ip_address
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = "127.0.0.1"


def _host(value: str) -> str:
    if value == "localhost":
        return value
    return str(ip_address(value))


def _api_on_this_machine(data: dict[str, Any]) -> AnyHttpUrl:
    return AnyHttpUrl(f"http://{LOOPBACK}:{data['api_port']}")


Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Settings of the web page, one environment variable each, in capitals."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    web_host: Annotated[str, AfterValidator(_host)] = Field(
        default=LOOPBACK, description="address the web page listens on: an IP address or `localhost`"
    )
    web_port: Port = Field(default=7860, description="port of the web page")
    web_language: Literal["es", "en"] = Field(
        default="es", description="language for readers whose browser asks for neither Spanish nor English"
    )
    web_page_rows: int = Field(default=20, ge=5, le=100, description="rows on one page of Registro")
    web_api_timeout_seconds: float = Field(
        default=5, gt=0, le=60, description="how long the API may take before the page says that it is too slow"
    )
    web_upload_limit: int = Field(
        default=104_857_600, ge=1_024, le=10_737_418_240, description="largest file that the page takes, in bytes"
    )
    api_port: Port = Field(default=8000, description="port of the API")
    api_url: AnyHttpUrl = Field(
        default_factory=_api_on_this_machine,
        description="address of the API; the one on this machine, at `API_PORT`, if unset",
    )
    api_key: SecretStr | None = Field(
        default=None, description="key of the API with the scopes read and predict, where the API wants one"
    )
