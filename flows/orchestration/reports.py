"""What a run says of itself, in markdown for Prefect's artifacts. Knows results, not how they came about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.data import Report, to_markdown
from flows.storage.data_store import Manifest

if TYPE_CHECKING:
    from flows.promotion.comparison import Comparison
    from flows.promotion.policy import Decision
    from flows.storage.retention import Keep
    from flows.training.metrics import Scores
    from flows.training.train import Trained


def etl_report(manifest: Manifest, report: Report) -> str:
    """Where the data came from, and what became of its rows."""
    head = f"# Data version {manifest.version}\n\nSource: `{manifest.source}` (SHA-256 `{manifest.source_sha256}`)\n\n"
    return head + to_markdown(report)


def retrain_report(decision: "Decision", trained: "Trained", comparison: "Comparison | None") -> str:
    """The decision and why, every score on the same test set, and the chosen parameters."""
    scores = {"challenger": trained.test, **trained.references}
    if comparison:
        scores |= {"challenger, same rows as champion": comparison.challenger, "champion": comparison.champion}
    if trained.chronological:
        scores["challenger's parameters, trained on the first 70 % of days"] = trained.chronological
    best = ", ".join(f"{name}={value}" for name, value in trained.search.best_params.items())
    parts = [
        f"# Version {decision.version}: {decision.outcome}",
        f"{decision.reason}. Rule: {decision.rule}. Decided by {decision.decided_by}.",
        _score_table(scores),
        f"Chosen: {trained.search.candidate}, {best}. Cross-validated RMSE {trained.metrics['cv_rmse']:.2f}.",
        f"90 % intervals cover {trained.coverage:.1%} of the test set.",
        _seen_note(comparison),
        "\n".join(f"- {note}" for note in trained.search.notes),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def removal_report(removed: Mapping[str, Sequence[str]], keep: "Keep", dry_run: bool) -> str:
    """What went of each kind, or would go, and what stays in any case."""
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


def _seen_note(comparison: "Comparison | None") -> str:
    if not comparison or not comparison.seen_by_champion:
        return ""
    return f"The champion was trained on {comparison.seen_by_champion} rows of this test set: they are left out."


def _score_table(scores: "dict[str, Scores]") -> str:
    rows = [f"| {name} | {s.rmse:.2f} | {s.mae:.2f} | {s.r2:.4f} | {s.rows} |" for name, s in scores.items()]
    return "\n".join(["| | RMSE | MAE | R² | rows |", "| --- | --- | --- | --- | --- |", *rows])
