"""Keeps the result of the last watch as a tag of the registered model, where the API reads it."""

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from pydantic import ValidationError

from flows.monitoring.watch_record import WATCH_TAG, WatchRecord
from flows.tracking.decisions import MODEL_NAME
from flows.tracking.errors import is_not_found

MAX_TEXT_LENGTH = 500


class WatchLog:
    """Reads and replaces the record. The registered model must exist before it is written."""

    def __init__(self, uri: str) -> None:
        self._client = MlflowClient(tracking_uri=uri)

    def read(self) -> WatchRecord | None:
        """Return the last record; None before the first, or if it cannot be read."""
        try:
            text = self._client.get_registered_model(MODEL_NAME).tags.get(WATCH_TAG)
            return WatchRecord.model_validate_json(text) if text else None
        except ValidationError:
            return None
        except MlflowException as error:
            if is_not_found(error):
                return None
            raise

    def write(self, record: WatchRecord) -> None:
        """Replace the record. Texts are cut at `MAX_TEXT_LENGTH` characters, so that the tag stays small."""
        short = {name: getattr(record, name)[:MAX_TEXT_LENGTH] for name in ("reason", "decision")}
        text = record.model_copy(update=short).model_dump_json()
        self._client.set_registered_model_tag(MODEL_NAME, WATCH_TAG, text)
