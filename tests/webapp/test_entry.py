"""`python -m webapp` as an operator runs it."""

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.webapp.sockets import closed_port, listening


def environment(port: int, proxy: socket.socket) -> dict[str, str]:
    """Whatever goes anywhere but to this machine goes to `proxy`."""
    address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), address) | {"NO_PROXY": "127.0.0.1,localhost"}
    return os.environ | proxies | {"WEB_PORT": str(port), "API_PORT": str(closed_port())}


def test_its_files_are_in_a_folder_of_its_own_that_goes_with_it(tmp_path: Path) -> None:
    port = closed_port()
    own = os.environ | {"WEB_PORT": str(port), "API_PORT": str(closed_port()), "TMPDIR": str(tmp_path)}
    with (
        subprocess.Popen([sys.executable, "-m", "webapp"], env=own) as web,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8)) as browser,
    ):
        try:
            (path,) = browser.post("/gradio_api/upload", files={"files": ("a.csv", b"x")}).json()
            (folder,) = tmp_path.iterdir()
            assert Path(path).is_relative_to(folder)
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(timeout=30)
    assert list(tmp_path.iterdir()) == []


def test_it_serves_calls_nobody_and_stops_when_told() -> None:
    port = closed_port()
    with (
        listening() as proxy,
        subprocess.Popen([sys.executable, "-m", "webapp"], env=environment(port, proxy)) as web,
        # Each retry waits twice as long as the one before: a minute in all.
        httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=8)) as browser,
    ):
        try:
            assert browser.get("/health").json() == {"status": 200, "message": "OK"}
            assert "Obtener predicción" in browser.get("/").text
        finally:
            web.send_signal(signal.SIGTERM)
            web.wait(timeout=30)
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()
    assert web.returncode in {0, -signal.SIGTERM}


def test_a_setting_that_cannot_be_is_named() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "webapp"],
        env=os.environ | {"WEB_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "web_port" in ended.stderr
