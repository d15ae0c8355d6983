"""Makes what comes next while what came is used; knows not what it is."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def ahead(items: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same, none of them None, one ahead of whoever asks. Who stops in the middle waits for the one under way."""
    coming = asyncio.ensure_future(anext(items, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.ensure_future(anext(items, None))
            yield item
    finally:
        await asyncio.wait({coming})
        if not coming.cancelled():
            coming.exception()  # nobody asks for it any more
