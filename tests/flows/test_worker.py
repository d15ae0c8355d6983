"""What the worker tells every run: how long an absent server is waited for, how often a run says that it lives."""

import pytest
from pydantic import ValidationError

from flows.settings import Settings
from flows.worker import RUN_DEFAULTS


def test_a_minute_of_a_servers_absence_is_waited_for() -> None:
    delays = [float(delay) for delay in RUN_DEFAULTS["PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS"].split(",")]
    assert len(delays) == int(RUN_DEFAULTS["PREFECT_TASKS_DEFAULT_RETRIES"])
    assert 60 <= sum(delays) <= 75


@pytest.mark.parametrize("seconds", [44, 111])
def test_silence_means_death_after_a_missed_heartbeat_and_within_two_minutes(seconds: int) -> None:
    assert int(RUN_DEFAULTS["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"]) < 45
    with pytest.raises(ValidationError, match="steam_sales_silence_seconds"):
        Settings(steam_sales_silence_seconds=seconds)
