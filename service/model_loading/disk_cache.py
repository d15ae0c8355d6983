"""Keeps the champion in one file, so that the API starts and serves while MLflow is down."""

import logging
import os
from pathlib import Path

from pydantic import ValidationError

from service.prediction.champion import Champion

_log = logging.getLogger(__name__)
_FILE_NAME = "champion.json"


def save(folder: Path, champion: Champion) -> None:
    """Replace the champion on disk in one step: a reader, or a crash, leaves the old or the new one whole."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{_FILE_NAME}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(champion.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _FILE_NAME)


def load(folder: Path) -> Champion | None:
    """Return the champion on disk, or None if there is none that can be read."""
    path = folder / _FILE_NAME
    try:
        return Champion.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s cannot be read, the champion must come from MLflow: %s", path, error)
        return None
