"""Registered versions of the model and the decisions on them, read from MLflow's JSON; asks nobody anything."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from service.clients.links import Links
from service.clients.mlflow_entities import metrics_of, tags_of

DECISION_TAG = "steam_sales.decision"


class Decision(BaseModel):
    """A decision on which version serves."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: Literal["promoted", "kept", "rolled back"] = Field(
        description="`kept`: the champion stayed; `rolled back`: a person put this version back"
    )
    version: str = Field(description="the version that it was about")
    champion_before: str | None = Field(None, description="version that served until then; null before the first")
    challenger_rmse: float | None = Field(None, description="RMSE of `version`, in units; null for a rollback")
    champion_rmse: float | None = Field(None, description="RMSE of `champion_before` on the same rows, in units")
    confidence: float | None = Field(
        None, description="share of bootstrap samples of the test rows in which the challenger was better, 0 to 1"
    )
    rows: int | None = Field(None, description="test rows that both were scored on")
    rule: str = Field(description="what the challenger had to show")
    reason: str = Field(description="why it was decided so")
    decided_by: str = Field(description="who or what asked for the run, and the run's name")
    decided_at: AwareDatetime = Field(description="UTC")
    progress: Literal["begun", "carried out", "not carried out"] = Field(
        description="`begun`: under way, or cut off; `not carried out`: cut off, nothing was changed"
    )


class VersionCard(BaseModel):
    """A registered version of the model."""

    version: str = Field(description="its number")
    created_at: AwareDatetime = Field(description="when it was registered, UTC")
    aliases: list[str] = Field(description="the one that serves has `production`")
    data_version: str | None = Field(None, description="version of the data it was trained on")
    metrics: dict[str, float] = Field(description="as training logged them; RMSE in units")
    decisions: list[Decision] = Field(
        description="on this version, and the last one that it took part in, newest first; empty if training was "
        "cut off before a decision"
    )
    run_id: str = Field(description="MLflow's run that trained it")
    mlflow_run_url: str = Field(description="page of that run in MLflow")
    prefect_run_url: str | None = Field(None, description="page of the Prefect run around it; null if unknown")


class VersionPage(BaseModel):
    """A page of versions, newest first."""

    items: list[VersionCard]
    next_cursor: str | None = Field(None, description="`cursor` of the next page, null on the last one")


def version_cards(
    listed: Iterable[Mapping[str, Any]], model: Mapping[str, Any], runs: Iterable[Mapping[str, Any]], links: Links
) -> list[VersionCard]:
    """Build cards from MLflow's list of versions, the registered model (for its aliases) and the training runs.

    A version whose run was deleted is left out: its origin is lost.
    """
    run_of = {run["info"]["run_id"]: run for run in runs}
    aliases = [(alias["alias"], str(alias["version"])) for alias in model.get("aliases", [])]
    return [
        _version_card(version, [alias for alias, number in aliases if number == str(version["version"])], run, links)
        for version in listed
        if (run := run_of.get(version.get("run_id")))
    ]


def _version_card(version: Mapping[str, Any], aliases: list[str], run: Mapping[str, Any], links: Links) -> VersionCard:
    tags = tags_of(version)
    return VersionCard(
        version=str(version["version"]),
        created_at=datetime.fromtimestamp(int(version["creation_timestamp"]) / 1000, UTC),
        aliases=aliases,
        data_version=tags.get("data_version"),
        metrics=metrics_of(run),
        decisions=decisions_in(tags, tags_of(run["data"])),
        run_id=run["info"]["run_id"],
        mlflow_run_url=links.mlflow_run(run),
        prefect_run_url=links.prefect_run_of(run),
    )


def decisions_in(*tagged: Mapping[str, str]) -> list[Decision]:
    """Return the decisions in several sets of tags, each once, newest first; skip tags that cannot be read."""
    found = dict.fromkeys(decision for tags in tagged if (decision := _parse_decision(tags.get(DECISION_TAG))))
    return sorted(found, key=lambda decision: decision.decided_at, reverse=True)


def _parse_decision(text: str | None) -> Decision | None:
    try:
        return Decision.model_validate_json(text) if text else None
    except ValidationError:
        return None
