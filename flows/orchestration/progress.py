"""Long work's progress as an artifact in the Prefect UI. Knows Prefect, nothing of the work."""

import time
from typing import cast
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact

EVERY_SECONDS = 1.0


class Progress:
    """Call it with the share done (0 to 1) and a few words; what comes too fast is left out."""

    def __init__(self, description: str) -> None:
        self._artifact = cast("UUID", create_progress_artifact(0.0, description=description))
        self._shown = time.monotonic()
        self._logger = get_run_logger()

    def __call__(self, share: float, words: str) -> None:
        """Show it, at most once a second, and always at the end."""
        if share < 1 and time.monotonic() - self._shown < EVERY_SECONDS:
            return
        self._shown = time.monotonic()
        update_progress_artifact(self._artifact, progress=min(100.0, 100 * share))
        self._logger.info("%3.0f %% %s", 100 * share, words)
