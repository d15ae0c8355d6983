"""`python -m flows`: the commands behind `make etl`, `retrain`, `rollback`, `status` and others on a running stack."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from flows.errors import CurableError
from flows.orchestration.events_file import read_events
from flows.settings import Settings

if TYPE_CHECKING:
    import httpx

DEPLOYMENT_NAME = "steam-sales"
UNAUTHORIZED = 401


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of commands and options."""
    top = argparse.ArgumentParser(prog="python -m flows", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    etl = commands.add_parser("etl", help="make a new version of the data")
    etl.add_argument("--source", help="local path, http(s) or s3 URL; the source of the current version if left out")
    etl.add_argument("--split", choices=["stable", "random", "chronological"])
    etl.add_argument("--events", type=Path, help="CSV file start,end,name of dates of your own that count as holidays")
    etl.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="any other option of the flow")
    etl.add_argument("--force", action="store_true", help="even if nothing changed, or days were lost")
    retrain = commands.add_parser("retrain", help="train, compare and promote")
    retrain.add_argument(
        "--set", action="append", default=[], metavar="PARAMETER=VALUE", help="a parameter of the flow"
    )
    rollback = commands.add_parser("rollback", help="put an earlier version of the model back")
    rollback.add_argument("version")
    rollback.add_argument("--reason", default="asked for")
    data = commands.add_parser("rollback-data", help="make an earlier version of the data current")
    data.add_argument("version")
    old = commands.add_parser("remove-old", help="list the old versions and runs that can be removed")
    old.add_argument("--really", action="store_true", help="remove them")
    old.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE", help="a parameter of the flow")
    commands.add_parser("status", help="what is in use, and the last decisions and runs")
    return top


def deployment_request(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Return the deployment that a command starts, and its parameters."""
    if arguments.command == "etl":
        options = parse_assignments(arguments.set) | ({"split": arguments.split} if arguments.split else {})
        options |= {"events": read_events(arguments.events)} if arguments.events else {}
        source = {"source": arguments.source} if arguments.source else {}
        parameters = {"options": options, "force": arguments.force} | source
        return f"etl_proceso_steam_sales/{DEPLOYMENT_NAME}", parameters
    if arguments.command == "retrain":
        return f"retrain_and_promote_sales_model/{DEPLOYMENT_NAME}", parse_assignments(arguments.set)
    if arguments.command == "rollback":
        return f"rollback_sales_model/{DEPLOYMENT_NAME}", {"version": arguments.version, "reason": arguments.reason}
    if arguments.command == "remove-old":
        parameters = parse_assignments(arguments.set) | {"dry_run": not arguments.really}
        return f"remove_old_versions/{DEPLOYMENT_NAME}", parameters
    return f"rollback_sales_data/{DEPLOYMENT_NAME}", {"version": arguments.version}


def parse_assignments(arguments: Sequence[str]) -> dict[str, Any]:
    """Parse `name=value` arguments. A dot in a name goes one level down; a value is JSON if it parses as JSON."""
    found: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals:
            raise CurableError(f"{argument}: write it as name=value.")
        *parents, last = name.split(".")
        level = found
        for part in parents:
            level = level.setdefault(part, {})
        level[last] = _parse_value(text)
    return found


def _parse_value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Return 0 if it succeeded, 1 if it failed; print one sentence with the cause."""
    command = build_parser().parse_args(arguments)
    settings, console = Settings.read(), Console(soft_wrap=True, highlight=False)
    os.environ |= settings.prefect_environment | {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
    import httpx
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        return run(command, settings, console)
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
        detail = response.json()["detail"]
    except (ValueError, LookupError, TypeError):
        detail = response.text
    return f"{detail}".removeprefix("Error creating flow run: ")


def run(arguments: argparse.Namespace, settings: Settings, console: Console) -> int:
    """Run a command on the stack that the settings name."""
    from prefect.client.orchestration import get_client

    from flows.orchestration import status
    from flows.orchestration.deployment_client import run_and_follow

    with get_client(sync_client=True) as client:
        if arguments.command == "status":
            status.print_status(settings, client, console)
            return 0
        state = run_and_follow(client, *deployment_request(arguments), console.print)
    console.print(f"{state.name}: {state.message}")
    return 0 if state.is_completed() else 1
