"""`docker compose up` in a fresh clone, nothing edited: all of it comes up and the first model is trained."""

import pytest

from tests.compose.containers import Containers
from tests.webapp.browsing import chromium, reading

pytestmark = pytest.mark.compose

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
MODEL = "steam_sales_prediction_model_prod"
JOBS = {"guard", "setup"}
SERVERS = {"postgres", "minio", "prefect", "mlflow", "worker", "api", "web"}


def test_all_of_it_is_healthy(as_cloned: Containers) -> None:
    assert as_cloned.states() == dict.fromkeys(SERVERS, "healthy") | dict.fromkeys(JOBS, "exited 0")


def test_the_first_model_is_promoted_and_its_artifact_lies_in_the_bucket(as_cloned: Containers) -> None:
    version = as_cloned.mlflow("registered-models/alias", name=MODEL, alias="production")["model_version"]["version"]
    assert as_cloned.api("GET", "/model")["version"] == version
    assert any(key.endswith("/model.skops") for key in as_cloned.keys("mlflow"))


def test_a_prediction_is_remembered(as_cloned: Containers) -> None:
    answer = as_cloned.api("POST", "/predict/", json=CODES)
    assert answer["interval"]["lower"] < answer["prediction"] < answer["interval"]["upper"]
    assert as_cloned.api("GET", "/registry/?limit=1")["items"] == [answer]


def test_a_person_gets_a_prediction_on_the_page(as_cloned: Containers) -> None:
    with chromium() as browser, reading(browser, as_cloned.url("web")) as page:
        page.locator("#ask").click()
        page.get_by_test_id("prediction").wait_for()


def test_prefects_page_reaches_its_server_by_whatever_name_it_was_opened(as_cloned: Containers) -> None:
    url = as_cloned.url("prefect").replace("127.0.0.1", "localhost")
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{url}/deployments")
        page.get_by_text("retrain_and_promote_sales_model").first.wait_for()


def test_buckets_are_private_and_keep_what_is_overwritten(as_cloned: Containers) -> None:
    for bucket in ("data", "mlflow"):
        assert as_cloned.client.get(f"{as_cloned.url('minio')}/{bucket}").status_code == 403
        assert as_cloned.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_up_again_changes_nothing(as_cloned: Containers) -> None:
    model, data = as_cloned.api("GET", "/model"), as_cloned.keys("data")
    as_cloned.compose("down", "--timeout", "20")
    as_cloned.up()
    assert as_cloned.api("GET", "/model") == model
    assert as_cloned.keys("data") == data


def test_beyond_loopback_it_refuses_secrets_that_everybody_knows(as_cloned: Containers) -> None:
    as_cloned.compose("down", "--timeout", "20")
    as_cloned.overrides = {"BIND_ADDRESS": "0.0.0.0"}
    done = as_cloned.compose("up", "--detach", check=False)
    states = as_cloned.states()
    said = as_cloned.compose("logs", "guard").stdout
    as_cloned.overrides = {}
    assert done.returncode != 0
    assert "Run `make env`" in said
    assert states.pop("guard") == "exited 1"
    assert set(states.values()) == {"created 0"}
