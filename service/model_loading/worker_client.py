"""Starts, asks and stops the worker process that reads models; does not know how it reads them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock, Timer
from typing import Any

from service.errors import ModelRefusedError, ModelUnreadError


class WorkerClient:
    """A process of `service.model_loading.worker`, started by the first request.

    The worker imports scikit-learn, which takes 130 MB and a second or two. In a process of its own all of that is
    given back, and a file that crashes the reader or never ends costs nothing but that process.
    """

    def __init__(self, timeout_seconds: float = 60) -> None:
        """`timeout_seconds` is how long one model may take."""
        self._timeout_seconds = timeout_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._request_lock = Lock()
        self._process_lock = Lock()
        self._closed = False

    def __call__(self, model: bytes, columns: Sequence[str], inputs: Sequence[tuple[int, ...]]) -> list[float]:
        """Return the model's predictions of `inputs`, in units, in their order. Blocks: call it in a thread.

        Raises:
            ModelRefusedError: the model has a type that is not trusted, or cannot predict these inputs.
            ModelUnreadError: the process ended before it had an answer.
        """
        with self._request_lock:
            response = self._request({"columns": list(columns), "inputs": list(inputs), "size": len(model)}, model)
        if "refused" in response:
            raise ModelRefusedError(response["refused"])
        return list(response["predictions"])

    def stop_when_idle(self) -> None:
        """Stop the process after the request under way; the next request starts another. Blocks."""
        with self._request_lock:
            self._stop_process()

    def close(self) -> None:
        """Stop the process at once, and start none for threads that still wait."""
        self._closed = True
        self._stop_process()

    def _stop_process(self) -> None:
        with self._process_lock:
            process, self._process = self._process, None
        if process:
            _kill_process(process)

    def _ensure_process(self) -> subprocess.Popen[bytes]:
        with self._process_lock:
            if self._closed:
                raise ModelUnreadError("is closed")
            self._process = self._process or _start_process()
            return self._process

    def _request(self, header: dict[str, Any], model: bytes) -> dict[str, Any]:
        process = self._ensure_process()
        timeout = Timer(self._timeout_seconds, process.kill)
        timeout.start()
        try:
            return dict(json.loads(_exchange(process, json.dumps(header).encode() + b"\n", model)))
        except (OSError, ValueError):
            self._process = None
            raise ModelUnreadError(f"ended with {_kill_process(process)}") from None
        finally:
            timeout.cancel()


def _start_process() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "service.model_loading.worker"]
    try:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
    except OSError as error:
        raise ModelUnreadError(f"cannot be started ({error})") from None


def _exchange(process: subprocess.Popen[bytes], *parts: bytes) -> bytes:
    assert process.stdin
    assert process.stdout
    for part in parts:
        process.stdin.write(part)
    process.stdin.flush()
    return process.stdout.readline()


def _kill_process(process: subprocess.Popen[bytes]) -> int:
    """Return its exit code: negative for the signal that ended it."""
    with suppress(OSError), process:  # what was not sent any more cannot be flushed
        process.kill()
    return process.wait()
