"""Sources that can be had, and the sentence for those that can't."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.sources import SourceError, digest, fetch


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "sales.csv").write_text("a,b\n1,2\n")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_local_file_is_used_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("x")
    assert fetch(str(path), tmp_path, {}) == path
    assert fetch(path.as_uri(), tmp_path, {}) == path
    assert digest(path) == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_a_file_on_the_web_is_brought_here(site: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    assert fetch(f"{site}/sales.csv", folder, {}).read_text() == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [("nowhere.csv", "does not exist"), (".", "is a folder"), ("ftp://host/file.csv", "http, https, s3")],
)
def test_what_cannot_be_had_says_the_cure(source: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=words):
        fetch(source, tmp_path, {})


def test_a_page_that_is_not_there(site: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the address"):
        fetch(f"{site}/other.csv", tmp_path, {})
