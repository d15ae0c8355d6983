"""Makes what handlers work with from the settings; opens and starts nothing."""

from datetime import UTC, datetime, timedelta

from domain.calendar import Overrides
from service.clients.mlflow_lineage import MlflowLineage
from service.clients.mlflow_registry import ModelRegistry
from service.clients.prefect import PrefectClient
from service.dependencies import Dependencies
from service.errors import NoModelError
from service.http_clients import HttpClients
from service.model_loading.manager import ModelManager
from service.settings import Settings
from service.storage.factory import connect
from service.storage.history import History
from service.storage.uploads import UploadStore
from service.telemetry.metrics import Metrics


def make_dependencies(settings: Settings, clients: HttpClients, metrics: Metrics) -> Dependencies:
    """Make the parts of one application and the gauges that watch them."""
    database = connect(settings.database_url, settings.api_database_timeout_seconds)
    overrides = Overrides(settings.holidays_country, settings.hemisphere, settings.sundays_are_holidays)
    history = History(database, settings.api_waiting_limit, metrics, timedelta(hours=settings.api_idempotency_hours))
    models = ModelManager(ModelRegistry(clients.mlflow), settings.state, overrides)
    metrics.watch("waiting", "Predictions that wait for a commit", lambda: history.waiting, "livesum")
    metrics.watch("model_age_seconds", "Since the champion was trained", lambda: _age(models), "livemostrecent")
    lineage, prefect = MlflowLineage(clients.mlflow, settings.links), PrefectClient(clients.prefect, settings.links)
    uploads = UploadStore(settings.steam_sales_home / "uploads", settings.api_upload_space)
    return Dependencies(models, history, metrics, lineage, prefect, uploads)


def _age(models: ModelManager) -> float:
    try:
        return (datetime.now(UTC) - models.current.trained_at).total_seconds()
    except NoModelError:
        return float("nan")
