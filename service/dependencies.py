"""What handlers work with: made once by `bootstrap`, given to each of them."""

from dataclasses import dataclass, field
from typing import TypeAlias

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from service.clients.mlflow_lineage import MlflowLineage
from service.clients.prefect import PrefectClient
from service.model_loading.manager import ModelManager
from service.prediction.clock import Clock
from service.storage.history import History
from service.storage.uploads import UploadStore
from service.telemetry.metrics import Metrics


@dataclass(frozen=True)
class Dependencies:
    """The parts of one application that handlers use."""

    models: ModelManager
    history: History
    metrics: Metrics
    clock: Clock = field(default_factory=Clock, kw_only=True)
    lineage: MlflowLineage
    prefect: PrefectClient
    uploads: UploadStore


Injected: TypeAlias = NamedDependency[SkipValidation[Dependencies]]
"""The type of a handler's parameter `dependencies`."""
