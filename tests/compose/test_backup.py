"""`make backup` while a training runs, everything destroyed, `make restore`: all that the backup saw is back, whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.compose.containers import ROOT, Containers
from tests.infra.launched import until

pytestmark = pytest.mark.compose

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
MODEL = "steam_sales_prediction_model_prod"
RETRAIN = "retrain_and_promote_sales_model/steam-sales"


def script(stack: Containers, name: str, *words: str, **variables: str) -> str:
    """What one of the scripts says on this project."""
    bash = shutil.which("bash")
    assert bash
    told = {"COMPOSE_ENV_FILES": str(stack.env_file), **variables}
    environment = {name: value for name, value in stack.environment.items() if name != "COMPOSE_FILE"} | told
    done = subprocess.run(
        [bash, str(ROOT / "infra" / "compose" / name), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def versions(stack: Containers) -> dict[str, str]:
    """Each version of the model with the folder of its artifacts in the bucket."""
    found = stack.mlflow("model-versions/search", filter=f"name='{MODEL}'")["model_versions"]
    uri = {
        one["version"]: stack.mlflow("model-versions/get-download-uri", name=MODEL, version=one["version"])
        for one in found
    }
    return {version: str(one["artifact_uri"]).removeprefix("mlflow-artifacts:/") for version, one in uri.items()}


def retrain(stack: Containers) -> None:
    """Ask for a training and wait until it runs."""
    found = stack.prefect("GET", f"/deployments/name/{RETRAIN}")["id"]
    run = stack.prefect("POST", f"/deployments/{found}/create_flow_run", json={})["id"]
    until(lambda: stack.prefect("GET", f"/flow_runs/{run}")["state"]["type"] == "RUNNING", 120)


def test_a_destroyed_stack_is_restored_as_the_backup_saw_it(as_cloned: Containers, tmp_path: Path) -> None:
    ids = [as_cloned.api("POST", "/predict/", json=CODES)["id"] for _ in range(30)]
    model, data = as_cloned.api("GET", "/model"), as_cloned.text("data", "current.json")
    retrain(as_cloned)

    script(as_cloned, "backup.sh", BACKUPS=str(tmp_path))
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    as_cloned.compose("down", "--volumes", "--timeout", "5")
    script(as_cloned, "restore.sh", str(folder))

    assert set(as_cloned.states().values()) == {"healthy", "exited 0"}
    assert as_cloned.api("GET", "/model") == model
    assert as_cloned.text("data", "current.json") == data
    stored = [one["id"] for one in as_cloned.api("GET", "/registry/?limit=100")["items"]]
    assert stored == ids[::-1]
    artifacts = as_cloned.keys("mlflow")
    assert model["version"] in versions(as_cloned)
    assert all(f"{where.strip('/')}/model.skops" in artifacts for where in versions(as_cloned).values())
    assert as_cloned.api("POST", "/predict/", json=CODES)["id"] not in ids


def test_a_backup_that_is_not_whole_changes_nothing(as_cloned: Containers, tmp_path: Path) -> None:
    script(as_cloned, "backup.sh", BACKUPS=str(tmp_path))
    (folder,) = tmp_path.iterdir()
    with (folder / "data.tar").open("ab") as file:
        file.write(b"more")
    before = as_cloned.api("GET", "/registry/?limit=1")
    with pytest.raises(AssertionError, match="not whole"):
        script(as_cloned, "restore.sh", str(folder))
    assert as_cloned.api("GET", "/registry/?limit=1") == before
