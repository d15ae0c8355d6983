"""The command `python -m service key`: makes an API key, and says what to keep of it and where."""

from argparse import ArgumentParser

from service.security.api_keys import SCOPES, format_entry, new_key, parse_keys


def make_key(arguments: list[str]) -> str:
    """What the command prints."""
    parser = ArgumentParser("python -m service key", description="Make an API key. It is shown once and kept nowhere.")
    parser.add_argument("name", help="whose it is, in letters, digits, dots and dashes")
    parser.add_argument("--scope", action="append", choices=SCOPES, help="what it opens: read and predict if left out")
    chosen = parser.parse_args(arguments)
    key = new_key()
    kept = format_entry(chosen.name, chosen.scope or ["read", "predict"], key)
    try:
        parse_keys(kept)
    except ValueError as error:
        parser.error(str(error))
    return f"""The key, for whoever asks. Send it as `Authorization: Bearer KEY`; it cannot be shown again:
  {key}

For the API, in API_KEYS, beside the others and apart by a blank:
  {kept}
"""
