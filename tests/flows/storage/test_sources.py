"""Sources that can be had, and the sentence for those that can't."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientError

from flows.orchestration.error_messages import outage_message, outage_types
from flows.orchestration.tasks import PERMANENT_ERRORS
from flows.settings import Settings
from flows.storage.sources import SourceError, digest, fetch, without_secrets


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, whole, as it knows no ranges; an address that is a number is answered with that status."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.isdigit():
            self.send_error(int(name))
        elif name == "half":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"a,b\n1,2\n")
        else:
            super().do_GET()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "sales.csv").write_text("a,b\n1,2\n")
    (tmp_path / "large.csv").write_bytes(b"1,2\n" * 4_000_000)
    handler = functools.partial(Handler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_local_file_is_used_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "sales of May.csv"
    path.write_text("x")
    assert fetch(str(path), tmp_path, {}) == path
    assert fetch(path.as_uri(), tmp_path, {}) == path
    assert digest(path) == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_a_file_on_the_web_is_brought_here(site: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert fetch(f"{site}/sales.csv", folder, {}).read_text() == "a,b\n1,2\n"
    assert fetch(f"{site}/large.csv", folder, {}).stat().st_size == 16_000_000


@pytest.mark.parametrize(
    ("source", "words"),
    [("nowhere.csv", "does not exist"), (".", "is a folder"), ("ftp://host/file.csv", "http, https, s3")],
)
def test_what_cannot_be_had_says_the_cure(source: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=words):
        fetch(source, tmp_path, {})


@pytest.mark.parametrize(
    ("path", "words"), [("other.csv", "does not exist"), ("403", "refused with status 403"), ("410", "status 410")]
)
def test_a_page_that_is_not_to_be_had(path: str, words: str, site: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"{words}.*: check the address"):
        fetch(f"{site}/{path}", tmp_path, {})


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("{site}/503", "answers with status 503: see to it"),
        ("{site}/half", "broke off in the middle"),
        ("http://127.0.0.1:1/sales.csv", "does not answer: check the address"),
    ],
)
def test_a_server_in_trouble_is_asked_again(address: str, words: str, site: str, tmp_path: Path) -> None:
    with pytest.raises(ClientError) as caught:
        fetch(address.format(site=site), tmp_path, {})
    assert isinstance(caught.value, outage_types())
    assert not isinstance(caught.value, PERMANENT_ERRORS)
    assert words in outage_message(caught.value, Settings())


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("https://ana:secret@shop.example:8443/a.csv", "https://shop.example:8443/a.csv"),
        ("https://shop.example/a.csv?X-Amz-Signature=secret", "https://shop.example/a.csv?…"),
        ("s3://data/a.csv", "s3://data/a.csv"),
        ("/home/ana@work/a?b.csv", "/home/ana@work/a?b.csv"),
    ],
)
def test_an_address_is_written_down_without_its_secrets(source: str, shown: str) -> None:
    assert without_secrets(source) == shown
