"""The answer to a question, and what the service says of its model and itself."""

from datetime import UTC, datetime
from uuid import UUID

from litestar.testing import TestClient

from service.app import create_app
from service.model_loading import disk_cache
from service.settings import Settings
from tests.service.conftest import CODES, Client, champion
from tests.service.findings import FINDINGS


def test_a_question_by_codes(client: Client) -> None:
    before = datetime.now(UTC)
    answer = client.post("/predict/", json=CODES)
    body = answer.json()
    created = datetime.fromisoformat(body.pop("created_at"))
    assert answer.status_code == 200
    assert before <= created <= datetime.now(UTC)
    assert UUID(body.pop("id")).version == 7
    assert body == {
        **CODES,
        "Date": None,
        "prediction": 3010.0,
        "interval": {"level": 0.9, "lower": 3010.0 - 103.0, "upper": 3010.0 + 203.0},
        "model_version": "1",
        "seen_in_training": True,
        "calendar_warning": None,
    }


def test_a_question_by_date_tells_the_codes_it_was_taken_for(client: Client) -> None:
    body = client.post("/predict/", json={"Date": "2026-12-25"}).json()
    assert (body["DayOfWeek"], body["Season"], body["Holiday"], body["Date"]) == (5, 3, 1, "2026-12-25")
    assert body["prediction"] == 5031.0
    assert body["seen_in_training"] is False


def test_times_are_told_in_utc_with_a_z(client: Client) -> None:
    assert client.post("/predict/", json=CODES).json()["created_at"].endswith("Z")


def test_the_model_is_described(client: Client) -> None:
    card = client.get("/model").json()
    rule = {"country": "US", "subdivision": None, "hemisphere": "north", "weekly": [7], "events": []}
    calendar: dict[str, object] = {"rule": rule, "origin": "default", "followed": {}, "warning": None, "overridden": []}
    assert card == FINDINGS | {"version": "1", "calendar": calendar}


def test_health_says_nothing_more_than_that(client: Client) -> None:
    for path in ("/health", "/health/live"):
        assert client.get(path).json() == {"status": 200, "message": "OK"}


def test_readiness_says_from_what_it_serves(client: Client) -> None:
    ready = client.get("/health/ready").json()
    assert (ready["model_version"], ready["model_source"], ready["model_checked_at"]) == ("1", "cache", None)
    assert "MLflow" in ready["model_trouble"]


def test_before_the_first_model_it_says_the_cure(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        for answer in (client.post("/predict/", json=CODES), client.get("/model"), client.get("/health/ready")):
            assert answer.status_code == 503
            assert answer.json()["type"].endswith("/no-model")
            assert "make retrain" in answer.json()["detail"]
            assert int(answer.headers["retry-after"]) > 0
        assert client.get("/health").status_code == 200


def test_a_damaged_champion_on_disk_is_no_champion(settings: Settings) -> None:
    disk_cache.save(settings.state, champion())
    kept = settings.state / "champion.json"
    kept.write_bytes(kept.read_bytes()[:100])
    with TestClient(create_app(settings)) as client:
        assert client.post("/predict/", json=CODES).json()["type"].endswith("/no-model")


def test_metrics_group_paths_and_count_predictions_by_version(client: Client) -> None:
    client.post("/predict/", json=CODES)
    client.get("/registry/019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f")
    text = client.get("/metrics").text
    assert 'steam_sales_predictions_total{model_version="1"} 1.0' in text
    assert "steam_sales_commit_rows_count 1.0" in text
    assert "steam_sales_waiting 0.0" in text
    assert 'path="/registry/{prediction_id}"' in text
    assert "019ab0f2" not in text
