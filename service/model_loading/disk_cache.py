"""Keeps the champion on disk, so that the API starts and serves while MLflow is down; knows one file."""

import logging
import os
from pathlib import Path

from pydantic import ValidationError

from service.prediction.champion import Champion

_log = logging.getLogger(__name__)
_NAME = "champion.json"


def save(folder: Path, champion: Champion) -> None:
    """Replace the champion on disk: a reader, or a crash, sees the old or the new one, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{_NAME}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(champion.model_dump_json())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _NAME)


def load(folder: Path) -> Champion | None:
    """The champion on disk, None if there is none that can be read."""
    path = folder / _NAME
    try:
        return Champion.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s cannot be read, the champion must come from MLflow: %s", path, error)
        return None
