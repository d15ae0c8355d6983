"""Apply the manifests to a real Kubernetes API server and let the worker make a Job: `python -m drills.kubernetes`.

Uses etcd, kube-apiserver and kubectl from the PATH. There is no kubelet: no container is started. Everything runs on
127.0.0.1 and in a temporary folder, which is deleted. The exit status is 1 if a drill failed.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drills.kubernetes.control_plane import ControlPlane, control_plane, missing_programs
from drills.kubernetes.manifests import NAMESPACE, admit, apply, pod_of, pods
from drills.kubernetes.prefect import LOGIN, Prefect, prefect_with_worker, wait_for_state
from drills.processes import DrillError, wait_for
from drills.result import DrillResult, skipped_drill

_JOB_SECONDS = 240
_CANCEL_SECONDS = 60
_WORKLOADS = 6


def apply_manifests(plane: ControlPlane, folder: Path) -> DrillResult:
    """Apply everything as docs/scaling.md says, and have every pod admitted."""
    action = "the manifests and Secrets applied by the commands of docs/scaling.md"
    result = DrillResult(action, "every object is accepted; every pod is admitted under the restricted standard")
    objects = apply(plane, folder)
    admitted = 0
    for pod in pods(plane):
        try:
            admit(plane, pod)
            admitted += 1
        except DrillError as error:
            result.expect(False, str(error))
    result.expect(admitted == _WORKLOADS, f"{admitted} of {_WORKLOADS} pods are admitted")
    result.observe(f"Kubernetes {server_version(plane)}; {objects} objects applied, {admitted} pods admitted")
    return result


def server_version(plane: ControlPlane) -> str:
    """Return the version of the API server."""
    return str(json.loads(plane.kubectl("get", "--raw", "/version"))["gitVersion"])


def jobs_of(plane: ControlPlane, run: str) -> list[dict[str, Any]]:
    """Return the Jobs of a run."""
    label = f"prefect.io/flow-run-id={run}"
    return list(json.loads(plane.kubectl("-n", NAMESPACE, "get", "jobs", "-l", label, "-o", "json"))["items"])


def make_job(plane: ControlPlane, prefect: Prefect) -> DrillResult:
    """Wait for the Job of the first run, which the worker makes with the rights of its service account."""
    action = "the worker started; it asks for the first run"
    result = DrillResult(action, "one Job for the run, without a password in it; its pod is admitted")
    wait_for(lambda: prefect.first_run() is not None, "the first run is there", _JOB_SECONDS)
    run = str(prefect.first_run())
    wait_for(lambda: bool(jobs_of(plane, run)), f"a Job of the run; {prefect.log_end()}", _JOB_SECONDS)
    jobs = jobs_of(plane, run)
    result.expect(len(jobs) == 1, f"{len(jobs)} Jobs")
    result.expect(LOGIN[1] not in json.dumps(jobs), "Prefect's password is written into the Job")
    admit(plane, pod_of(jobs[0]))
    result.observe(f"Job {jobs[0]['metadata']['name']}, run {prefect.state(run).lower()}")
    return result


def cancel_run(plane: ControlPlane, prefect: Prefect) -> DrillResult:
    """Cancel the run: its Job has to go."""
    result = DrillResult("the run cancelled in Prefect", "its Job is deleted; the run ends as Cancelled")
    run = str(prefect.first_run())
    prefect.cancel(run)
    wait_for_state(prefect, run, "CANCELLED", _CANCEL_SECONDS)
    wait_for(lambda: all("deletionTimestamp" in job["metadata"] for job in jobs_of(plane, run)), "no Job", 30)
    result.observe("the run is cancelled and its Job deleted")
    return result


def run_drills() -> list[DrillResult]:
    """Run all drills, each on what the one before left. Prints each result at once."""
    results: list[DrillResult] = []
    with TemporaryDirectory(prefix="steam-sales-kubernetes-") as name:
        folder = Path(name)
        try:
            with control_plane(folder / "control-plane") as plane:
                report(results, apply_manifests(plane, folder / "clone"))
                with prefect_with_worker(plane, folder) as prefect:
                    report(results, make_job(plane, prefect))
                    report(results, cancel_run(plane, prefect))
        except DrillError as error:
            report(results, DrillResult("kubernetes", "the drill runs to its end", failures=[str(error)]))
    return results


def report(results: list[DrillResult], result: DrillResult) -> None:
    """Add and print a result."""
    results.append(result)
    print(result, flush=True)


def main() -> None:
    """Run the drills if the programs are there."""
    if missing := missing_programs():
        cure = "apt install etcd-server; docs/scaling.md says how to build the others"
        print(skipped_drill("Kubernetes manifests", f"not on the PATH: {', '.join(missing)}; {cure}"))
        return
    sys.exit(1 if any(result.failures for result in run_drills()) else 0)


if __name__ == "__main__":
    main()
