"""A proxy in front of an HTTP server: it can refuse connections, and call a function after each write."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

# what belongs to one connection only
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "accept-encoding"}
Call = Callable[[str, bytes], None]


class FaultyProxy:
    """Passes requests on while it is open; drops connections while it is closed."""

    def __init__(self, target_url: str) -> None:
        self.target_url = target_url
        self.url = ""
        self.closed = threading.Event()
        self.connection_refused = threading.Event()
        self.after_a_write: Call | None = None
        self.client = httpx.Client(timeout=60, trust_env=False, limits=httpx.Limits(keepalive_expiry=2))

    def close(self) -> None:
        """Drop every connection from now on."""
        self.connection_refused.clear()
        self.closed.set()

    def open_after_refusal(self, seconds: float = 60) -> None:
        """Wait until it is closed and has dropped a connection, then open it."""
        assert self.closed.wait(seconds)
        assert self.connection_refused.wait(seconds)
        self.closed.clear()

    def notify(self, method: str, path: str, body: bytes) -> None:
        """Call `after_a_write` after a write, before the response goes back."""
        path = path.partition("?")[0]
        if method not in {"GET", "HEAD"} and not path.endswith("search") and self.after_a_write is not None:
            self.after_a_write(path, body)


class Handler(http.server.BaseHTTPRequestHandler):
    """Passes every request to the server behind the proxy."""

    proxy: FaultyProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a body waits 40 ms for the acknowledgement of its headers

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or self.proxy.closed.is_set() or not self.parse_request():
            self.proxy.connection_refused.set()
            self.close_connection = True
            return
        self.forward()

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        answer = self.proxy.client.request(
            self.command, self.proxy.target_url + self.path, content=body, headers=headers
        )
        self.proxy.notify(self.command, self.path, body)
        self.close_connection = self.close_connection or self.proxy.closed.is_set()
        if not self.proxy.closed.is_set():
            self.send_back(answer)

    def send_back(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in HOP:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(answer.content))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_words: object) -> None:
        """Log nothing."""


class Server(http.server.ThreadingHTTPServer):
    """Ignores callers that are killed."""

    daemon_threads = True

    def handle_error(self, *_of: object) -> None:
        """Do nothing: the caller is gone."""


@contextmanager
def proxy_to(url: str) -> Iterator[FaultyProxy]:
    """An open proxy to the server at `url`, on a port of its own."""
    proxy = FaultyProxy(url)
    with Server(("127.0.0.1", 0), type("Handler", (Handler,), {"proxy": proxy})) as server, proxy.client:
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()
