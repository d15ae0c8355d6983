"""Shows the progress of long work as an artifact in the Prefect UI. Knows Prefect, not the work."""

import time
from typing import cast
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact

MIN_UPDATE_SECONDS = 1.0


class ProgressArtifact:
    """A callback for the share done (0 to 1) and a message. It skips updates that come too fast."""

    def __init__(self, description: str) -> None:
        self._artifact = cast("UUID", create_progress_artifact(0.0, description=description))
        self._updated_at = time.monotonic()
        self._logger = get_run_logger()

    def __call__(self, share: float, message: str) -> None:
        """Update the artifact, at most once a second, and always at the end."""
        if share < 1 and time.monotonic() - self._updated_at < MIN_UPDATE_SECONDS:
            return
        self._updated_at = time.monotonic()
        update_progress_artifact(self._artifact, progress=min(100.0, 100 * share))
        self._logger.info("%3.0f %% %s", 100 * share, message)
