"""The command `python -m webapp user NAME`: makes a user of the page. Reads no setting and writes no file."""

import re
from argparse import ArgumentParser
from collections.abc import Callable

from webapp.auth.users import NAME_PATTERN, ROLES, create_entry


def create_user(arguments: list[str], ask: Callable[[str], str]) -> str:
    """Return what the command prints. `ask` shows its argument and reads a password without showing it."""
    parser = ArgumentParser("python -m webapp user", description="Make a user of the web page. Asks for the password.")
    parser.add_argument("name", help="in letters, digits, dots, dashes and @")
    parser.add_argument("--role", choices=ROLES, default="viewer", help="admin may also train and roll back")
    options = parser.parse_args(arguments)
    if not re.fullmatch(NAME_PATTERN, options.name):
        parser.error("write the name in letters, digits, dots, dashes and @, 64 at most")
    password = ask("Password: ")
    if password != ask("Again: "):
        parser.error("the two passwords differ")
    try:
        entry = create_entry(options.name, options.role, password)
    except ValueError as error:
        parser.error(str(error))
    return f"""For the page, in WEB_USERS, beside the others and apart by a blank:
  {entry}
"""
