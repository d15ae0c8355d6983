"""Retries of tasks, final states of flows, and who requested a run. Knows Prefect, no data and no models."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.settings import get_current_settings
from prefect.states import Failed

from domain.limits import MAX_REQUESTER_CHARS
from flows.orchestration.error_messages import outage_message, outage_types
from flows.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
MAX_REQUESTER_TAG_CHARS = 2 * MAX_REQUESTER_CHARS  # the API writes the name of a key before the requester
RETRY_DELAYS_SECONDS = [2.0, 4.0, 8.0, 16.0, 32.0]
PERMANENT_ERRORS = (ValueError, TypeError, LookupError, FileNotFoundError, PermissionError)


def fail_with_message(*errors: type[Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a flow end as Failed, with one sentence and no traceback, on these errors and on outages."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except errors as error:
                return cast("R", Failed(message=str(error)))
            except outage_types() as error:
                return cast("R", Failed(message=outage_message(error, Settings())))

        return run

    return decorate


def is_transient(_task: object, _run: object, state: State[Any]) -> bool:
    """Return whether a retry may help: it does after a fault of a network or server, not of the request."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, Exception) and not isinstance(error, PERMANENT_ERRORS)


def remote_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a task that calls a server: retried after transient faults, never cached, its result never stored.

    The number of retries is Prefect's setting, for which the worker sets a default. The delays cannot be one: Prefect
    passes a list of delays on to the process of a run sorted as text.
    """
    configured = get_current_settings().tasks.default_retry_delay_seconds
    delays = cast("float | list[float]", configured) or RETRY_DELAYS_SECONDS
    decorate = task(
        name=name,
        retry_condition_fn=is_transient,
        retry_delay_seconds=delays,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", decorate)


def local_task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a task that computes: never retried, never cached, its result never stored."""
    decorate = task(name=name, retries=0, cache_policy=NO_CACHE, persist_result=False)
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", decorate)


def requester() -> str:
    """Say who or what requested this flow run, with the run's name."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None:
        return "a call outside Prefect"
    tagged = next((tag.removeprefix("by:") for tag in run.tags if tag.startswith("by:")), None)
    creator = run.created_by.display_value if run.created_by else None
    who = tagged or ("the schedule" if run.auto_scheduled else creator) or "the Prefect UI or API"
    return f"{who[:MAX_REQUESTER_TAG_CHARS]} (run {run.name})"


def origin_tags() -> dict[str, str]:
    """Return the tags that link an MLflow run to its requester and its Prefect run."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return {"asked_by": requester(), "prefect_run_id": str(run.id) if run else ""}
