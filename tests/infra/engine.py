"""The container engine's own client, where there is one that knows `compose`."""

import shutil
import subprocess

import pytest


def client() -> str:
    """Its path; the test is skipped where it, or its plugin, is missing."""
    docker = shutil.which("docker")
    asked = [docker, "compose", "version"] if docker else ["false"]
    if docker is None or subprocess.run(asked, check=False, capture_output=True, timeout=60).returncode:
        pytest.skip("needs a container registry's client: there is no docker with its compose plugin on the PATH")
    return docker
