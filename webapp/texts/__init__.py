"""The shape of what the page says. A language is one value of `Texts`; it knows no HTML and no number."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.failures import FailureKind


@dataclass(frozen=True)
class Message:
    """What happened, in a few words, and what to do about it. Words between backticks are commands."""

    title: str
    cure: str


@dataclass(frozen=True)
class Texts:
    """All that the page says in one language. Names of weekdays come from Babel by `language`."""

    language: str
    other_language: str
    to_other_language: str
    home: str
    registry: str
    navigation: str
    skip_to_content: str

    predictions_lead: str
    weekday: str
    season: str
    seasons: Mapping[int, str]
    holiday: str
    holidays: Mapping[int, str]
    ask: str
    not_asked: Message
    champion: str
    champion_since: str
    expected_sales: str
    units: str
    interval: str
    between: str
    model_version: str
    unseen: Message

    registry_lead: str
    loading: str
    time: str
    kind_of_day: str
    expected: str
    range: str
    model: str
    unseen_mark: str
    refresh: str
    newer: str
    older: str
    page: str
    empty: Message
    ask_first: str

    failures: Mapping[FailureKind, Message]
    fields: Mapping[str, str]
    status: str
