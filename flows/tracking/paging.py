"""Reads all pages of an MLflow search."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from mlflow.store.entities import PagedList

T = TypeVar("T")
PAGE_SIZE = 1000


def all_pages(search: Callable[[str | None], "PagedList[T]"]) -> Iterator[T]:
    """Yield the results of `search(page_token)`, page after page."""
    token: str | None = None
    while True:
        page = search(token)
        yield from page
        if not (token := page.token):
            return
