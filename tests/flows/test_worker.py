"""What the worker tells every run: how long an absent server is waited for, how often a run says that it lives."""

import json
import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from flows.settings import Settings
from flows.worker import RUN_DEFAULTS


def test_a_minute_of_a_servers_absence_is_waited_for() -> None:
    # as the process of a run gets them: through the environment that Prefect makes of its settings
    code = """
from prefect.settings import get_current_settings
from flows.retrain import load_data
print(load_data.retries, *load_data.retry_delay_seconds)
"""
    with_defaults = os.environ | RUN_DEFAULTS
    show = """
import json
from prefect.settings import get_current_settings
print(json.dumps(get_current_settings().to_environment_variables(exclude_unset=True)))
"""
    passed_on = subprocess.run([sys.executable, "-c", show], env=with_defaults, capture_output=True, check=True)
    of_a_run = os.environ | json.loads(passed_on.stdout)
    run = subprocess.run([sys.executable, "-c", code], env=of_a_run, capture_output=True, text=True, check=True)
    retries, *delays = map(float, run.stdout.split())
    assert delays == [2, 4, 8, 16, 32]
    assert len(delays) == retries
    assert 60 <= sum(delays) <= 75


@pytest.mark.parametrize("seconds", [44, 111])
def test_silence_means_death_after_a_missed_heartbeat_and_within_two_minutes(seconds: int) -> None:
    assert int(RUN_DEFAULTS["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) < 45
    with pytest.raises(ValidationError, match="steam_sales_silence_seconds"):
        Settings(steam_sales_silence_seconds=seconds)
