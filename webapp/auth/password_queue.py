"""Verifies few passwords at a time: each hash takes 19 MiB and a core. Knows no HTTP and no user."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from webapp.auth.passwords import verify_password

CONCURRENT_HASHES = 2
MAX_PENDING_HASHES = 24  # waiting and running: the last one waits a quarter of a second
MAX_PENDING_BY_ADDRESS = 4
# of all places, for users at an address from which they have logged in
RESERVED_FOR_KNOWN = 8


class PasswordQueueFullError(Exception):
    """Too many passwords wait to be verified. Try again in a second."""


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(CONCURRENT_HASHES, thread_name_prefix="password")


@dataclass
class PasswordQueue:
    """A bounded queue in front of `CONCURRENT_HASHES` threads. To be used from one event loop at a time."""

    _executor: ThreadPoolExecutor = field(default_factory=_threads)
    _pending: Counter[str] = field(default_factory=Counter)

    async def verify(self, password: str, password_hash: str, address: str, *, known: bool) -> bool:
        """Return whether the hash was made from the password. `known`: this user has logged in from this address.

        Raises:
            PasswordQueueFullError: all places, or those of this address, are taken.
        """
        total = self._pending.total()
        if total >= MAX_PENDING_HASHES or (not known and self._is_full_for_strangers(address, total)):
            raise PasswordQueueFullError
        self._pending[address] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, verify_password, password, password_hash)
        finally:
            self._pending -= Counter([address])

    def _is_full_for_strangers(self, address: str, total: int) -> bool:
        by_address = self._pending[address]
        return by_address >= MAX_PENDING_BY_ADDRESS or total >= MAX_PENDING_HASHES - RESERVED_FOR_KNOWN
