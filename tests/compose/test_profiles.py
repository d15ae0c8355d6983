"""The profiles `proxy` and `observability`, really run: one door with TLS before two replicas, and who looks at them.

Grafana is left out: what it is told is held by its own models in tests/infra.
"""

import json
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.compose.containers import Containers
from tests.infra.launched import until
from tests.infra.test_observability import dashboard
from tests.webapp.browsing import chromium

pytestmark = pytest.mark.compose

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
ROOT_CERTIFICATE = "/var/lib/proxy/caddy/pki/authorities/local/root.crt"
EXPERIMENT = "/api/2.0/mlflow/experiments/search"


class BasicAuth:
    """The proxy, asked for one of its hosts; trusts its authority and nobody else."""

    def __init__(self, stack: Containers) -> None:
        context = ssl.create_default_context(
            cadata=stack.compose("exec", "-T", "proxy", "cat", ROOT_CERTIFICATE).stdout
        )
        self.port, self.told = stack.told["PROXY_PORT"], stack.told
        self.client = httpx.Client(verify=context, trust_env=False, timeout=60)

    def ask(self, host: str, method: str, path: str, **what: Any) -> httpx.Response:
        """An answer of a host."""
        headers = {"Host": f"{host}:{self.port}"} | what.pop("headers", {})
        url = f"https://127.0.0.1:{self.port}{path}"
        return self.client.request(method, url, headers=headers, extensions={"sni_hostname": host}, **what)

    def predict(self) -> httpx.Response:
        """Ask the API for a prediction."""
        key = {"Authorization": f"Bearer {self.told['API_ADMIN_KEY']}"}
        return self.ask("api.localhost", "POST", "/predict/", json=CODES, headers=key)


@pytest.fixture
def door(watched: Containers) -> Iterator[BasicAuth]:
    one = BasicAuth(watched)
    with one.client:
        yield one


def test_all_of_it_is_healthy(watched: Containers) -> None:
    states = watched.states()
    assert {states.pop(job) for job in ("guard", "setup")} == {"exited 0"}
    assert set(states.values()) == {"healthy"}
    assert {"proxy", "prometheus", "exporter", "api-more"} <= set(states)


def test_whoever_answers_there_is_nobody_with_no_right(watched: Containers) -> None:
    for service in ("proxy", "prometheus", "exporter"):
        said = watched.compose("exec", "-T", service, "sh", "-c", "grep -E 'Uid|CapBnd' /proc/1/status").stdout.split()
        assert said[1] != "0", service
        assert int(said[-1], 16) == 0, service


def test_every_server_answers_behind_the_one_door_and_keeps_its_own(door: BasicAuth) -> None:
    assert door.ask("api.localhost", "GET", "/health").json() == {"status": 200, "message": "OK"}
    assert door.ask("api.localhost", "GET", "/registry/").status_code == 401
    assert door.ask("prefect.localhost", "GET", "/api/admin/version").status_code == 401
    user, password = door.told["PREFECT_API_AUTH_STRING"].split(":")
    assert door.ask("prefect.localhost", "GET", "/api/admin/version", auth=(user, password)).status_code == 200
    own = {"Origin": f"https://mlflow.localhost:{door.port}"}
    login = (door.told["MLFLOW_TRACKING_USERNAME"], door.told["MLFLOW_TRACKING_PASSWORD"])
    asked = {"json": {"max_results": 1}, "headers": own}
    assert door.ask("mlflow.localhost", "POST", EXPERIMENT, **asked).status_code == 401
    assert door.ask("mlflow.localhost", "POST", EXPERIMENT, auth=login, **asked).status_code == 200
    foreign = {"json": {"max_results": 1}, "headers": {"Origin": "https://evil.example"}}
    assert door.ask("mlflow.localhost", "POST", EXPERIMENT, auth=login, **foreign).status_code == 403


def test_a_person_logs_in_over_tls_and_gets_a_prediction(watched: Containers, door: BasicAuth) -> None:
    with chromium() as browser, browser.new_context(locale="es-ES", ignore_https_errors=True) as context:
        page = context.new_page()
        page.set_default_timeout(90_000)  # a machine that does other things at once is slow, not wrong
        page.goto(f"https://localhost:{door.port}/")
        page.locator("input[name=name]").fill("admin")
        page.locator("input[name=password]").fill(watched.told["WEB_ADMIN_PASSWORD"])
        page.locator("input[name=password]").press("Enter")
        page.locator("#ask").click()
        page.get_by_test_id("prediction").wait_for()
        assert [(one["httpOnly"], one["secure"]) for one in context.cookies() if one["name"] == "session"] == [
            (True, True)
        ]


def query(stack: Containers, expression: str) -> list[dict[str, Any]]:
    """What Prometheus says to an expression, now."""
    answer = stack.client.get(f"{stack.url('prometheus')}/api/v1/query", params={"query": expression})
    return list(answer.raise_for_status().json()["data"]["result"])


def test_both_replicas_predict_and_one_that_goes_is_not_missed(watched: Containers, door: BasicAuth) -> None:
    stored = "sum by (instance) (steam_sales_predictions_total)"
    assert {door.predict().status_code for _ in range(200)} == {200}
    until(lambda: len(query(watched, stored)) == 2, 60)
    watched.compose("stop", "--timeout", "10", "api-more")
    assert {door.predict().status_code for _ in range(100)} == {200}
    watched.compose("up", "--wait", "--detach", "api-more")


def test_prometheus_reaches_everybody_and_knows_its_rules(watched: Containers) -> None:
    url = watched.url("prometheus")

    def jobs() -> set[tuple[str, str]]:
        found = watched.client.get(f"{url}/api/v1/targets").json()["data"]["activeTargets"]
        return {(one["labels"]["job"], one["health"]) for one in found}

    until(lambda: jobs() == {(job, "up") for job in ("api", "flows", "proxy", "prometheus")}, 60)
    groups = watched.client.get(f"{url}/api/v1/rules").json()["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == 12
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}


def test_every_panel_of_the_dashboard_has_something_to_show(watched: Containers, door: BasicAuth) -> None:
    targets = [target for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    empty = {target["expr"].replace("$__rate_interval", "1m") for target in targets if target["expr"] != "ALERTS"}

    def all_full() -> bool:
        door.predict()
        empty.difference_update([one for one in empty if query(watched, one)])
        return not empty

    try:
        until(all_full, 120)
    except AssertionError:
        pytest.fail(json.dumps(sorted(empty)))
