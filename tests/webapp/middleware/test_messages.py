"""Which messages the real page reads: how long, in which form, and what it answers to the others."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.webapp.middleware.conftest import UPLOAD_LIMIT_BYTES
from webapp.middleware.upload_guard import MAX_MESSAGE_BYTES, MULTIPART_OVERHEAD_BYTES
from webapp.texts import LANGUAGES, Language
from webapp.texts.refusals import TEXTS


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"\xff", b'{"data": ' + b"[" * 100_000, b'{"data": [' + b"1" * 5_000 + b"]}"],
    ids=lambda body: repr(body[:12]),
)
def test_what_cannot_be_read_is_refused(page: TestClient, body: bytes) -> None:
    answer = page.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_of_two_equal_keys_gradio_sees_the_one_that_was_checked(page: TestClient, outside: Path) -> None:
    file = json.dumps({"path": str(outside)})
    body = f'{{"data": [], "data": [{file}], "session_hash": "a"}}'
    answer = page.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_a_problem_in_the_readers_language(page: TestClient, outside: Path, language: Language) -> None:
    answer = page.post(
        "/gradio_api/queue/join", json={"data": [{"path": str(outside)}]}, headers={"Accept-Language": language}
    )
    text = TEXTS[language].foreign_file
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": text.title,
        "status": 403,
        "detail": f"{text.title}. {text.cure}",
    }
    assert str(outside) not in answer.text


def test_a_message_is_read_up_to_its_limit_and_no_further(page: TestClient) -> None:
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            read.append(1)
            yield b" " * (1 << 20)

    for body in (b" " * (MAX_MESSAGE_BYTES + 1), pieces()):
        answer = page.post("/gradio_api/queue/join", content=body)
        assert answer.status_code == 413
        assert str(MAX_MESSAGE_BYTES) in answer.json()["detail"]
    fits = json.dumps({"data": [], "session_hash": "a"}).encode().ljust(MAX_MESSAGE_BYTES)
    answer = page.post("/gradio_api/queue/join", content=fits, headers={"Content-Type": "application/json"})
    assert answer.headers["Content-Type"] == "application/json"  # Gradio's answer, not the guard's problem


def test_an_upload_says_how_long_it_is_and_is_no_longer_than_allowed(page: TestClient) -> None:
    several = {f"files{n}": b"x" * UPLOAD_LIMIT_BYTES for n in range(40)}
    assert page.post("/gradio_api/upload", files=several).status_code == 413
    assert UPLOAD_LIMIT_BYTES * 40 > UPLOAD_LIMIT_BYTES + MULTIPART_OVERHEAD_BYTES
    unmeasured = page.post("/gradio_api/upload", content=iter([b"x"]))
    assert unmeasured.status_code == 411
