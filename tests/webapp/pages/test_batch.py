"""What *Lote* shows of a batch, and what becomes of one that breaks off."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from tests.webapp.small_api import always, serving
from webapp.api.batch import BatchCheck, RowFault, check_batch
from webapp.api.client import ApiClient, connect
from webapp.errors import ApiError, Failure, FailureKind, FieldFault
from webapp.pages import batch
from webapp.texts import LANGUAGES, Language
from webapp.texts.batch import TEXTS
from webapp.views import batch as views

HEADER = "id,created_at,prediction\r\n"
FAULT = RowFault(row=3, field="Season", sent="<b>", code="value", message="Input should be less than or equal to 4")


def breaking(rows: int) -> Starlette:
    """An API that answers so many rows of a batch, and half of one more, before it falls."""

    async def answered() -> AsyncIterator[str]:
        yield HEADER + "a,b,1\r\n" * rows + "a,b"
        raise ConnectionError

    async def answer(request: Request) -> StreamingResponse:
        await request.body()
        return StreamingResponse(answered(), media_type="text/csv")

    return Starlette(routes=[Route("/predict/batch", answer, methods=["POST"])])


@contextmanager
def asking(app: Starlette) -> Iterator[ApiClient]:
    with serving(app) as url, connect(url, 5) as http:
        yield ApiClient(http)


def test_what_was_answered_before_a_break_is_kept_in_whole_lines_and_said(tmp_path: Path) -> None:
    with asking(breaking(rows=1234)) as api:
        *_, last = batch.run_batch(api, "es", str(tmp_path), batch.CheckedBatch("Date\n2026-12-24\n", 5000))
    markup, download, *_ = last
    assert "Se cortó a mitad de camino" in markup
    assert "1.234 filas ya están respondidas" in markup
    assert "desde la 1.235" in markup
    assert Path(download["value"]).read_bytes() == (HEADER + "a,b,1\r\n" * 1234).encode()


def test_a_batch_of_which_nothing_came_offers_no_file(tmp_path: Path) -> None:
    with asking(always(JSONResponse({"type": "/problems/no-model"}, 503))) as api:
        *_, last = batch.run_batch(api, "en", str(tmp_path), batch.CheckedBatch("Date\n2026-12-24\n", 1))
    markup, download, *_ = last
    assert "There is no model yet" in markup
    assert "half-way" not in markup
    assert download["visible"] is False


def test_who_cancels_before_the_first_answer_is_told_so() -> None:
    markup, download, *_ = batch.cancel_batch("en", None)
    assert "No answer was received." in markup
    assert download["visible"] is False


@pytest.mark.parametrize("rows", ["", "  \n "])
def test_nothing_pasted_asks_for_rows(nobody: ApiClient, rows: str) -> None:
    _, markup, ready, *_ = batch.check_pasted(nobody, "es", rows)
    assert "No hay nada que revisar" in markup
    assert ready is None


def test_pasted_text_is_never_taken_for_a_path(tmp_path: Path) -> None:
    received: list[bytes] = []

    async def answer(request: Request) -> JSONResponse:
        received.append(await request.body())
        return JSONResponse({"rows": 0, "bad_rows": 0, "faults": [], "more_faults": 0, "sample": []})

    secret = tmp_path / "secret.csv"
    secret.write_text("Date\n2026-12-24\n")
    with asking(Starlette(routes=[Route("/predict/batch/check", answer, methods=["POST"])])) as api:
        batch.check_pasted(api, "es", str(secret))
    assert received == [str(secret).encode()]


def test_an_empty_file_and_one_that_was_kept_too_long_are_told_apart(nobody: ApiClient, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    _, markup, ready, *_ = batch.check_upload(nobody, "es", str(file))
    assert "El archivo está vacío" in markup
    assert ready is None
    ((markup, *_),) = batch.run_batch(nobody, "es", str(tmp_path), batch.CheckedBatch(tmp_path / "gone.csv", 3))
    assert "El archivo ya no está aquí" in markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_handler_that_is_given_a_missing_file_or_none_ends_in_a_sentence(
    nobody: ApiClient, tmp_path: Path, language: Language
) -> None:
    texts, missing = TEXTS[language], tmp_path / "missing.csv"
    _, looked, ready, *_ = batch.check_upload(nobody, language, str(missing))
    ((ran, *_),) = batch.run_batch(nobody, language, str(tmp_path), batch.CheckedBatch(missing, 3))
    ((ran_of_none, *_),) = batch.run_batch(nobody, language, str(tmp_path), None)
    stopped, download, *_ = batch.cancel_batch(language, missing)
    assert ready is None
    assert texts.gone.title in looked
    assert texts.gone.title in ran
    assert texts.empty.title in ran_of_none
    assert texts.none_stored in stopped
    assert download["visible"] is False


def test_an_upload_that_goes_while_it_is_sent_ends_in_a_sentence(nobody: ApiClient, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Date\n2026-12-24\n")
    running = batch.run_batch(nobody, "en", str(tmp_path), batch.CheckedBatch(file, 1))
    next(running)
    file.unlink()
    ((markup, *_),) = running
    assert TEXTS["en"].gone.title in markup


def test_a_file_with_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    told = {"rows": 0, "bad_rows": 0, "faults": [], "more_faults": 0, "sample": []}
    file = tmp_path / "a.csv"
    file.write_text("Date\n")
    with asking(always(JSONResponse(told))) as api:
        _, markup, ready, *_ = batch.check_upload(api, "en", str(file))
    assert "The file has no rows" in markup
    assert ready is None


@pytest.mark.parametrize(
    ("language", "text"), [("es", "no vale: 1 verano, 2 otoño"), ("en", "will not do: 1 summer, 2 autumn")]
)
def test_a_fault_is_explained_in_the_readers_language_and_escaped(language: Any, text: str) -> None:
    found = BatchCheck(rows=200_000, bad_rows=150_000, faults=(FAULT,), more_faults=149_999, sample=())
    shown = views.preview(language, found)
    assert text in shown
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert TEXTS[language].more_faults.format(count="149.999" if language == "es" else "149,999") in shown


def test_a_reason_that_the_page_does_not_know_is_told_in_the_apis_words() -> None:
    assert views.fault_reason("es", FieldFault("Date", "is {odd}", code="new")) == "is {odd}"
    assert views.fault_reason("es", FieldFault("Date", "is odd")) == "is odd"


@pytest.mark.parametrize(
    ("failed", "text"),
    [
        (Failure(FailureKind.BAD_INPUT, 413), "El archivo es demasiado grande"),
        (Failure(FailureKind.BAD_INPUT, 400, (FieldFault("body", "x", code="encoding"),)), "CSV UTF-8"),
        (Failure(FailureKind.UNREACHABLE), "La API no responde"),
    ],
)
def test_a_file_that_is_refused_says_why_and_what_to_do(failed: Failure, text: str) -> None:
    assert text in views.refusal_message("es", failed)


def test_a_codes_reason_comes_with_the_refusal() -> None:
    problem = {"errors": [{"field": "header", "message": "the column 'x' is not known", "code": "header"}]}
    with asking(always(JSONResponse(problem, 400))) as api, pytest.raises(ApiError) as raised:
        check_batch(api, "x\n1\n")
    assert raised.value.failure.faults == (FieldFault("header", "the column 'x' is not known", None, "header"),)
