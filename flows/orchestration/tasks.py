"""How steps are tried again, what a run says when it ends, and who asked for it. Knows Prefect, not data or models."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.states import Failed

from flows.orchestration.error_messages import outages, sentence
from flows.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
LASTING = (ValueError, TypeError, LookupError, FileNotFoundError, PermissionError)


def plainly(*errors: type[Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a flow end as Failed with the sentence of an expected error or of an outage, and without a traceback."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except errors as error:
                return cast("R", Failed(message=str(error)))
            except outages() as error:
                return cast("R", Failed(message=sentence(error, Settings())))

        return run

    return decorate


def transient(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether trying again may help: a network or server fault, not a fault of what was asked for."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, Exception) and not isinstance(error, LASTING)


def remote_step(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task that speaks to a server: tried again after transient faults, never cached, its result never stored.

    How often and after how long is Prefect's own setting, for which the worker has a default.
    """
    decorate = task(name=name, retry_condition_fn=transient, cache_policy=NO_CACHE, persist_result=False)
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", decorate)


def local_step(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task that computes: never cached, its result never stored."""
    decorate = task(name=name, retries=0, cache_policy=NO_CACHE, persist_result=False)
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", decorate)


def asked_by() -> str:
    """Who or what started this flow run, in words, with the run's name."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None:
        return "a call outside Prefect"
    named = next((tag.removeprefix("by:") for tag in run.tags if tag.startswith("by:")), None)
    creator = run.created_by.display_value if run.created_by else None
    who = named or ("the schedule" if run.auto_scheduled else creator) or "the Prefect UI or API"
    return f"{who} (run {run.name})"


def origin() -> dict[str, str]:
    """Tags that tell an MLflow run who asked for it, and which Prefect run it is a part of; empty outside Prefect."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return {"asked_by": asked_by(), "prefect_run_id": str(run.id) if run else ""}
