"""`deployments.yaml` against Prefect's own models, since Prefect ignores unknown keys in silence."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.cli.deploy._triggers import DeploymentTriggerAdapter
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.client.schemas.schedules import CronSchedule
from prefect.events import DeploymentEventTrigger
from prefect.flows import Flow, load_flow_from_entrypoint

from flows.etl import FIRST_DATA, NEW_DATA
from flows.promotion.policy import PromotionRule

DECLARED: list[dict[str, Any]] = yaml.safe_load(Path("deployments.yaml").read_text())["deployments"]
KEYS = {"name", "entrypoint", "description", "tags", "work_pool", "concurrency_limit", "schedules", "triggers"}


def declared(entrypoint: str) -> dict[str, Any]:
    return next(d for d in DECLARED if d["entrypoint"].endswith(entrypoint))


@pytest.mark.parametrize("deployment", DECLARED, ids=lambda d: d["entrypoint"])
def test_every_key_means_something(deployment: dict[str, Any]) -> None:
    assert set(deployment) <= KEYS
    assert deployment["description"]
    assert ConcurrencyLimitConfig.model_validate(deployment["concurrency_limit"]).limit == 1
    flow: Flow[..., object] = load_flow_from_entrypoint(deployment["entrypoint"])
    assert deployment["entrypoint"].endswith(f":{flow.name}")


def test_the_nightly_run_has_a_time_zone_and_asks_for_a_margin() -> None:
    (schedule,) = declared("retrain_and_promote_sales_model")["schedules"]
    assert set(schedule) == {"slug", "cron", "timezone", "active", "parameters"}
    assert CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]).timezone
    assert PromotionRule.model_validate(schedule["parameters"]["rule"]) == PromotionRule(
        min_improvement=0.03, min_confidence=0.95
    )
    flow: Flow[..., object] = load_flow_from_entrypoint(declared("retrain_and_promote_sales_model")["entrypoint"])
    assert set(schedule["parameters"]) <= set(inspect.signature(flow.fn).parameters)


def test_the_first_training_is_started_by_the_first_data() -> None:
    first, later = declared("retrain_and_promote_sales_model")["triggers"]
    parsed = DeploymentTriggerAdapter.validate_python(first)
    assert isinstance(parsed, DeploymentEventTrigger)
    assert parsed.expect == {FIRST_DATA}
    followed = DeploymentTriggerAdapter.validate_python(later)
    assert isinstance(followed, DeploymentEventTrigger)
    assert followed.expect == {NEW_DATA}
    (nightly,) = declared("retrain_and_promote_sales_model")["schedules"]
    assert followed.parameters == nightly["parameters"]


def test_the_night_reads_the_source_before_it_trains() -> None:
    (reads,) = declared("etl_proceso_steam_sales")["schedules"]
    (trains,) = declared("retrain_and_promote_sales_model")["schedules"]
    assert reads["timezone"] == trains["timezone"]
    assert "parameters" not in reads
    minute = {name: cron.split()[1::-1] for name, cron in (("reads", reads["cron"]), ("trains", trains["cron"]))}
    assert [int(part) for part in minute["reads"]] < [int(part) for part in minute["trains"]]
