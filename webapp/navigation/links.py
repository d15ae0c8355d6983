"""Addresses inside the page that open something as somebody left it. Knows no page's content."""

from datetime import date
from urllib.parse import urlencode


def question_link(weekday: int, season: int, holiday: int, asked: date | None = None) -> str:
    """Where *Predicciones* opens with a question: a date, or a kind of day in the codes of the data."""
    if asked:
        return f"./?{urlencode({'date': asked.isoformat()})}"
    return f"./?{urlencode({'weekday': weekday, 'season': season, 'holiday': holiday})}"
