"""What the commands ask the server for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import build_parser, deployment_request, parse_assignments
from flows.errors import CurableError


def request_for(*words: str) -> tuple[str, dict[str, object]]:
    return deployment_request(build_parser().parse_args(words))


def test_etl_with_a_split_and_another_option() -> None:
    name, parameters = request_for("etl", "--source", "a.csv", "--split", "random", "--set", "aggregate=sum")
    assert name == "etl_proceso_steam_sales/steam-sales"
    assert parameters == {"source": "a.csv", "options": {"split": "random", "aggregate": "sum"}, "force": False}


def test_etl_without_words_leaves_the_defaults_to_the_flow() -> None:
    assert request_for("etl")[1] == {"options": {}, "force": False}


def test_retrain_with_a_rule_and_a_grid() -> None:
    _, parameters = request_for(
        "retrain", "--set", "rule.min_improvement=0.03", "--set", 'grid={"max_depth": [null, 3]}'
    )
    assert parameters == {"rule": {"min_improvement": 0.03}, "grid": {"max_depth": [None, 3]}}


def test_rollback_keeps_the_version_a_word() -> None:
    assert request_for("rollback", "3")[1] == {"version": "3", "reason": "asked for"}


def test_a_word_without_an_equals_sign_is_refused() -> None:
    with pytest.raises(CurableError, match="name=value"):
        parse_assignments(["aggregate"])


@pytest.mark.parametrize("module", [["flows", "status"], ["flows.worker"]])
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PREFECT_API_AUTH_STRING", " \t", "PREFECT_API_AUTH_STRING: Value error, it is set and blank"),
        ("AWS_SECRET_ACCESS_KEY", "  ", "AWS_SECRET_ACCESS_KEY: Value error, it is set and blank"),
        ("PREFECT_PORT", "70000", "PREFECT_PORT: Input should be less than or equal to 65535"),
    ],
)
def test_a_wrong_setting_is_one_sentence(module: list[str], name: str, value: str, sentence: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *module],
        env=os.environ | {name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("command", ["status", "retrain"])
def test_no_server_is_one_sentence(command: str, tmp_path: Path) -> None:
    # a process of its own: Prefect reads its address once
    nowhere = {"PREFECT_API_URL": "http://127.0.0.1:1/api", "MLFLOW_TRACKING_URI": "http://127.0.0.1:1"}
    environment = os.environ | nowhere | {"STEAM_SALES_HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-m", "flows", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout.splitlines()[-1].endswith("start the stack with `make up`.")
    assert "Traceback" not in run.stdout + run.stderr
