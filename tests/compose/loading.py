"""What the drills do to a stack of containers, and what somebody sees who asks it without a pause."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx

from tests.compose.containers import Containers
from tests.infra.launched import until

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
RETRAIN = "retrain_and_promote_sales_model/steam-sales"
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
SERVERS = ("postgres", "minio", "prefect", "mlflow", "worker", "api", "web")
WHOLE_SECONDS = 300


class Load:
    """Somebody who asks without a pause, and what came back."""

    def __init__(self, url: str) -> None:
        self.answered: list[str] = []
        self.refused: list[str] = []
        self._url, self._stop = url, Event()

    def run(self) -> None:
        """Until told to stop."""
        with httpx.Client(timeout=20, trust_env=False, limits=httpx.Limits(keepalive_expiry=2)) as client:
            while not self._stop.is_set():
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        try:
            answer = client.post(f"{self._url}/predict/", json=CODES)
        except httpx.TransportError as error:
            self.refused.append(type(error).__name__)
            self._stop.wait(0.2)
            return
        if answer.status_code == httpx.codes.OK:
            self.answered.append(answer.json()["id"])
        else:
            self.refused.append(answer.json()["type"])

    @contextmanager
    def on(self) -> Iterator[None]:
        """In the background."""
        thread = Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()


def ask_for_training(stack: Containers, **parameters: Any) -> str:
    """The id of a new run of the training that has begun."""
    found = stack.prefect("GET", f"/deployments/name/{RETRAIN}")["id"]
    asked = {"parameters": parameters}
    run = str(stack.prefect("POST", f"/deployments/{found}/create_flow_run", json=asked)["id"])
    until(lambda: state(stack, run)["type"] == "RUNNING", 120)
    return run


def nightly(stack: Containers) -> dict[str, Any]:
    """What the nightly schedule asks for."""
    (schedule,) = stack.prefect("GET", f"/deployments/name/{RETRAIN}")["schedules"]
    return dict(schedule["parameters"])


def state(stack: Containers, run: str) -> dict[str, Any]:
    return dict(stack.prefect("GET", f"/flow_runs/{run}")["state"])


def ended(stack: Containers, run: str) -> bool:
    try:
        return state(stack, run)["type"] in FINAL
    except httpx.HTTPError:
        return False


def settled(stack: Containers, load: Load, run: str) -> None:
    """Wait until the stack is whole by itself, the run has ended, and predictions are answered again."""
    until(lambda: whole(stack), WHOLE_SECONDS)
    until(lambda: ended(stack, run), WHOLE_SECONDS)
    before = len(load.answered)
    until(lambda: len(load.answered) > before, 30)


def started(stack: Containers, service: str) -> str:
    """When its container was started last."""
    return stack.engine("inspect", "--format", "{{.State.StartedAt}}", stack.container(service)).strip()


def kill(stack: Containers, service: str) -> None:
    """End every process in it at once; not by the engine's own `kill`, after which it starts nothing again."""
    before = started(stack, service)
    stack.compose("exec", "-T", service, "sh", "-c", "kill -9 -1", check=False)
    until(lambda: started(stack, service) != before, 60)


def whole(stack: Containers) -> bool:
    return {stack.states()[service] for service in SERVERS} == {"healthy"}


def stored(stack: Containers, ids: list[str]) -> bool:
    """Whether the history has every one of them."""
    with stack.client.stream("GET", f"{stack.url('api')}/registry/export?format=ndjson") as answer:
        known = "\n".join(answer.iter_lines())
    return all(one in known for one in ids)
