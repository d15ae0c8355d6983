"""The stack behind the secrets of `make env`: every door closed, and the whole job done through them."""

import csv
import io
import json
import math
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.compose.containers import Containers, docker
from tests.infra.launched import until
from tests.webapp.browsing import chromium

pytestmark = pytest.mark.compose

CODES = ("DayOfWeek", "Season", "Holiday")
ETL = "etl_proceso_steam_sales/steam-sales"
RETRAIN = "retrain_and_promote_sales_model/steam-sales"
ROLLBACK = "rollback_sales_model/steam-sales"
MODEL = "steam_sales_prediction_model_prod"
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
# which containers are told which secret; nobody else has a use for it
TOLD = {
    "POSTGRES_PASSWORD": {"guard", "postgres", "setup"},
    "PREFECT_DB_PASSWORD": {"guard", "setup", "prefect"},
    "MLFLOW_DB_PASSWORD": {"guard", "setup", "mlflow"},
    "HISTORY_DB_PASSWORD": {"guard", "setup", "api"},
    "AWS_SECRET_ACCESS_KEY": {"guard", "minio", "setup", "mlflow", "worker"},
    "PREFECT_API_AUTH_STRING": {"guard", "prefect", "worker", "api"},
    "MLFLOW_TRACKING_PASSWORD": {"guard", "mlflow", "worker", "api"},
    "API_KEY": {"web"},
    "API_WATCH_KEY": {"api"},
    "API_ADMIN_KEY": set[str](),
    "WEB_ADMIN_PASSWORD": set[str](),
    "WEB_SECRET": {"web"},
    "GRAFANA_ADMIN_PASSWORD": set[str](),
}


def run(stack: Containers, deployment: str, **parameters: Any) -> dict[str, Any]:
    """Run a deployment as the Prefect UI does, to its end; the state."""
    found = stack.prefect("GET", f"/deployments/name/{deployment}")["id"]
    asked = stack.prefect("POST", f"/deployments/{found}/create_flow_run", json={"parameters": parameters})["id"]

    def state() -> dict[str, Any]:
        return dict(stack.prefect("GET", f"/flow_runs/{asked}")["state"])

    until(lambda: state()["type"] in FINAL, 300)
    return state()


def test_every_door_is_closed(closed: Containers) -> None:
    get = closed.client.get
    assert get(f"{closed.url('prefect')}/api/admin/version").status_code == 401
    assert get(f"{closed.url('mlflow')}/api/2.0/mlflow/experiments/get?experiment_id=0").status_code == 401
    assert get(f"{closed.url('mlflow')}/").status_code == 401
    assert get(f"{closed.url('api')}/registry/").status_code == 401
    assert get(f"{closed.url('minio')}/data").status_code == 403
    assert get(f"{closed.url('api')}/health").json() == {"status": 200, "message": "OK"}


def test_what_is_served_is_what_was_evaluated(closed: Containers, real_file: Path) -> None:
    state = run(closed, ETL, source=f"/data/{real_file.name}", options={"split": "random"})
    assert state["type"] == "COMPLETED", state["message"]
    assert run(closed, RETRAIN)["type"] == "COMPLETED"
    version = closed.mlflow("registered-models/get", name=MODEL)["registered_model"]["latest_versions"][0]
    assert run(closed, ROLLBACK, version=version["version"])["type"] == "COMPLETED"
    until(lambda: closed.api("GET", "/model")["version"] == version["version"], 10)

    logged = closed.mlflow("runs/get", run_id=version["run_id"])["run"]["data"]["metrics"]
    metrics = {metric["key"]: metric["value"] for metric in logged}
    assert metrics["test_rmse"] == pytest.approx(145.478, abs=0.0005)
    assert served_rmse(closed) == pytest.approx(metrics["test_rmse"], rel=1e-6)


def served_rmse(stack: Containers) -> float:
    """Root of the mean squared error, in units, of the API's answers over every row of test.csv in the bucket."""
    version = json.loads(stack.text("data", "current.json"))["version"]
    assert f"versions/{version}/train.csv" in stack.keys("data")
    rows = list(csv.DictReader(io.StringIO(stack.text("data", f"versions/{version}/test.csv"))))
    assert len(rows) == 110
    questions = [{name: int(row[name]) for name in CODES} for row in rows]
    answers = stack.api("POST", "/predict/batch", json=questions)["items"]
    errors = [one["prediction"] - float(row["Sales"]) for one, row in zip(answers, rows, strict=True)]
    return math.sqrt(sum(error**2 for error in errors) / len(errors))


def test_the_page_wants_a_login_and_asks_with_its_key(closed: Containers) -> None:
    url, password = closed.url("web"), closed.told["WEB_ADMIN_PASSWORD"]
    with chromium() as browser, browser.new_context(locale="es-ES") as context:
        page = context.new_page()
        page.goto(url)
        assert page.url.startswith(f"{url}/login")
        page.locator("input[name=name]").fill("admin")
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.locator("#ask").click()
        page.get_by_test_id("prediction").wait_for()


def secrets(stack: Containers) -> dict[str, str]:
    """The secrets of its `.env`, by their variables; of `user:password`, the password."""
    return {name: stack.told[name].rpartition(":")[2] for name in TOLD}


def test_a_secret_is_told_to_those_who_need_it_and_stands_in_no_image_and_no_log(closed: Containers) -> None:
    known = secrets(closed)
    log = closed.compose("logs").stdout
    assert [name for name, secret in known.items() if secret in log] == []

    containers = json.loads(closed.engine("inspect", *closed.compose("ps", "--all", "--quiet").stdout.split()))
    holders = {name: {service_of(one) for one in containers if secret in str(one)} for name, secret in known.items()}
    assert holders == TOLD
    for name, secret in known.items():
        assert all(str(one).count(secret) == str(one["Config"]["Env"]).count(secret) for one in containers), name

    images = {one["Config"]["Image"] for one in containers}
    ours = sorted(image for image in images if image.startswith("steam-sales-"))
    about = closed.engine("image", "inspect", *images) + "".join(
        closed.engine("history", "--no-trunc", one) for one in images
    )
    assert len(ours) == 3
    assert [name for name, secret in known.items() if secret in about] == []
    assert in_layers(ours, set(known.values())) == Counter()


def service_of(container: dict[str, Any]) -> str:
    """The name of a container's service."""
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


def in_layers(images: list[str], words: set[str]) -> Counter[bytes]:
    """How often each of the words occurs in the layers of the images."""
    pattern = re.compile(b"|".join(word.encode() for word in words))
    longest = max(map(len, words))
    found: Counter[bytes] = Counter()
    with subprocess.Popen([docker(), "save", *images], stdout=subprocess.PIPE) as saving:
        assert saving.stdout is not None
        end = b""
        while part := saving.stdout.read(1 << 22):
            found.update(match.group() for match in pattern.finditer(end + part))
            end = part[-longest:]
    assert saving.returncode == 0
    return found
