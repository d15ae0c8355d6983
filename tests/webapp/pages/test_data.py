"""*Datos* without a browser: choices become options, dates of one's own stay what they are, nothing becomes markup."""

from datetime import UTC
from typing import Any

import pytest

from flows.data import Options
from webapp.api.data import DataCheck, DataVersions
from webapp.pages.data_choices import LISTS, OPTIONS, ChoiceError, OwnDates, events_of, to_events, to_options
from webapp.texts import LANGUAGES, Language
from webapp.texts.data_options import TEXTS
from webapp.views import data as views

HOSTILE = "<img src=x onerror=alert(1)>"
VERSION: dict[str, Any] = {
    "version": "v1", "source": "upload:abc/mine.csv", "created_at": "2026-11-23T03:00:18Z",
    "rows": {"train": 255, "test": 110, "quarantined": 2}, "days": ["2025-11-24", "2026-11-22"],
    "calendar": {"rule": {"country": "ES", "weekly": [7]}, "origin": "file", "followed": {"Holiday": 0.99}},
    "options": {"events": [{"start": "2026-06-25", "end": None, "name": "Launch | day"}]},
}  # fmt: skip


def chosen(**choices: str) -> list[str]:
    return [choices.get(option, "") for option in OPTIONS]


def test_choices_become_options_that_the_load_takes() -> None:
    options = to_options(
        "en",
        chosen(sales_column="Net Units Sold", aggregate="sum", weekday_base="0", sundays_are_holidays="false",
               max_bad_rows="0,05", holidays_country=" ES "),
    )  # fmt: skip
    assert options == {
        "sales_column": "Net Units Sold", "aggregate": "sum", "weekday_base": 0, "sundays_are_holidays": False,
        "max_bad_rows": 0.05, "holidays_country": "ES",
    }  # fmt: skip
    assert Options.model_validate(options).aggregate == "sum"


def test_every_value_of_a_list_is_one_that_the_load_takes() -> None:
    assert set(OPTIONS) - {"force"} <= set(Options.model_fields)
    for option, values in LISTS.items():
        for value in values:
            Options.model_validate(to_options("en", chosen(**{option: value})))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_number_is_named(language: Language) -> None:
    with pytest.raises(ChoiceError) as told:
        to_options(language, chosen(max_outliers="many"))
    assert TEXTS[language].options["max_outliers"] in str(told.value)


def test_dates_of_ones_own_come_back_as_they_were_stored() -> None:
    found = DataVersions.model_validate({"current": "v1", "versions": [VERSION]})
    values = events_of(found.in_use)
    assert to_events(values) == [{"start": "2026-06-25", "end": "2026-06-25", "name": "Launch | day"}]
    assert Options.model_validate({"events": to_events(values)}).events[0].name == "Launch | day"
    with pytest.raises(ValueError, match="isoformat"):
        OwnDates.parse("soon||x")


@pytest.mark.parametrize("may_operate", [True, False])
def test_only_who_may_is_offered_a_way_back_and_only_to_versions_not_in_use(may_operate: bool) -> None:
    earlier = VERSION | {"version": "v0"}
    found = DataVersions.model_validate({"current": "v1", "versions": [VERSION, earlier]})
    markup = views.versions("en", found, UTC, may_operate=may_operate)
    assert ('data-version="v0"' in markup) is may_operate
    assert 'data-version="v1"' not in markup
    for part in ("Uploaded: mine.csv", "public holidays of ES", "99%", "255", "Nov 24, 2025"):
        assert part in markup


@pytest.mark.parametrize(("may_operate", "cure"), [(True, "Upload a table above"), (False, "Ask an administrator")])
def test_without_data_it_says_what_to_do(may_operate: bool, cure: str) -> None:
    assert cure in views.versions("en", DataVersions(), UTC, may_operate=may_operate)


def test_nothing_that_a_file_holds_becomes_markup() -> None:
    fault = {"row": 2, "column": HOSTILE, "value": HOSTILE, "reason": "missing"}
    refused = DataCheck.model_validate({"accepted": False, "refusal": HOSTILE, "columns": [HOSTILE], "faults": [fault]})
    found = DataVersions.model_validate({"versions": [VERSION | {"source": HOSTILE, "version": HOSTILE}]})
    markup = views.check("es", refused, HOSTILE) + views.versions("es", found, UTC, may_operate=True)
    assert HOSTILE not in markup
