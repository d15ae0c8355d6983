"""Produces the next item while the last one is used."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def prefetch(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield the same items (never None), and start on the next one at once. Closing waits for the item under way."""
    upcoming = asyncio.ensure_future(anext(items, None))
    try:
        while (item := await upcoming) is not None:
            upcoming = asyncio.ensure_future(anext(items, None))
            yield item
    finally:
        await asyncio.wait({upcoming})
        if not upcoming.cancelled():
            upcoming.exception()  # mark it as retrieved: nobody will use it
