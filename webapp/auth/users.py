"""Users of the page as WEB_USERS lists them. Knows no request and no session."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal, get_args
from zlib import crc32

from starlette.authentication import BaseUser

from webapp.auth.passwords import from_entry_fields, hash_password, to_entry_fields

Role = Literal["viewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
NAME_PATTERN = r"[\w.@-]{1,64}"
_ENTRY = re.compile(rf"(?P<name>{NAME_PATTERN}):(?P<role>{'|'.join(ROLES)}):(?P<hash>\S+)")


@dataclass(frozen=True)
class User(BaseUser):
    """Somebody who may use the page. Name and hash are "" where the page asks nobody to log in."""

    name: str
    role: Role
    password_hash: str = field(default="", repr=False)

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def display_name(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        return self.name

    @property
    def entry_digest(self) -> str:
        """SHA-256 of the whole entry: another password or role makes another one."""
        return sha256(f"{self.name}:{self.role}:{self.password_hash}".encode()).hexdigest()


def create_entry(name: str, role: Role, password: str) -> str:
    """Return a user as WEB_USERS lists them. ValueError if the password is too short."""
    return f"{name}:{role}:{to_entry_fields(hash_password(password))}"


def parse_users(entries: str) -> tuple[User, ...]:
    """Read WEB_USERS: entries separated by white space.

    Raises:
        ValueError: an entry is not what `python -m webapp user` prints, or two have the same name.
    """
    users = tuple(map(_parse_entry, entries.split()))
    if len({user.name for user in users}) < len(users):
        raise ValueError("two users have one name")
    return users


def find_user(users: tuple[User, ...], name: str) -> User | None:
    """Return the user of that name."""
    return next((user for user in users if user.name == name), None)


def hash_to_verify(users: tuple[User, ...], name: str) -> str:
    """Return the user's hash. For an unknown name return somebody's, so that the answer takes as long."""
    user = find_user(users, name) or users[crc32(name.encode()) % len(users)]
    return user.password_hash


def _parse_entry(text: str) -> User:
    match = _ENTRY.fullmatch(text)
    role = next((role for role in ROLES if match and match["role"] == role), None)
    try:
        if match is not None and role is not None:
            return User(match["name"], role, from_entry_fields(match["hash"]))
    except ValueError:
        pass
    raise ValueError("write each user as `python -m webapp user NAME` prints it: name:role:hash")
