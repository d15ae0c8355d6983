"""Every way in which HTTP fails becomes one typed error; good answers become values."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp

from tests.webapp.small_api import always, answer_to, remembering, serving, silent
from tests.webapp.sockets import closed_port
from webapp.api.client import ApiClient, connect
from webapp.api.history import get_history
from webapp.api.model import get_champion
from webapp.api.predictions import PredictionRequest, predict
from webapp.errors import ApiError, Failure, FailureKind, FieldFault

WEDNESDAY = PredictionRequest(weekday=3, season=1, holiday=0)
PROBLEM = "application/problem+json"


@contextmanager
def client_of(app: ASGIApp, timeout: float = 5) -> Iterator[ApiClient]:
    with serving(app) as url, connect(url, timeout) as http:
        yield ApiClient(http)


def failure_of(app: ASGIApp) -> Failure:
    with client_of(app) as client, pytest.raises(ApiError) as raised:
        predict(client, WEDNESDAY)
    return raised.value.failure


def test_a_question_is_sent_in_the_codes_of_the_contract_and_its_answer_read() -> None:
    with client_of(remembering()) as client:
        answer = predict(client, WEDNESDAY)
    assert (answer.weekday, answer.season, answer.holiday) == (3, 1, 0)
    assert (answer.prediction, answer.interval.lower, answer.interval.upper) == (2874.1, 2684.4, 3076.2)
    assert (answer.model_version, answer.seen_in_training) == ("3", True)


def test_the_history_is_read_a_page_at_a_time() -> None:
    with client_of(remembering()) as client:
        given = [predict(client, WEDNESDAY).id for _ in range(5)]
        first = get_history(client, 3)
        second = get_history(client, 3, first.next_cursor)
    assert [item.id for item in first.items + second.items] == given[::-1]
    assert second.next_cursor is None


def test_a_cursor_may_hold_any_character() -> None:
    with client_of(always(JSONResponse({"items": [], "next_cursor": "a+b/c=&d"}))) as client:
        assert get_history(client, 3, "a+b/c=&d").next_cursor == "a+b/c=&d"


def test_the_champion_is_read() -> None:
    with client_of(remembering()) as client:
        assert get_champion(client).version == "3"


def test_the_api_may_say_more_than_the_page_knows() -> None:
    with client_of(always(JSONResponse(answer_to({"DayOfWeek": 1, "Season": 1, "Holiday": 0}) | {"new": 1}))) as client:
        assert predict(client, WEDNESDAY).prediction == 2874.1


def test_nobody_listens() -> None:
    with connect(f"http://127.0.0.1:{closed_port()}", 5) as http, pytest.raises(ApiError) as raised:
        predict(ApiClient(http), WEDNESDAY)
    assert raised.value.failure == Failure(FailureKind.UNREACHABLE)


def test_a_proxy_of_the_environment_does_not_come_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    with client_of(remembering()) as client:
        assert predict(client, WEDNESDAY).model_version == "3"


def test_the_answer_does_not_come() -> None:
    over = threading.Event()
    with client_of(silent(until=over), timeout=0.1) as client:
        with pytest.raises(ApiError) as raised:
            predict(client, WEDNESDAY)
        over.set()
    assert raised.value.failure == Failure(FailureKind.TOO_SLOW)


def test_the_body_cannot_be_unpacked() -> None:
    lying = Response(b"not gzip", headers={"Content-Encoding": "gzip"})
    assert failure_of(always(lying)).kind is FailureKind.BROKEN


def test_no_model_yet() -> None:
    problem = {"type": "https://example.org/problems/no-model", "title": "No model", "status": 503, "detail": "Wait."}
    assert failure_of(always(JSONResponse(problem, 503, media_type=PROBLEM))) == Failure(FailureKind.NO_MODEL, 503)


def test_another_503_is_not_taken_for_a_missing_model() -> None:
    problem = {"type": "https://example.org/problems/history", "title": "No database", "status": 503, "detail": "Wait."}
    assert failure_of(always(JSONResponse(problem, 503, media_type=PROBLEM))) == Failure(FailureKind.UNAVAILABLE, 503)


def test_bad_input_names_its_fields() -> None:
    errors = [{"field": "DayOfWeek", "message": "must be 1 to 7"}, {"field": "Season", "message": "is missing"}]
    problem = {"type": "about:blank", "title": "Bad input", "status": 400, "detail": "Two faults.", "errors": errors}
    faults = (FieldFault("DayOfWeek", "must be 1 to 7"), FieldFault("Season", "is missing"))
    assert failure_of(always(JSONResponse(problem, 400, media_type=PROBLEM))) == Failure(
        FailureKind.BAD_INPUT, 400, faults
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, FailureKind.BROKEN),
        (401, FailureKind.REFUSED),
        (403, FailureKind.REFUSED),
        (404, FailureKind.NOT_FOUND),
        (405, FailureKind.BROKEN),
        (413, FailureKind.BAD_INPUT),
        (422, FailureKind.BAD_INPUT),
        (429, FailureKind.TOO_MANY),
        (500, FailureKind.BROKEN),
        (502, FailureKind.UNREACHABLE),
        (503, FailureKind.UNAVAILABLE),
        (504, FailureKind.TOO_SLOW),
        (599, FailureKind.BROKEN),
    ],
)
def test_a_status_from_something_that_is_not_our_api(status: int, kind: FailureKind) -> None:
    assert failure_of(always(HTMLResponse("<h1>Sorry</h1>", status))) == Failure(kind, status)


@pytest.mark.parametrize(("told", "wait"), [("17", 17), ("", None), ("Wed, 25 Nov 2026 12:00:00 GMT", None)])
def test_how_long_to_wait_is_read_where_it_is_said_in_seconds(told: str, wait: int | None) -> None:
    busy = JSONResponse({"type": "/problems/too-many-requests"}, 429, headers={"Retry-After": told})
    assert failure_of(always(busy)) == Failure(FailureKind.TOO_MANY, 429, wait=wait)


@pytest.mark.parametrize(
    "answer",
    [
        HTMLResponse("<h1>Welcome to a router</h1>"),
        Response(b""),
        JSONResponse([]),
        JSONResponse({"prediction": 3}),
        JSONResponse(answer_to({"DayOfWeek": 1, "Season": 1, "Holiday": 0}) | {"created_at": "2026-11-23T12:00:00"}),
    ],
    ids=["html", "empty", "another shape", "fields missing", "time without a zone"],
)
def test_an_answer_that_is_not_the_contracts(answer: Response) -> None:
    assert failure_of(always(answer)) == Failure(FailureKind.BROKEN, 200)
