"""What a link to *Predicciones* opens, read from its query string. Knows no API and no markup."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qsl
from uuid import UUID

from webapp.api.predictions import PredictionRequest

_CODES = {"weekday": range(1, 8), "season": range(1, 5), "holiday": range(2)}


class NoSuchPredictionError(ValueError):
    """A link that leads to no question and no answer."""


def open_link(search: str) -> UUID | date | PredictionRequest | None:
    """An answer (`?id=`), a date (`?date=`) or a kind of day (`?weekday=…`) to begin with; None for a plain visit.

    Raises:
        NothingThereError: the link was cut or changed.
    """
    asked = dict(parse_qsl(search.removeprefix("?")))
    try:
        if "id" in asked:
            return UUID(asked["id"])
        if "date" in asked:
            return date.fromisoformat(asked["date"])
    except ValueError:
        raise NoSuchPredictionError from None
    return _question(asked) if asked.keys() & _CODES.keys() else None


def _question(asked: Mapping[str, str]) -> PredictionRequest:
    known = {name: {str(code): code for code in codes} for name, codes in _CODES.items()}
    try:
        codes = {name: known[name][asked[name]] for name in _CODES}
    except KeyError:
        raise NoSuchPredictionError from None
    return PredictionRequest(**codes)
