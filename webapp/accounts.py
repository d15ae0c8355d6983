"""Accounts of the page: how an entry of WEB_USERS is made, read and held against a password. Knows no HTTP."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import scrypt
from hmac import compare_digest
from secrets import token_bytes

from webapp.visitors import ROLES, Role

_ENTRY = re.compile(r"(?P<name>[\w.@-]{1,64}):(?P<role>[a-z]+):(?P<salt>[\w+/=]{24}):(?P<digest>[\w+/=]{44})")
_SALT_BYTES, _DIGEST_BYTES = 16, 32
SHORTEST = 10
"""Characters of a password."""


@dataclass(frozen=True)
class Account:
    """Who may come in, and as what. The password is not kept, only what scrypt makes of it."""

    name: str
    role: Role
    salt: bytes
    digest: bytes


# Held against when a name is not known, so that finding that out takes as long as a wrong password.
_NOBODY = Account("", "viewer", bytes(_SALT_BYTES), bytes(_DIGEST_BYTES))


def entry(name: str, role: Role, password: str) -> str:
    """An account as WEB_USERS holds it. ValueError where the password is too short."""
    if len(password) < SHORTEST:
        raise ValueError(f"choose a password of {SHORTEST} characters at least")
    salt = token_bytes(_SALT_BYTES)
    return f"{name}:{role}:{b64encode(salt).decode()}:{b64encode(_digest(password, salt)).decode()}"


def parse(entries: str) -> tuple[Account, ...]:
    """The accounts in the text of WEB_USERS, apart by blanks.

    Raises:
        ValueError: an entry is not `name:role:salt:digest`, or a name stands twice.
    """
    accounts = tuple(map(_parsed, entries.split()))
    if len({account.name for account in accounts}) < len(accounts):
        raise ValueError("two users have one name")
    return accounts


def named(accounts: tuple[Account, ...], name: str) -> Account | None:
    """The account of a name."""
    return next((account for account in accounts if account.name == name), None)


def admitted(accounts: tuple[Account, ...], name: str, password: str) -> Account | None:
    """Whose name and password these are, if anybody's. Takes some 50 ms, whether the name is known or not."""
    account = named(accounts, name) or _NOBODY
    right = compare_digest(_digest(password, account.salt), account.digest)
    return account if right and account is not _NOBODY else None


def _digest(password: str, salt: bytes) -> bytes:
    return scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=_DIGEST_BYTES)


def _parsed(text: str) -> Account:
    match = _ENTRY.fullmatch(text)
    role = next((role for role in ROLES if match and match["role"] == role), None)
    if match is None or role is None:
        raise ValueError("write each user as `python -m webapp user` shows it: name:role:salt:digest")
    return Account(match["name"], role, b64decode(match["salt"]), b64decode(match["digest"]))
