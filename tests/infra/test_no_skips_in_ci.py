"""On the machine that guards the project, a skipped test fails the run, unless no such machine could run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
RUNS = "def test_runs(): pass\n"
IN_TEST = "import pytest\ndef test_skips(): pytest.skip('{}')\n"
IN_MODULE = "import pytest\npytest.skip('{}', allow_module_level=True)\n"
EXPECTED = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_fails(): assert False\n"


def code_of(folder: Path, body: str, ci: str, *options: str) -> int:
    """Exit code of pytest with the project's conftest on a folder with one more test."""
    (folder / "conftest.py").write_text(CONFTEST.read_text())
    (folder / "test_it.py").write_text(RUNS)
    (folder / "test_other.py").write_text(body)
    environment = os.environ | {"CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    return subprocess.run(command, env=environment, cwd=folder, check=False, capture_output=True).returncode


@pytest.mark.parametrize(
    ("body", "ci", "code"),
    [
        (RUNS, "true", 0),
        (IN_TEST.format("no data here"), "true", 1),
        (IN_TEST.format("no data here"), "", 0),
        (IN_MODULE.format("no data here"), "true", 1),
        (IN_TEST.format("on macOS only"), "true", 0),
        (EXPECTED, "true", 0),
    ],
)
def test_skipped_tests_count_as_failures_in_ci(tmp_path: Path, body: str, ci: str, code: int) -> None:
    assert code_of(tmp_path, body, ci) == code


def test_skips_in_other_processes_count_too(tmp_path: Path) -> None:
    for number, body in enumerate((IN_TEST, IN_MODULE)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert code_of(folder, body.format("no data here"), "true", "-p", "xdist", "-n2") == 1
