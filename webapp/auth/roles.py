"""Who asks for a page, and whether they are an administrator. The one place that decides it."""

from typing import TYPE_CHECKING

from webapp.auth.users import User

if TYPE_CHECKING:
    import gradio as gr  # takes seconds to import


def current_user(request: "gr.Request") -> User | None:
    """Return who asks; None if the request did not pass the authentication.

    Give a handler a parameter of type `gr.Request`, and Gradio fills it in.
    """
    user = request.request.scope.get("user") if request.request else None
    return user if isinstance(user, User) else None


def is_admin(request: "gr.Request") -> bool:
    """Return whether who asks may start a training and roll back. Check it in the handler that does it too."""
    user = current_user(request)
    return user is not None and user.role == "admin"
