"""A door in front of an HTTP server: it can be shut, and it can call somebody when something is written."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

# what belongs to one connection only
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "accept-encoding"}
Call = Callable[[str, bytes], None]


class Door:
    """Passes requests on while it is open; hangs up while it is shut."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.url = ""
        self.shut = threading.Event()
        self.knocked = threading.Event()
        self.after_a_write: Call | None = None
        self.client = httpx.Client(timeout=60, trust_env=False, limits=httpx.Limits(keepalive_expiry=2))

    def close(self) -> None:
        """From now on hang up on everybody."""
        self.knocked.clear()
        self.shut.set()

    def open_when_somebody_knocks(self, seconds: float = 60) -> None:
        """Wait until it is shut and somebody was hung up on, then open it."""
        assert self.shut.wait(seconds)
        assert self.knocked.wait(seconds)
        self.shut.clear()

    def note(self, method: str, path: str, body: bytes) -> None:
        """Call whoever wants to know of what was just written, before the answer goes back."""
        path = path.partition("?")[0]
        if method not in {"GET", "HEAD"} and not path.endswith("search") and self.after_a_write is not None:
            self.after_a_write(path, body)


class Handler(http.server.BaseHTTPRequestHandler):
    """Passes everything through the self.door."""

    door: Door
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a body waits 40 ms for the acknowledgement of its headers

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or self.door.shut.is_set() or not self.parse_request():
            self.door.knocked.set()
            self.close_connection = True
            return
        self.pass_on()

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        answer = self.door.client.request(self.command, self.door.behind + self.path, content=body, headers=headers)
        self.door.note(self.command, self.path, body)
        self.close_connection = self.close_connection or self.door.shut.is_set()
        if not self.door.shut.is_set():
            self.give_back(answer)

    def give_back(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(answer.content))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    """Takes it calmly that a caller is killed."""

    daemon_threads = True

    def handle_error(self, *_of: object) -> None:
        """The caller is gone: there is nobody to tell."""


@contextmanager
def door_to(url: str) -> Iterator[Door]:
    """An open door to the server at `url`, on a port of its own."""
    door = Door(url)
    with Server(("127.0.0.1", 0), type("Handler", (Handler,), {"door": door})) as server, door.client:
        door.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield door
        server.shutdown()
        thread.join()
