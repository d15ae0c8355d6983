"""From a question to an answer and what stands beside it, over the API. Knows no markup and no Gradio."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from webapp.api.client import ApiClient
from webapp.api.forecast import DayEstimate, Forecast, ForecastDay, get_all_combinations, get_forecast
from webapp.api.model import Champion, get_champion
from webapp.api.predictions import Prediction, PredictionRequest, get_prediction, predict
from webapp.errors import ApiError
from webapp.texts import Language

_BEFORE, _DAYS = timedelta(days=3), 7


@dataclass(frozen=True)
class PredictionDetails:
    """An answer, the champion, and the week around a date that was asked for; None where it could not be had."""

    answer: Prediction
    champion: Champion | None
    week: Forecast | None
    today: DayEstimate | None = None
    """What the champion says of the same question, where another version gave the answer."""

    @property
    def day(self) -> ForecastDay | None:
        """What the champion says of the date itself."""
        return next((day for day in self.week.days if day.day == self.answer.date), None) if self.week else None


def predict_with_details(api: ApiClient, language: Language, question: PredictionRequest | date) -> PredictionDetails:
    """Ask a question, which the API stores. Raises ApiError where there is no answer."""
    answer = predict(api, question)
    return PredictionDetails(answer, _champion(api), _week(api, language, answer.date))


def find_with_details(api: ApiClient, language: Language, prediction_id: UUID) -> PredictionDetails:
    """Read an answer that was given before; nothing is stored. Raises ApiError where there is none."""
    answer = get_prediction(api, prediction_id)
    now, week = _champion(api), _week(api, language, answer.date)
    found = PredictionDetails(answer, now, week)
    if now is None or now.version == answer.model_version:
        return found
    return PredictionDetails(answer, now, week, found.day if answer.date else _estimate(api, answer))


def _champion(api: ApiClient) -> Champion | None:
    try:
        return get_champion(api)
    except ApiError:  # the answer stands without it
        return None


def _week(api: ApiClient, language: Language, asked: date | None) -> Forecast | None:
    if asked is None or asked < date(1970, 1, 4):
        return None
    try:
        return get_forecast(api, asked - _BEFORE, _DAYS, language)
    except ApiError:  # a model that was trained on dates knows no day before its first
        return None


def _estimate(api: ApiClient, question: PredictionRequest) -> DayEstimate | None:
    codes = (question.weekday, question.season, question.holiday)
    try:
        said = get_all_combinations(api).inputs
    except ApiError:
        return None
    return next((each for each in said if (each.weekday, each.season, each.holiday) == codes), None)
