"""Compile Prefect to bytecode after an installation: `python -m infra.embedded.precompile`.

A process that compiles a library while it imports it keeps up to half as much memory again until it ends. For Prefect's
server and worker that is 130 MB until their second start. Other libraries cost little.
"""

import subprocess
import sys
from tempfile import TemporaryDirectory

MODULES = "prefect.server.api.server, prefect.cli.server, prefect.workers.process"


def main() -> None:
    """Import Prefect in a process and a folder of its own. An error is ignored: it will show at the start."""
    # libraries warn about their own code
    command = [sys.executable, "-W", "ignore", "-c", f"import {MODULES}"]
    with TemporaryDirectory() as folder:
        subprocess.run(command, cwd=folder, check=False, capture_output=True)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
