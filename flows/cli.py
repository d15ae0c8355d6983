"""`python -m flows`: what `make etl`, `retrain`, `rollback` and `status` call on a running stack."""

import argparse
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flows.errors import CurableError
from flows.settings import Settings

if TYPE_CHECKING:
    import httpx

NAME = "steam-sales"
UNAUTHORIZED = 401


def parser() -> argparse.ArgumentParser:
    """The commands and their words."""
    top = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    etl = commands.add_parser("etl", help="make a new version of the data")
    etl.add_argument("--source", help="local path, http(s) or s3 URL; the source of the current version if left out")
    etl.add_argument("--split", choices=["stable", "random", "chronological"])
    etl.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="any other option of the flow")
    etl.add_argument("--force", action="store_true", help="though nothing changed, or days were lost")
    retrain = commands.add_parser("retrain", help="train, compare and promote")
    retrain.add_argument(
        "--set", action="append", default=[], metavar="PARAMETER=VALUE", help="a parameter of the flow"
    )
    rollback = commands.add_parser("rollback", help="put an earlier version of the model back")
    rollback.add_argument("version")
    rollback.add_argument("--reason", default="asked for")
    data = commands.add_parser("rollback-data", help="make an earlier version of the data current")
    data.add_argument("version")
    old = commands.add_parser("remove-old", help="say which old versions and runs may go")
    old.add_argument("--really", action="store_true", help="remove them")
    old.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE", help="a parameter of the flow")
    commands.add_parser("status", help="what is in use, and the last decisions and runs")
    return top


def request(words: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The deployment and parameters that a command means."""
    if words.command == "etl":
        options = pairs(words.set) | ({"split": words.split} if words.split else {})
        parameters = {"options": options, "force": words.force} | ({"source": words.source} if words.source else {})
        return f"etl_proceso_steam_sales/{NAME}", parameters
    if words.command == "retrain":
        return f"retrain_and_promote_sales_model/{NAME}", pairs(words.set)
    if words.command == "rollback":
        return f"rollback_sales_model/{NAME}", {"version": words.version, "reason": words.reason}
    if words.command == "remove-old":
        return f"remove_old_versions/{NAME}", pairs(words.set) | {"dry_run": not words.really}
    return f"rollback_sales_data/{NAME}", {"version": words.version}


def pairs(words: Sequence[str]) -> dict[str, Any]:
    """`name=value` words as parameters; a dot goes one level down, a value is JSON where it can be."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise CurableError(f"{word}: write it as name=value.")
        *above, last = name.split(".")
        place = found
        for part in above:
            place = place.setdefault(part, {})
        place[last] = _value(text)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it succeeded, 1 when it failed, with one sentence on why."""
    words, settings, console = parser().parse_args(arguments), Settings.read(), Console(soft_wrap=True, highlight=False)
    os.environ |= settings.prefect_environment | {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        return run(words, settings, console)
    except CurableError as error:
        console.print(str(error))
    except httpx.TransportError:
        console.print(f"No Prefect server answers at {settings.prefect_url}: start the stack with `make up`.")
    except PrefectHTTPStatusError as error:
        console.print(_refusal(error.response))
    return 1


def _refusal(response: "httpx.Response") -> str:
    if response.status_code == UNAUTHORIZED:
        return (
            "The Prefect server wants another password: set STEAM_SALES_HOME to the folder of the stack that runs, or "
            "PREFECT_API_AUTH_STRING to its `user:password`."
        )
    return f"The Prefect server refused it: {_detail(response)}"


def _detail(response: "httpx.Response") -> str:
    try:
        said = response.json()["detail"]
    except (ValueError, LookupError, TypeError):
        said = response.text
    return f"{said}".removeprefix("Error creating flow run: ")


def run(words: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Carry out a command on the stack that the settings name."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import status
    from flows.orchestration.deployment_client import follow

    with get_client(sync_client=True) as client:
        if words.command == "status":
            status.show(settings, client, console)
            return 0
        state = follow(client, *request(words), console.print)
    console.print(f"{state.name}: {state.message}")
    return 0 if state.is_completed() else 1
