"""The running API against what its OpenAPI document promises, by schemathesis with all its checks."""

import os
import subprocess
import sys
from pathlib import Path

from tests.service.server_process import serving

CONFIG = str(Path(__file__).with_name("schemathesis.toml"))
LONGEST = 1_000
"""Letters of a line that are shown."""
# For each operation. `make drill-schema` asks for more.
EXAMPLES = os.environ.get("SCHEMA_EXAMPLES", "15")


def test_what_the_document_promises_is_what_the_server_does(tmp_path: Path) -> None:
    with serving(tmp_path) as (url, _):
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            CONFIG,
            "run",
            f"{url}/schema/openapi.json",
        ]
        options = ["--checks", "all", "--max-examples", EXAMPLES, "--seed", "1", "--no-color", "--continue-on-failure"]
        drill = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert drill.returncode == 0, findings(drill.stdout)
    print(drill.stdout[-2_000:])  # noqa: T201 - figures, for whoever runs the drill


def findings(output: str) -> str:
    """The failures by their operations, and the summary; a body may be megabytes long, so lines are cut."""
    _, title, rest = output.partition(" FAILURES ")
    return "\n".join(line[:LONGEST] for line in (title + rest or output).splitlines())


def test_a_failure_names_its_operation_however_long_its_body_is() -> None:
    told = findings(
        f"== FAILURES ==\n__ POST /predict/batch/check __\n- ST201\n  curl -d '{'x' * 9 * LONGEST}'\nSeed: 1"
    )
    assert "POST /predict/batch/check" in told
    assert "Seed: 1" in told
    assert len(told) < 2 * LONGEST
