"""What the OpenAPI document says where API keys are needed: how a key is sent, and how one is refused."""

from typing import Any

from service.errors import ForbiddenError, KeyMissingError
from service.problems import problem_content, problem_of
from service.security.scopes import scope_of

_RESPONSES = {
    "401": ("No API key was sent, or one that is not known.", KeyMissingError()),
    "403": ("The API key does not open this.", ForbiddenError("page", "predict")),
}


def require_keys(document: dict[str, Any]) -> dict[str, Any]:
    """The document, each operation with the scope that its key must have."""
    scheme = {"type": "http", "scheme": "bearer", "description": "A key that `python -m service key` made."}
    document.setdefault("components", {})["securitySchemes"] = {"key": scheme}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if scope := scope_of(method.upper(), path):
                operation["security"] = [{"key": []}]
                operation["description"] += f" Wants a key with the scope `{scope}`."
                operation["responses"] |= {status: _response(*told) for status, told in _RESPONSES.items()}
    return document


def _response(description: str, error: Exception) -> dict[str, Any]:
    problem = problem_content(problem_of(error))
    body = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {"problem": {"summary": problem["title"], "value": problem}},
    }
    return {"description": description, "content": {"application/problem+json": body}}
