"""The versions of the model, with what was decided on each; reads MLflow's answers, asks nobody anything."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

DECISION_TAG = "steam_sales.decision"


class Decision(BaseModel):
    """One decision on who serves."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: Literal["promoted", "kept", "rolled back"] = Field(
        description="`kept`: the champion stayed; `rolled back`: a person put this version back"
    )
    version: str = Field(description="the version that it was about")
    champion_before: str | None = Field(None, description="who served until then; null before the first")
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
        description="on this version, and the last one that it had a part in, newest first; empty where training "
        "was cut off before one"
    )
    run_id: str = Field(description="MLflow's run that trained it")
    mlflow_run_url: str = Field(description="that run, for a browser")
    prefect_run_url: str | None = Field(
        None, description="the Prefect run around it, for a browser; null where none is known"
    )


class VersionPage(BaseModel):
    """A page of versions, newest first."""

    items: list[VersionCard]
    next_cursor: str | None = Field(None, description="`cursor` of the next page, null on the last one")


class Links(NamedTuple):
    """Addresses of MLflow and Prefect that a browser can reach, without a last slash."""

    mlflow: str
    prefect: str

    def mlflow_run(self, run: Mapping[str, Any]) -> str:
        """Where MLflow shows a run."""
        info = run["info"]
        return f"{self.mlflow}/#/experiments/{info['experiment_id']}/runs/{info['run_id']}"

    def prefect_run(self, run_id: str) -> str:
        """Where Prefect shows a flow run."""
        return f"{self.prefect}/runs/flow-run/{run_id}"

    def prefect_run_of(self, run: Mapping[str, Any]) -> str | None:
        """Where Prefect shows the flow run that an MLflow run is a part of."""
        named = tags_of(run["data"]).get("prefect_run_id")
        return self.prefect_run(named) if named else None


def cards(
    listed: Iterable[Mapping[str, Any]], model: Mapping[str, Any], runs: Iterable[Mapping[str, Any]], links: Links
) -> list[VersionCard]:
    """Versions as MLflow lists them, with the aliases of the registered model and the runs that trained them.

    A version whose run was deleted is left out: nobody knows any more where it came from.
    """
    run_of = {run["info"]["run_id"]: run for run in runs}
    aliases = [(alias["alias"], str(alias["version"])) for alias in model.get("aliases", [])]
    return [
        _card(version, [alias for alias, number in aliases if number == str(version["version"])], run, links)
        for version in listed
        if (run := run_of.get(version.get("run_id")))
    ]


def _card(version: Mapping[str, Any], aliases: list[str], run: Mapping[str, Any], links: Links) -> VersionCard:
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


def tags_of(entity: Mapping[str, Any]) -> dict[str, str]:
    """MLflow's list of tags, as a mapping."""
    return {tag["key"]: tag["value"] for tag in entity.get("tags", [])}


def metrics_of(run: Mapping[str, Any]) -> dict[str, float]:
    """The finite metrics of a run."""
    return {metric["key"]: metric["value"] for metric in run["data"].get("metrics", []) if _finite(metric["value"])}


def _finite(value: object) -> bool:
    # MLflow writes NaN as a word
    return isinstance(value, float | int) and abs(value) < float("inf")


def decisions_in(*tagged: Mapping[str, str]) -> list[Decision]:
    """The decisions in several sets of tags, each once, newest first; what is no decision is left out."""
    found = dict.fromkeys(decision for tags in tagged if (decision := _decision(tags.get(DECISION_TAG))))
    return sorted(found, key=lambda decision: decision.decided_at, reverse=True)


def _decision(text: str | None) -> Decision | None:
    try:
        return Decision.model_validate_json(text) if text else None
    except ValidationError:
        return None
