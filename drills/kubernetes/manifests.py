"""Applies the manifests as docs/scaling.md says, and asks the API server to admit the pods that they describe."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drills.kubernetes.control_plane import ControlPlane
from drills.processes import ROOT, DrillError

NAMESPACE = "steam-sales"
_COMMANDS = re.compile(r"```\n(kubectl apply -f infra/kubernetes/namespace\.yaml\n.*?)```", re.DOTALL)
_PARTS = ("infra/kubernetes", "infra/compose", "infra/security", "infra/__init__.py")


def documented_commands() -> str:
    """Return the commands of docs/scaling.md. Raises DrillError if they are no longer there."""
    found = _COMMANDS.search((ROOT / "docs" / "scaling.md").read_text(encoding="utf-8"))
    if found is None:
        raise DrillError("docs/scaling.md has no commands that apply infra/kubernetes/namespace.yaml")
    return found[1]


def apply(plane: ControlPlane, folder: Path) -> int:
    """Apply everything from a copy of the manifests with a new `infra/.env`. Returns the number of applied objects."""
    for part in filter(lambda part: (ROOT / part).exists(), _PARTS):
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, target)
    subprocess.run([sys.executable, "infra/compose/new_env.py"], cwd=folder, check=True, capture_output=True)
    # a cluster's controllers make it in every namespace, and pods are refused without it
    plane.kubectl("apply", "-f", str(folder / "infra/kubernetes/namespace.yaml"))
    plane.kubectl("-n", NAMESPACE, "create", "serviceaccount", "default")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", documented_commands()],
        cwd=folder, env=plane.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise DrillError(f"the commands of docs/scaling.md fail: {done.stderr.strip()}")
    return len(done.stdout.splitlines())


def pods(plane: ControlPlane) -> Iterator[dict[str, Any]]:
    """Yield the pod of every Deployment and Job that the API server has."""
    found = json.loads(plane.kubectl("-n", NAMESPACE, "get", "deployments,jobs", "-o", "json"))["items"]
    for workload in found:
        yield pod_of(workload)


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    """Return the pod that a controller would make of a Deployment or Job."""
    template = workload["spec"]["template"]
    metadata = {"name": workload["metadata"]["name"], "namespace": NAMESPACE, "labels": template["metadata"]["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def admit(plane: ControlPlane, pod: dict[str, Any]) -> None:
    """Send a pod through the admission of the API server, without keeping it. Raises DrillError if it is refused."""
    plane.kubectl("create", "--dry-run=server", "-f", "-", stdin=json.dumps(pod))
