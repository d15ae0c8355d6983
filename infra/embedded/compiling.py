"""Compiles what the stack imports, in processes that end: `python -m infra.embedded.compiling`, after an installation.

Whoever imports a library for the first time compiles it, and keeps up to half as much memory again for as long as it
lives: the stack took 1.2 GB on its first day and 1.0 GB ever after. To compile all that is installed would take three
times as long as to import what is used.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory

IMPORTED = (
    "prefect.server.api.server, prefect.cli.server, prefect.workers.process",
    "mlflow.server.fastapi_app, mlflow.sklearn",
    "gradio, plotly.graph_objects",
    "skops.io, sklearn.ensemble, pandas, matplotlib.pyplot, polars, boto3, s3fs",
)
"""By process; in the order of their time, the longest first."""


def main() -> None:
    """Import them, as many at once as there are cores. What cannot be imported says so when it is wanted."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda modules: _import(modules, folder), IMPORTED))


def _import(modules: str, folder: str) -> None:
    """In an empty folder: what some write when they are imported goes with it."""
    # they warn of their own code
    command = [sys.executable, "-W", "ignore", "-c", f"import {modules}"]
    subprocess.run(command, cwd=folder, check=False, capture_output=True)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
