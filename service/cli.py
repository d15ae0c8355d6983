"""The command `python -m service key`: makes an API key and its entry for API_KEYS."""

from argparse import ArgumentParser

from service.security.api_keys import SCOPES, format_entry, new_key, parse_keys


def make_key(arguments: list[str]) -> str:
    """Return what the command prints."""
    parser = ArgumentParser(
        "python -m service key", description="Make an API key. It is shown once and stored nowhere."
    )
    parser.add_argument("name", help="whose it is, in letters, digits, dots and dashes")
    parser.add_argument("--scope", action="append", choices=SCOPES, help="what it opens: read and predict if left out")
    chosen = parser.parse_args(arguments)
    key = new_key()
    entry = format_entry(chosen.name, chosen.scope or ["read", "predict"], key)
    try:
        parse_keys(entry)
    except ValueError as error:
        parser.error(str(error))
    return f"""The key, for the client. It sends it as `Authorization: Bearer KEY`; it cannot be shown again:
  {key}

The entry, for API_KEYS. Separate it from others by a blank:
  {entry}
"""
