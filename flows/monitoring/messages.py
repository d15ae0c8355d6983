"""Say what a watch found, in English or Spanish: the alert that reaches a person, and the report. Knows no server."""

from typing import Literal

from flows.monitoring.data_checks import BROKEN_CODES
from flows.monitoring.detectors import MARTINGALE_LIMIT
from flows.monitoring.watch_record import ProblemNote, WatchRecord

Language = Literal["en", "es"]

_CHANGES = {
    "en": {
        "rise": "more is sold than the model predicts",
        "fall": "less is sold than the model predicts",
        "noise": "sales scatter more around the predictions",
        "none": "something has changed",
    },
    "es": {
        "rise": "se vende más de lo que el modelo predice",
        "fall": "se vende menos de lo que el modelo predice",
        "noise": "las ventas se dispersan más alrededor de las predicciones",
        "none": "algo ha cambiado",
    },
}
_PROBLEMS_ES = {
    "all_zero": "no se vendió nada en los últimos {days} días",
    "all_equal": "los últimos {days} días vendieron todos lo mismo",
    "stale": "el último día de los datos es de hace {days} días",
    "missing": "faltan {days} de los últimos días",
    "codes": "los códigos de {days} días nuevos no son los del calendario",
    "coverage": "en {days} días nuevos, los intervalos cubren menos de lo que prometen",
}
_WORDS = {
    "en": {
        "alarm": "Sales alarm",
        "problem": "Problem with the sales data",
        "since": "Likely since {since}; noticed with the sales of {raised_on}.",
        "shift": "On average {shift:+,.0f} units a day ({share:+.0%}).",
        "sure": "Evidence: {share:.1f} times the alarm limit. {opinion}",
        "agrees": "A second test agrees: its evidence against 'nothing changed' is {bets} (100 is the limit).",
        "open": "A second, slower test has not confirmed it yet.",
        "false": "With these limits, about one false alarm in {years:.0f} years is to be expected ({rate:g} a year).",
        "action": "What follows: {decision}.",
    },
    "es": {
        "alarm": "Alarma de ventas",
        "problem": "Problema con los datos de ventas",
        "since": "Probablemente desde el {since}; se notó con las ventas del {raised_on}.",
        "shift": "De media, {shift:+,.0f} unidades al día ({share:+.0%}).",
        "sure": "Indicios: {share:.1f} veces el límite de alarma. {opinion}",
        "agrees": "Una segunda prueba coincide: sus indicios contra «nada ha cambiado» son {bets} (el límite es 100).",
        "open": "Una segunda prueba, más lenta, aún no lo confirma.",
        "false": "Con estos límites cabe esperar una falsa alarma cada {years:.0f} años ({rate:g} al año).",
        "action": "Qué sigue: {decision}.",
    },
}
_ACTIONS_ES = {
    "a training was started": "se ha iniciado un entrenamiento",
    "no training": "ningún entrenamiento",
}


def alert(record: WatchRecord, language: Language) -> tuple[str, str]:
    """Return title and body of the alert for an alarm, for problems of the data, or for both.

    Broken data explains an alarm, so it comes first.
    """
    words, alarm = _WORDS[language], record.status == "alarm"
    broken = any(problem.code in BROKEN_CODES for problem in record.problems)
    title = f"{words['alarm']}: {_CHANGES[language][record.change]}" if alarm and not broken else words["problem"]
    problems = [f"{words['problem']}: {problem_text(problem, language)}." for problem in record.problems]
    changes = _describe_alarm(record, language) if alarm else []
    lines = [*problems, *changes] if broken else [*changes, *problems]
    lines.append(words["action"].format(decision=_action(record, language)))
    return title, "\n".join(lines)


def problem_text(problem: ProblemNote, language: Language) -> str:
    """Return a problem as a clause."""
    if language == "es" and problem.code in _PROBLEMS_ES:
        return _PROBLEMS_ES[problem.code].format(days=problem.days)
    return problem.message


def _describe_alarm(record: WatchRecord, language: Language) -> list[str]:
    words = _WORDS[language]
    lines = [words["since"].format(since=record.since or record.raised_on, raised_on=record.raised_on)]
    if record.shift is not None and record.shift_share is not None:
        lines.append(words["shift"].format(shift=record.shift, share=record.shift_share))
    confirmed = record.martingale >= MARTINGALE_LIMIT
    opinion = words["agrees"].format(bets=f"{record.martingale:.3g}") if confirmed else words["open"]
    lines.append(words["sure"].format(share=max(record.level_share, record.noise_share), opinion=opinion))
    rate = record.false_alarms_per_year
    lines.append(words["false"].format(years=1 / rate, rate=rate))
    return lines


def _action(record: WatchRecord, language: Language) -> str:
    if language == "en":
        return record.decision
    return _ACTIONS_ES["a training was started" if record.decision_id else "no training"]


def report(record: WatchRecord) -> str:
    """Return the Markdown report of a watch, in English."""
    heads = {"unknown": "Not enough to say", "quiet": "Quiet", "watching": "Watching", "alarm": "Alarm"}
    parts = [f"# {heads[record.status]}: version {record.champion}", _summary(record)]
    if record.status == "alarm":
        parts.append("\n".join(_describe_alarm(record, "en")))
    if record.problems:
        parts.append("## Problems of the data\n\n" + "\n".join(f"- {p.message}" for p in record.problems))
    parts.append(f"Decision: {record.decision}.")
    return "\n\n".join(parts) + "\n"


def _summary(record: WatchRecord) -> str:
    if record.reason:
        return f"{record.days} days were examined: {record.reason}."
    return (
        f"{record.days} days after {record.watched_from}, up to {record.last_day}, were held against days that the "
        f"model was not trained on. The level stands at {record.level_share:.0%} of its alarm limit, the noise at "
        f"{record.noise_share:.0%}. These limits mean about {record.false_alarms_per_year:g} false alarms a year."
    )
