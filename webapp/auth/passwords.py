"""Hash and verify passwords with pwdlib. Does not know users, requests or how often somebody may try."""

import re
from base64 import b64decode
from hashlib import scrypt
from hmac import compare_digest

from pwdlib import PasswordHash
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

MIN_PASSWORD_CHARACTERS = 10
# OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. About 20 ms.
ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES = 19_456, 2, 1
_SCRYPT_PREFIX = "$scrypt$"
_ARGON2_FIELDS = re.compile(r"argon2id:v=19:m=[0-9]{1,5},t=[0-9],p=[0-9]:[A-Za-z0-9+/]{22}:[A-Za-z0-9+/]{43}")
_SCRYPT_FIELDS = re.compile(r"[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=")


class ScryptHasher(HasherProtocol):
    """Verifies `$scrypt$salt$digest`: entries of versions before Argon2, and of `make env`. Makes none."""

    @classmethod
    def identify(cls, hash: str | bytes) -> bool:  # noqa: A002 (the protocol's name)
        return isinstance(hash, str) and hash.startswith(_SCRYPT_PREFIX)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        raise NotImplementedError("new passwords are hashed with Argon2")

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002
        salt, digest = map(b64decode, str(hash).removeprefix(_SCRYPT_PREFIX).split("$"))
        secret = password.encode() if isinstance(password, str) else password
        return compare_digest(scrypt(secret, salt=salt, n=2**14, r=8, p=1, dklen=len(digest)), digest)

    def check_needs_rehash(self, hash: str | bytes) -> bool:  # noqa: A002, ARG002
        return True


_HASHERS = PasswordHash((Argon2Hasher(ARGON2_PASSES, ARGON2_MEMORY_KIB, ARGON2_LANES), ScryptHasher()))


def hash_password(password: str) -> str:
    """Return the Argon2id hash of a password. ValueError if it has fewer than `MIN_PASSWORD_CHARACTERS`."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise ValueError(f"choose a password of {MIN_PASSWORD_CHARACTERS} characters at least")
    return _HASHERS.hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Return whether the hash was made from the password. Takes 20 ms and 19 MiB (Argon2) or 35 ms and 16 MiB."""
    return _HASHERS.verify(password, password_hash)


def to_entry_fields(password_hash: str) -> str:
    """Write an Argon2 hash with `:` for `$`, which shells and compose files would take for a variable."""
    return password_hash.removeprefix("$").replace("$", ":")


def from_entry_fields(fields: str) -> str:
    """Read a hash as it stands in WEB_USERS, by Argon2 or by scrypt. ValueError for anything else."""
    if _ARGON2_FIELDS.fullmatch(fields):
        return "$" + fields.replace(":", "$")
    if _SCRYPT_FIELDS.fullmatch(fields):
        return _SCRYPT_PREFIX + fields.replace(":", "$")
    raise ValueError("not a password hash")
