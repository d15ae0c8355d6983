"""Turns the files of a registered model into a champion, or refuses it; starts no process itself."""

from pydantic import ValidationError

from domain.calendar import Overrides
from domain.features import FEATURES
from domain.servable import NotServableError, PredictTable, check_servable, model_calendar
from service.errors import ModelRefusedError
from service.prediction.champion import Champion


def load_champion(
    version: str, sha256: str, mlmodel: bytes, model: bytes, overrides: Overrides, predict: PredictTable
) -> Champion:
    """Build the champion from the files `MLmodel` and `model.skops` of a version.

    A model that was trained on dates is tabulated for every date, with the codes of its own calendar.

    Raises:
        ModelRefusedError: `check_servable` refuses the version; training asks the same before it promotes one.
    """
    try:
        training, predictions = check_servable(sha256, mlmodel, model, predict, overrides)
        calendar_name = None if training.features == FEATURES else model_calendar(training, overrides).name
        identity = {"version": version, "sha256": sha256, "calendar_name": calendar_name}
        return Champion(predictions=predictions, **identity, **training.model_dump())
    except (NotServableError, ModelRefusedError, ValidationError) as error:
        raise ModelRefusedError(f"version {version}: {error}") from None
