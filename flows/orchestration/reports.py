"""Writes the Markdown reports that runs attach as Prefect artifacts. Knows results, no servers."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from flows.data import Report, to_markdown
from flows.storage.data_store import Manifest

if TYPE_CHECKING:
    from flows.promotion.comparison import Comparison
    from flows.promotion.policy import Decision
    from flows.storage.retention import Keep
    from flows.training.metrics import Scores
    from flows.training.train import TrainingResult


def etl_report(manifest: Manifest, report: Report) -> str:
    """Report where the data came from and what happened to its rows."""
    head = f"# Data version {manifest.version}\n\nSource: `{manifest.source}` (SHA-256 `{manifest.source_sha256}`)\n\n"
    return head + to_markdown(report)


def retrain_report(decision: "Decision", result: "TrainingResult", comparison: "Comparison | None") -> str:
    """Report the decision and its reason, all scores on the same test set, and the chosen parameters."""
    scores = {"challenger": result.test, **result.naive_scores}
    if comparison:
        scores |= {"challenger, same rows as champion": comparison.challenger, "champion": comparison.champion}
    if result.chronological_scores:
        scores["challenger's parameters, trained on the first 70 % of days"] = result.chronological_scores
    best = ", ".join(f"{name}={value}" for name, value in result.search.best_params.items())
    parts = [
        f"# Version {decision.version}: {decision.outcome}",
        f"{decision.reason}. Rule: {decision.rule}. Decided by {decision.decided_by}.",
        _score_table(scores),
        f"Chosen: {result.search.candidate}, {best}. Cross-validated RMSE {result.metrics['cv_rmse']:.2f}.",
        f"90 % intervals cover {result.coverage:.1%} of the test set.",
        str(result.trend) if result.trend else "",
        _excluded_rows_note(comparison),
        "\n".join(f"- {note}" for note in result.search.notes),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def cleanup_report(removed: Mapping[str, Sequence[str]], keep: "Keep", dry_run: bool) -> str:
    """Report what was removed of each kind, or would be, and what always stays."""
    head = "# What would be removed" if dry_run else "# What was removed"
    rule = (
        f"Kept: what is younger than {keep.days} days, the {keep.versions} newest versions of model and data, the "
        f"{keep.champions} versions that served last, the champion, and the data that any of these learned from."
    )
    lists = [
        f"## {kind}: {len(names)}\n\n" + ("\n".join(f"- `{name}`" for name in names) or "none")
        for kind, names in removed.items()
    ]
    return "\n\n".join([head, rule, *lists]) + "\n"


def _excluded_rows_note(comparison: "Comparison | None") -> str:
    if not comparison or not comparison.excluded_rows:
        return ""
    return f"The champion was trained on {comparison.excluded_rows} rows of this test set: they are excluded."


def _score_table(scores: "dict[str, Scores]") -> str:
    rows = [f"| {name} | {s.rmse:.2f} | {s.mae:.2f} | {_r2(s.r2)} | {s.rows} |" for name, s in scores.items()]
    return "\n".join(["| | RMSE | MAE | R² | rows |", "| --- | --- | --- | --- | --- |", *rows])


def _r2(value: float) -> str:
    # undefined where the actual sales do not vary, as on one row
    return f"{value:.4f}" if isfinite(value) else "none"
