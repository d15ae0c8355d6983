"""Reads the stored predictions. Knows the API's words for it, no HTTP library."""

from webapp.api.predictions import Prediction
from webapp.client import ApiClient
from webapp.contract import Answer


class HistoryPage(Answer):
    """Stored predictions, newest first, and where the next page starts (None at the end)."""

    items: tuple[Prediction, ...]
    next_cursor: str | None


def history(api: ApiClient, limit: int, cursor: str | None = None) -> HistoryPage:
    """Read up to `limit` stored predictions, newest first, from `cursor` on. Raises ApiError."""
    params = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
    return api.ask(HistoryPage, "GET", "/registry/", params=params)
