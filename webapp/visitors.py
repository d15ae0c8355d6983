"""Who asks for a page, and what they may do. The one place that answers `may_operate`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from starlette.types import Scope

if TYPE_CHECKING:
    import gradio as gr  # takes seconds, and settings want the roles alone

Role = Literal["viewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
_KEY = "steam_sales_visitor"


@dataclass(frozen=True)
class Visitor:
    """Somebody whom the door let in; `name` is "" where nobody has to say theirs."""

    name: str
    role: Role


def introduce(scope: Scope, visitor: Visitor) -> Scope:
    """A request's scope in which the pages find who asks."""
    return {**scope, _KEY: visitor}


def visitor_of(scope: Scope) -> Visitor | None:
    """Who asks; None where no door introduced them."""
    return scope.get(_KEY)


def may_operate(request: "gr.Request") -> bool:
    """Whether who asks may start a training and roll back. To be asked wherever it is done, not only where it is shown.

    Give a handler a parameter of type `gr.Request`, and Gradio fills it in.
    """
    asked = request.request
    visitor = visitor_of(asked.scope) if asked else None
    return visitor is not None and visitor.role == "admin"
