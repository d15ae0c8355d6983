"""Configures the OpenAPI document, and corrects what Litestar writes into it."""

from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any

from litestar import Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import OpenAPI

from service.api.openapi.authentication import require_keys

_PUBLIC_PATHS = {"/predict": "/predict/", "/registry": "/registry/"}
_DESCRIPTION = """Expected daily sales of games on Steam, by the kind of day.

Every prediction is stored in the registry before it is answered. Errors are problem details (RFC 9457)."""


def openapi_config(version: str, *, require_key: bool) -> OpenAPIConfig:
    """Configure the document at /schema/openapi.json; `require_key` adds the API key to it."""
    return _DocumentConfig(
        title="Steam Sales",
        version=version,
        description=_DESCRIPTION,
        render_plugins=[JsonRenderPlugin()],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, after_request=_html_to_problem),
        require_key=require_key,
    )


@dataclass
class _DocumentConfig(OpenAPIConfig):
    """Makes documents of the class below."""

    require_key: bool = False

    def to_openapi_schema(self) -> OpenAPI:
        """See `OpenAPIConfig`."""
        document = super().to_openapi_schema()
        values = {field.name: getattr(document, field.name) for field in fields(document)}
        return _Document(**values, require_key=self.require_key)


@dataclass
class _Document(OpenAPI):
    """An OpenAPI document with corrections that Litestar has no setting for."""

    require_key: bool = False

    def to_schema(self) -> dict[str, Any]:
        """See `OpenAPI`."""
        schema = super().to_schema()
        schema.pop("requireKey", None)  # Litestar writes every field, in camel case
        # Litestar drops the last slash of a route and accepts both forms.
        _simplify(schema)
        schema["paths"] = {_PUBLIC_PATHS.get(path, path): item for path, item in schema["paths"].items()}
        return require_keys(schema) if self.require_key else schema


def _simplify(schema: dict[str, Any]) -> None:
    operations = [operation for item in schema["paths"].values() for operation in item.values()]
    # Litestar documents an optional parameter as one that may be null.
    for parameter in (parameter for operation in operations for parameter in operation.get("parameters", [])):
        kinds = parameter["schema"].pop("oneOf", [{}])
        parameter["schema"] = kinds[0] | parameter["schema"]
    # OpenAPI has no `id` of an example: its key is its name.
    responses = [response for operation in operations for response in operation["responses"].values()]
    for content in (content for response in responses for content in response.get("content", {}).values()):
        for example in content.get("examples", {}).values():
            example.pop("id", None)


async def _html_to_problem(response: Response[Any]) -> Response[Any]:
    if response.status_code == HTTPStatus.NOT_FOUND:  # Litestar's own handler answers with a page of HTML
        raise NotFoundException
    return response
