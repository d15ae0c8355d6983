"""Decides whether a registered model can be served. Training asks before promotion, the API before it serves.

Reads no file itself and does not know scikit-learn: the caller passes the files and a function that predicts.
"""

import hashlib
from collections.abc import Callable, Sequence
from math import isfinite
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from domain.calendar import ALL_CODES, WEEKDAYS, Calendar, CalendarFit, Overrides, calendar_of, in_force
from domain.features import DATED_FEATURES, FEATURES, date_features, model_dates

SHA256_TAG = "model_sha256"
METADATA_FILE, MODEL_FILE = "MLmodel", "model.skops"
MAX_FILE_BYTES = 256 * 2**20
# skops knows numpy and most of scikit-learn; forest and boosting add their trees, which hold numbers and no code.
# Never the list in the model's own file: whoever wrote the model wrote that list.
TRUSTED_TYPES = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor", "sklearn.tree._tree.Tree"]

Finite = Annotated[float, Field(allow_inf_nan=False)]
Offsets = tuple[Finite, Finite]
PredictTable: TypeAlias = Callable[[bytes, Sequence[str], Sequence[tuple[int, ...]]], list[float]]
"""From model.skops, its columns and rows of their values to predictions in units. Raises NotServableError."""


class NotServableError(ValueError):
    """The model cannot be served. The message is the reason, without the version."""


def _whole_week(offsets: dict[int, Offsets]) -> dict[int, Offsets]:
    if missing := set(WEEKDAYS) - offsets.keys():
        raise ValueError(f"lacks the weekdays {sorted(missing)}")
    return offsets


def _known(features: tuple[str, ...]) -> tuple[str, ...]:
    if features not in (FEATURES, DATED_FEATURES):
        raise ValueError(f"are neither {list(FEATURES)} nor {list(DATED_FEATURES)}")
    return features


class PredictionIntervals(BaseModel):
    """How far sales may lie from a prediction."""

    model_config = ConfigDict(frozen=True)

    level: float = Field(gt=0, lt=1, description="share of days that fall inside, 0 to 1")
    by_weekday: Annotated[dict[int, Offsets], AfterValidator(_whole_week)] = Field(
        description="by weekday, what is added to a prediction for its lower and upper limit, in units"
    )


class TrainingMetadata(BaseModel):
    """What training wrote beside the model (`metadata.steam_sales` of its MLmodel file)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    features: Annotated[tuple[str, ...], AfterValidator(_known)] = Field(
        FEATURES, description="columns it takes; with `Trend` and `DayOfYear` it is asked by Date only"
    )
    trained_at: AwareDatetime = Field(description="UTC")
    data_version: str = Field(description="version of the data it was trained on")
    metrics: dict[str, Finite] = Field(description="as training logged them; RMSE in units")
    interval: PredictionIntervals = Field(description="90 % limits by weekday")
    seen: list[tuple[int, int, int]] = Field(description="kinds of day in training: weekday, season, holiday")
    weekday_means: dict[int, Finite] = Field(description="mean sales by weekday in training, in units")
    calendar: CalendarFit | None = Field(None, description="rule that its data follows; none before there were rules")


def read_metadata(mlmodel: bytes) -> TrainingMetadata:
    """Read `metadata.steam_sales` of an `MLmodel` file. Raises NotServableError."""
    try:
        metadata = yaml.safe_load(mlmodel)["metadata"]["steam_sales"]
        if "features" not in metadata:
            raise NotServableError("its metadata.steam_sales names no features")
        return TrainingMetadata.model_validate(metadata)
    except (yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise NotServableError(f"its metadata.steam_sales is not as agreed: {error!r}") from None


def model_calendar(metadata: TrainingMetadata, overrides: Overrides) -> Calendar:
    """Return the calendar that turns dates into the model's codes."""
    return calendar_of(in_force(metadata.calendar, overrides).rule)


def check_files(sha256: str, mlmodel: bytes, model: bytes) -> TrainingMetadata:
    """Check a version's files against the digest in its tag; return the metadata. Raises NotServableError."""
    if not sha256:
        raise NotServableError(f"it carries no tag {SHA256_TAG}")
    for name, content in ((METADATA_FILE, mlmodel), (MODEL_FILE, model)):
        if len(content) > MAX_FILE_BYTES:
            raise NotServableError(f"{name} is larger than {MAX_FILE_BYTES} bytes")
    if hashlib.sha256(model).hexdigest() != sha256:
        raise NotServableError(f"{MODEL_FILE} is not the file its sha256 tag describes")
    return read_metadata(mlmodel)


def check_servable(
    sha256: str, mlmodel: bytes, model: bytes, predict: PredictTable, overrides: Overrides
) -> tuple[TrainingMetadata, list[float]]:
    """Make every check of a version's files, tag, metadata and predictions.

    Return the metadata and the predictions in units, in the order of `ALL_CODES`, or of `model_dates` for a model
    that takes date features. Raises NotServableError.
    """
    metadata = check_files(sha256, mlmodel, model)
    calendar = model_calendar(metadata, overrides)
    inputs = ALL_CODES if metadata.features == FEATURES else dated_inputs(calendar)
    predictions = predict(model, metadata.features, inputs)
    if len(predictions) != len(inputs):
        raise NotServableError(f"it gives {len(predictions)} predictions instead of {len(inputs)}")
    if not all(map(isfinite, predictions)):
        raise NotServableError("some of its predictions are no finite numbers")
    return metadata, predictions


def dated_inputs(calendar: Calendar) -> list[tuple[int, ...]]:
    """Return the inputs of a dated model for each of `model_dates`."""
    return [(*calendar.codes_of(day), *date_features(day)) for day in model_dates()]


def proxied_path(artifact_uri: str) -> str:
    """Return the path of artifacts that MLflow hands out itself. Raises NotServableError for any other location."""
    parts = urlsplit(artifact_uri)
    if parts.scheme != "mlflow-artifacts":
        raise NotServableError(
            f"its files lie at {artifact_uri}, where the API cannot read: start MLflow with --artifacts-destination, "
            "and train in a new experiment"
        )
    return parts.path.rstrip("/")
