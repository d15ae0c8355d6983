"""Sessions on the server: which logins are alive, for whom, until when. Knows no HTTP."""

import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock
from time import time
from typing import NamedTuple

from anyio import to_thread

from webapp.auth.users import User, find_user

MAX_SESSIONS_BY_USER = 50  # the oldest ends first
_log = logging.getLogger(__name__)


class Session(NamedTuple):
    """What the server keeps of a login. `entry_digest` is that of the user's entry at the time."""

    name: str
    entry_digest: str
    expires_at: float


@dataclass
class SessionStore:
    """Sessions by the digest of their identifier; whoever reads the file can not log in with it.

    Without a file they end with the process. A file that cannot be read ends them all.
    """

    users: tuple[User, ...]
    lifetime_seconds: float
    file: Path | None = None
    clock: Callable[[], float] = time
    _sessions: dict[str, Session] = field(default_factory=dict)
    _writing: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        if self.file is not None:
            self._sessions = _read(self.file)

    async def create(self, user: User) -> str:
        """Begin a session and return its identifier, which is a secret."""
        identifier = token_urlsafe(32)
        self._forget_some(user.name)
        self._sessions[_digest(identifier)] = Session(
            user.name, user.entry_digest, self.clock() + self.lifetime_seconds
        )
        await to_thread.run_sync(self._write)
        return identifier

    def find(self, identifier: str) -> User | None:
        """Return the user of a session that is alive. It ends when the user gets another password or role, or goes."""
        session = self._sessions.get(_digest(identifier))
        if session is None or session.expires_at <= self.clock():
            return None
        user = find_user(self.users, session.name)
        return user if user is not None and user.entry_digest == session.entry_digest else None

    async def end(self, identifier: str) -> None:
        """End a session, if there is one."""
        if self._sessions.pop(_digest(identifier), None) is not None:
            await to_thread.run_sync(self._write)

    def _forget_some(self, name: str) -> None:
        now = self.clock()
        self._sessions = {digest: session for digest, session in self._sessions.items() if session.expires_at > now}
        of_user = [digest for digest, session in self._sessions.items() if session.name == name]
        for digest in of_user[: max(len(of_user) - MAX_SESSIONS_BY_USER + 1, 0)]:
            del self._sessions[digest]

    def _write(self) -> None:
        if self.file is None:
            return
        with self._writing:
            try:
                _write(self.file, dict(self._sessions))
            except OSError as error:
                # an old file would bring sessions back that have ended
                with suppress(OSError):
                    self.file.unlink()
                _log.error("%s cannot be written, so all sessions end with this process: %s", self.file, error)


def _digest(identifier: str) -> str:
    return sha256(identifier.encode()).hexdigest()


def _read(file: Path) -> dict[str, Session]:
    try:
        stored = json.loads(file.read_text("utf-8")).items()
        return {digest: Session(name, entry, float(end)) for digest, (name, entry, end) in stored}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("%s cannot be read, so everybody has to log in again: %s", file, error)
        return {}


def _write(file: Path, sessions: dict[str, Session]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(sessions, stream)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
