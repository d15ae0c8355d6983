"""Whether a secret keeps anybody out: how the values of secrets are read, and which are weak. Pure, knows no setting.

The rooms read API_KEYS and WEB_USERS themselves and are not imported here; a test compares both ways to read them.
"""

import re

from pydantic import SecretStr

DEVELOPMENT = "development"  # how every secret begins that stands in docker-compose.yml
LEAST_CHARACTERS, LEAST_DIFFERENT = 16, 8
API_KEY = re.compile(r"[\w.-]{1,64}:[a-z+]+:[0-9a-f]{64}")
# a name, a role, and a hash of the password: by Argon2, as the page makes them, or by scrypt, as `make env` does
WEB_USER = re.compile(
    r"[\w.@-]{1,64}:(viewer|admin):"
    r"(argon2id:v=19:m=[0-9]{1,5},t=[0-9],p=[0-9]:[A-Za-z0-9+/]{22}:[A-Za-z0-9+/]{43}"
    r"|[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=)"
)
# what the settings hold of these is a digest: its length says nothing of the secret's
DIGESTS = ("API_KEYS", "WEB_USERS")


def not_blank(secret: SecretStr | None) -> SecretStr | None:
    """Return a secret that has a character other than a blank. ValueError for one that has none."""
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def holding_keys(entries: SecretStr | None) -> SecretStr | None:
    """Return the text of API_KEYS that holds keys only. ValueError where it is set and holds none, or anything else."""
    return _holding(entries, API_KEY, "key", "python -m service key")


def holding_users(entries: SecretStr | None) -> SecretStr | None:
    """Return the text of WEB_USERS that holds users only. ValueError as `holding_keys`."""
    return _holding(entries, WEB_USER, "user", "python -m webapp user")


def _holding(entries: SecretStr | None, entry: re.Pattern[str], what: str, maker: str) -> SecretStr | None:
    found = entries.get_secret_value().split() if entries is not None else None
    if found is not None and not (found and all(map(entry.fullmatch, found))):
        raise ValueError(
            f"it is set and does not hold {what}s as `{maker}` shows them: make one, or remove the variable"
        )
    return entries


def weakness(name: str, value: str) -> str | None:
    """Say why the secret in variable `name` keeps nobody out; None where it does. A name before `:` does not count."""
    if not value.strip():
        return "is empty"
    if name in DIGESTS:
        return None
    secret = value.partition(":")[2] if name.endswith("AUTH_STRING") and ":" in value else value
    if secret.startswith(DEVELOPMENT):
        return "is known to everybody"
    if len(secret.strip()) < LEAST_CHARACTERS:
        return f"has less than {LEAST_CHARACTERS} characters"
    return f"has less than {LEAST_DIFFERENT} different characters" if len(set(secret)) < LEAST_DIFFERENT else None
