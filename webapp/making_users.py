"""The command `python -m webapp user`: makes a user of the page, and says what to keep of it and where."""

import re
from argparse import ArgumentParser
from collections.abc import Callable

from webapp.accounts import entry, parse
from webapp.visitors import ROLES


def make_user(arguments: list[str], ask: Callable[[str], str]) -> str:
    """What the command prints; `ask` shows its argument and reads a password without showing it."""
    parser = ArgumentParser("python -m webapp user", description="Make a user of the web page. Asks for the password.")
    parser.add_argument("name", help="in letters, digits, dots, dashes and @")
    parser.add_argument("--role", choices=ROLES, default="viewer", help="admin may also train and roll back")
    chosen = parser.parse_args(arguments)
    if not re.fullmatch(r"[\w.@-]{1,64}", chosen.name):
        parser.error("write the name in letters, digits, dots, dashes and @, 64 at most")
    password = ask("Password: ")
    if password != ask("Again: "):
        parser.error("the two passwords differ")
    try:
        kept = entry(chosen.name, chosen.role, password)
        parse(kept)
    except ValueError as error:
        parser.error(str(error))
    return f"""For the page, in WEB_USERS, beside the others and apart by a blank:
  {kept}
"""
