"""API keys: how one is made, what is kept of it, and what it opens; knows no HTTP."""

import hashlib
import re
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Literal, NamedTuple, get_args

Scope = Literal["read", "predict", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_KEY_BYTES = 32
_ENTRY = re.compile(r"(?P<name>[\w.-]{1,64}):(?P<scopes>[a-z+]+):(?P<digest>[0-9a-f]{64})")


class ApiKey(NamedTuple):
    """A key as the settings know it: not the key itself, and no way back to it."""

    name: str
    scopes: frozenset[str]
    digest: str

    def allows(self, scope: Scope) -> bool:
        """Whether it may do this; admin may do all."""
        return scope in self.scopes or "admin" in self.scopes


def new_key() -> str:
    """A key: 256 random bits, as text."""
    return token_urlsafe(_KEY_BYTES)


def digest_of(key: str) -> str:
    """What is kept of a key. It is too random to be guessed, so SHA-256 need not be slowed down by salt and rounds."""
    return hashlib.sha256(key.encode()).hexdigest()


def format_entry(name: str, scopes: list[Scope], key: str) -> str:
    """A key as API_KEYS holds it."""
    return f"{name}:{'+'.join(scopes)}:{digest_of(key)}"


def parse_keys(entries: str) -> tuple[ApiKey, ...]:
    """Read the keys in the text of API_KEYS, separated by blanks. Blanks alone yield none: the caller decides.

    Raises:
        ValueError: an entry is not `name:scope+scope:digest`, is of an empty key, or a name stands twice.
    """
    keys = tuple(map(_parsed, entries.split()))
    if len({key.name for key in keys}) < len(keys):
        raise ValueError("two keys have one name")
    return keys


def find_key(keys: tuple[ApiKey, ...], sent: str) -> ApiKey | None:
    """The key that was sent, in a time that does not tell how much of a wrong one was right."""
    digest = digest_of(sent)
    found = [key for key in keys if compare_digest(key.digest, digest)]
    return found[0] if found else None


def _parsed(text: str) -> ApiKey:
    match = _ENTRY.fullmatch(text)
    scopes = frozenset(match["scopes"].split("+")) if match else frozenset()
    if match is None or not scopes <= set(SCOPES):
        raise ValueError("write each key as `python -m service key` shows it: name:read+predict:64 hexadecimal digits")
    if match["digest"] == digest_of(""):
        raise ValueError(f"{match['name']} is the digest of an empty key: make a key with `python -m service key`")
    return ApiKey(match["name"], scopes, match["digest"])
