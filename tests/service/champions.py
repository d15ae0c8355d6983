"""Champions that tests serve, and rows that they predict."""

from datetime import UTC, datetime
from typing import Any

from domain.calendar import CalendarRule, calendar_of
from domain.features import MODEL_DATES
from service.prediction.champion import Champion
from service.prediction.predict import build_row
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest
from tests.service.conftest import champion
from tests.service.findings import FEATURES, FINDINGS

US = calendar_of(CalendarRule())


def dated(**changes: Any) -> Champion:
    """A champion that answers with the number of days since 1990-01-01."""
    fields = {**FINDINGS, "features": [*FEATURES, "Trend", "DayOfYear"], "version": "1", "sha256": "0" * 64}
    numbers = [float(day) for day in range(MODEL_DATES)]
    return Champion.model_validate({**fields, "predictions": numbers, "calendar_name": US.name, **changes})


def row(version: str = "1") -> dict[str, Any]:
    """Predict a row that is not stored yet."""
    request = CodesRequest(DayOfWeek=3, Season=1, Holiday=0)
    return build_row(request, Predictor(champion(version)), datetime.now(UTC))
