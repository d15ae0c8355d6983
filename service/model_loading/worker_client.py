"""Asks the process that reads models; knows how to start and to stop it, nothing of what it does."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock, Timer
from typing import Any

from service.errors import ModelRefusedError, ModelUnreadError


class Tabulator:
    """A process of `service.model_loading.worker`, from the first question until it is closed.

    It takes 130 MB and a second or two to import what reads a model. Here, all of that is gone when it is closed, and
    a file that crashes or never ends takes nothing with it but that process.
    """

    def __init__(self, seconds: float = 60) -> None:
        """`seconds` is how long one model may take."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = Lock()
        self._starting = Lock()
        self._closed = False

    def __call__(self, model: bytes, columns: Sequence[str], inputs: Sequence[tuple[int, ...]]) -> list[float]:
        """The model's predictions of `inputs`, in units, in their order. Blocks: call it in a thread.

        Raises:
            ModelRefusedError: it is none that is trusted, or cannot predict these.
            ModelUnreadError: the process was ended before it had an answer.
        """
        with self._one_at_a_time:
            answer = self._ask({"columns": list(columns), "inputs": list(inputs), "size": len(model)}, model)
        if "refused" in answer:
            raise ModelRefusedError(answer["refused"])
        return list(answer["predictions"])

    def rest(self) -> None:
        """End the process as soon as it has answered; the next question starts another. Blocks."""
        with self._one_at_a_time:
            self._end_what_runs()

    def close(self) -> None:
        """End the process, whatever it is doing, and start none for who still waits in a thread."""
        self._closed = True
        self._end_what_runs()

    def _end_what_runs(self) -> None:
        with self._starting:
            process, self._process = self._process, None
        if process:
            _end(process)

    def _running(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._closed:
                raise ModelUnreadError("is closed")
            self._process = self._process or _started()
            return self._process

    def _ask(self, question: dict[str, Any], model: bytes) -> dict[str, Any]:
        process = self._running()
        limit = Timer(self._seconds, process.kill)
        limit.start()
        try:
            return dict(json.loads(_exchange(process, json.dumps(question).encode() + b"\n", model)))
        except (OSError, ValueError):
            self._process = None
            raise ModelUnreadError(f"ended with {_end(process)}") from None
        finally:
            limit.cancel()


def _started() -> subprocess.Popen[bytes]:
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


def _end(process: subprocess.Popen[bytes]) -> int:
    """Its exit code, negative for the signal that ended it."""
    # what it was not told any more cannot be flushed
    with suppress(OSError), process:
        process.kill()
    return process.wait()
