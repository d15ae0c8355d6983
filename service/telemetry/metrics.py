"""What the service counts about itself for Prometheus; knows no HTTP (Litestar counts the requests)."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from service.prediction.batch import Batch
from service.prediction.record import PendingRecord

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
MultiprocessMode = Literal["livesum", "livemostrecent"]
_COMMIT_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 10_000)


class Metrics:
    """The counters of one app, in a registry of its own: two apps in one process do not meet."""

    def __init__(self, shared: Path | None = None) -> None:
        """`shared` is the folder in which several processes of one API count together, named by `SHARED_METRICS`."""
        self._shared = shared
        self._watched: list[tuple[Gauge, Callable[[], float]]] = []
        self._noted: list[Callable[[], None]] = []
        self._registry = CollectorRegistry()
        self._predictions = Counter(
            "steam_sales_predictions",
            "Predictions stored, by model version",
            ["model_version"],
            registry=self._registry,
        )
        self._commits = Histogram(
            "steam_sales_commit_rows",
            "Predictions that shared a commit",
            buckets=_COMMIT_BUCKETS,
            registry=self._registry,
        )

    def watch(self, name: str, meaning: str, read: Callable[[], float], together: MultiprocessMode) -> None:
        """A gauge that is read at each scrape; `together` says how those of several processes make one."""
        gauge = Gauge(f"steam_sales_{name}", meaning, registry=self._registry, multiprocess_mode=together)
        self._watched.append((gauge, read))

    def before_reading(self, count: Callable[[], None]) -> None:
        """Have what was noted elsewhere counted before the counters are read, by this process or another."""
        self._noted.append(count)

    def committed(self, rows: Sequence[PendingRecord]) -> None:
        """Rows that one commit stored."""
        if self._shared:
            self._look()
        self._commits.observe(len(rows))
        versions = [row.fields["model_version"] for row in rows]
        for version in set(versions):
            self._predictions.labels(version).inc(versions.count(version))

    def committed_batch(self, batch: Batch) -> None:
        """A batch that one commit stored."""
        self._commits.observe(len(batch))
        self._predictions.labels(batch.rows[0]["model_version"]).inc(len(batch))

    def text(self) -> bytes:
        """All of it, with the process's and the requests' own, in Prometheus' text format."""
        self._look()
        if self._shared:
            _remove_dead_gauges(self._shared)
            together = CollectorRegistry()
            MultiProcessCollector(together, path=str(self._shared))  # type: ignore[no-untyped-call]  # as it comes
            return generate_latest(together)
        return generate_latest(REGISTRY) + generate_latest(self._registry)

    def _look(self) -> None:
        for gauge, read in self._watched:
            gauge.set(read())
        for count in self._noted:
            count()


def _remove_dead_gauges(shared: Path) -> None:
    """What a killed process showed last would be shown for ever; what it counted stays counted."""
    for file in shared.glob("gauge_live*_*.db"):
        if not _is_running(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, PermissionError):  # nobody, or somebody else's by now
        return False
    return True
