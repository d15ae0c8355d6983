"""The markup of *Modelo*."""

from datetime import tzinfo
from functools import partial

from webapp.api.model import Champion
from webapp.api.model_versions import Decision, Evaluation, Version, Versions
from webapp.api.training import Run
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.model import TEXTS

WEEKDAY_MEAN, CELL_MEAN = "reference_weekday_mean_rmse", "reference_cell_mean_rmse"
EQUAL_SHARE = 0.005  # a difference that is written as 0 %


def champion(language: Language, serving: Champion, found: Evaluation) -> str:
    """Render who serves: when and on what it was trained, its error beside naive means, its interval."""
    texts, metrics = TEXTS[language], found.metrics
    scores = [
        (label, formats.format_tenths(metrics[name], language))
        for name, label in (
            ("test_rmse", texts.rmse),
            (WEEKDAY_MEAN, texts.weekday_mean),
            (CELL_MEAN, texts.cell_mean),
        )
        if name in metrics
    ]
    verdict = _verdict(language, found)
    return render(
        "model/champion.html", language, texts=texts, serving=serving, found=found, scores=scores, verdict=verdict
    )


def history(language: Language, page: Versions, zone: tzinfo, *, may_operate: bool) -> str:
    """Render versions with what was decided on each; with a way back to each where the reader may take it."""
    return render(
        "model/history.html",
        language,
        texts=TEXTS[language],
        items=page.items,
        told=partial(run_outcome, language),
        moment=partial(formats.format_time, zone=zone, language=language),
        tenths=partial(formats.format_tenths, language=language),
        may_operate=may_operate,
    )


def run(language: Language, going: Run) -> str:
    """Render how far a run is, and what became of it."""
    return render("model/run.html", language, texts=TEXTS[language], run=going)


def section(language: Language, heading: str, note: str = "") -> str:
    """Render the heading of a part of the page, and a line under it."""
    return render("model/section.html", language, heading=heading, note=note)


def run_outcome(language: Language, version: Version, decision: Decision) -> str:
    """A decision in words, as it looks from one of the two versions that it was about."""
    texts = TEXTS[language]
    sentence = texts.said[_relative_to(version.version, decision)].format(
        version=decision.version,
        before=decision.champion_before or "—",
        ours=_score(decision.challenger_rmse, language),
        theirs=_score(decision.champion_rmse, language),
        rows=formats.format_units(decision.rows or 0, language),
    )
    unfinished = texts.progress.get(decision.progress)
    return f"{sentence} ({unfinished})" if unfinished else sentence


def _relative_to(version: str, decision: Decision) -> str:
    if decision.version == version:
        return "first" if decision.champion_before is None else decision.outcome
    return {"promoted": "replaced", "kept": "stayed", "rolled back": "withdrawn"}[decision.outcome]


def _score(rmse: float | None, language: Language) -> str:
    return "—" if rmse is None else formats.format_tenths(rmse, language)


def _verdict(language: Language, found: Evaluation) -> str:
    ours, naive = found.metrics.get("test_rmse"), found.metrics.get(WEEKDAY_MEAN)
    if ours is None or not naive:
        return ""
    texts, gain = TEXTS[language], 1 - ours / naive
    if abs(gain) < EQUAL_SHARE:
        return texts.equal
    return (texts.better if gain > 0 else texts.worse).format(share=formats.format_share(abs(gain), language))
