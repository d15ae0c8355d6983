"""The process that reads models lives as long as it is needed, and takes nobody with it."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
from skops.io import dumps

from domain.calendar import ALL_CODES
from service.errors import ModelRefusedError, ModelUnreadError
from service.model_loading.worker_client import WorkerClient
from tests.service.conftest import until
from tests.service.findings import FEATURES
from tests.service.registering import fitted

Readers = Callable[[], set[psutil.Process]]


@pytest.fixture
def worker() -> Iterator[WorkerClient]:
    """One that is ended with the test."""
    asked = WorkerClient()
    yield asked
    asked.close()


@pytest.fixture(scope="module")
def model() -> bytes:
    """The file of a good pipeline."""
    content: bytes = dumps(fitted(0.0)[0])
    return content


def reading() -> set[psutil.Process]:
    """The processes of this one that read models."""
    return {each for each in psutil.Process().children() if "service.model_loading.worker" in each.cmdline()}


@pytest.fixture
def readers() -> Readers:
    """Those that were started within the test: another module's API may live on beside it."""
    before = reading()
    return lambda: reading() - before


def test_one_process_reads_one_model_after_the_other_and_is_gone_at_rest(
    worker: WorkerClient, model: bytes, readers: Readers
) -> None:
    pipeline, inputs = fitted(0.0)
    expected = pipeline.predict(inputs).tolist()
    assert not readers(), "nothing is started before it is needed"
    assert worker(model, FEATURES, ALL_CODES) == expected
    (before,) = readers()
    with pytest.raises(ModelRefusedError, match="cannot serve"):
        worker(b"PK", FEATURES, ALL_CODES)
    assert worker(model, FEATURES, ALL_CODES) == expected
    assert readers() == {before}
    worker.stop_when_idle()
    assert not readers()


def test_a_process_that_is_killed_is_said_and_the_next_model_is_read_by_another(
    worker: WorkerClient, model: bytes, readers: Readers
) -> None:
    found: list[BaseException] = []

    def ask() -> None:
        try:
            worker(model, FEATURES, ALL_CODES)
        except ModelUnreadError as error:
            found.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: bool(readers()))
    readers().pop().send_signal(signal.SIGKILL)
    asking.join(30)
    assert ["-9" in str(error) for error in found] == [True]
    assert len(worker(model, FEATURES, ALL_CODES)) == len(ALL_CODES)


def test_once_closed_it_starts_no_process_for_who_still_waits(
    worker: WorkerClient, model: bytes, readers: Readers
) -> None:
    worker.close()
    with pytest.raises(ModelUnreadError):
        worker(model, FEATURES, ALL_CODES)
    assert not readers()


def test_a_machine_that_can_start_none_says_so_and_goes_on(
    worker: WorkerClient, model: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(ModelUnreadError, match="cannot be started"):
            worker(model, FEATURES, ALL_CODES)
    assert len(worker(model, FEATURES, ALL_CODES)) == len(ALL_CODES)


def test_a_model_that_takes_too_long_is_given_up(model: bytes, readers: Readers) -> None:
    impatient = WorkerClient(timeout_seconds=0.01)
    began = time.monotonic()
    with pytest.raises(ModelUnreadError, match="-9"):
        impatient(model, FEATURES, ALL_CODES)
    assert time.monotonic() - began < 30
    assert not readers()


def test_the_api_itself_imports_nothing_that_reads_models() -> None:
    code = "import sys, service.__main__; print({'numpy', 'pandas', 'sklearn', 'skops'} & sys.modules.keys() or 'none')"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "none"
