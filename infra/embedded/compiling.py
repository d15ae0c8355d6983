"""Compiles Prefect by a process that ends: `python -m infra.embedded.compiling`, after an installation.

Whoever imports a library for the first time compiles it, and keeps up to half as much memory again for as long as it
lives: of Prefect's server and worker that is 130 MB until their second start. The others keep little, and compile while
they wait for Prefect.
"""

import subprocess
import sys
from tempfile import TemporaryDirectory

IMPORTED = "prefect.server.api.server, prefect.cli.server, prefect.workers.process"


def main() -> None:
    """Import it, in an empty folder: what is written there goes with it. What fails says so when it is wanted."""
    # libraries warn of their own code
    command = [sys.executable, "-W", "ignore", "-c", f"import {IMPORTED}"]
    with TemporaryDirectory() as folder:
        subprocess.run(command, cwd=folder, check=False, capture_output=True)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
