"""The markup of *Datos*."""

from datetime import tzinfo
from functools import partial

from webapp.api.data import Calendar, DataCheck, DataVersion, DataVersions
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.data import TEXTS
from webapp.texts.data_check import TEXTS as CHECK_TEXTS

UPLOAD = "upload:"
LISTED_NOTICE = "extra_columns"  # the columns that are not used stand among the columns already
_CODES = ("DayOfWeek", "Season", "Holiday")


def versions(language: Language, found: DataVersions, zone: tzinfo, *, may_operate: bool) -> str:
    """Render the versions of the data, the one in use marked; with a way back where the reader may take it."""
    return render(
        "data/versions.html",
        language,
        texts=TEXTS[language],
        check_texts=CHECK_TEXTS[language],
        found=found,
        name=partial(source_name, language),
        moment=partial(formats.format_time, zone=zone, language=language),
        calendar=partial(calendar, language),
        may_operate=may_operate,
    )


def check(language: Language, found: DataCheck, name: str) -> str:
    """Render how a table is understood, or why it is refused."""
    return render(
        "data/check.html",
        language,
        texts=CHECK_TEXTS[language],
        check=found,
        name=name,
        columns=_columns(language, found),
        notices=[notice for notice in found.report.warnings if notice.code != LISTED_NOTICE] if found.report else [],
        calendar=calendar(language, found.report.calendar) if found.report else "",
    )


def progress(language: Language, text: str, link: str = "") -> str:
    """Render what is being done, with a link to the predictions if it is named."""
    return render("data/progress.html", language, text=text, link=link)


def source_name(language: Language, version: DataVersion) -> str:
    """Name where a version comes from; an uploaded table by its file's name."""
    if version.source.startswith(UPLOAD):
        return TEXTS[language].uploaded.format(name=version.source.partition("/")[2])
    return version.source


def calendar(language: Language, fit: Calendar) -> str:
    """Say which days count as holidays, whose seasons, and how well the data follows it."""
    texts, rule = CHECK_TEXTS[language], fit.rule
    names = formats.weekday_names(language)
    place = f"{rule.country}-{rule.subdivision}" if rule.subdivision else rule.country
    parts = [texts.holidays_of.format(country=place)] if place else []
    weekdays = ", ".join(names[day] for day in sorted(rule.weekly))
    parts += [texts.weekly.format(days=weekdays)] if weekdays else []
    parts += [texts.own_dates.format(count=len(rule.events))] if rule.events else []
    parts = parts or [texts.no_holidays]
    parts.append(texts.south if rule.hemisphere == "south" else texts.north)
    if fit.followed:
        parts.append(texts.followed.format(share=formats.format_share(min(fit.followed.values()), language)))
    return "; ".join(parts)


def _columns(language: Language, found: DataCheck) -> list[str]:
    if found.report is None:
        return []
    texts, columns = CHECK_TEXTS[language], found.report.format.columns
    lines = [f"{texts.date_from} «{columns['Date']}»"] if "Date" in columns else []
    lines.append(f"{texts.sales_from} «{columns['Sales']}»" if "Sales" in columns else texts.counted)
    return lines + [f"{texts.code_from.format(code=code)} «{columns[code]}»" for code in _CODES if code in columns]
