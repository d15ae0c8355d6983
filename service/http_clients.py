"""Makes the HTTP clients of MLflow and Prefect; knows their addresses, not their APIs."""

from dataclasses import dataclass

import httpx

from service.settings import Settings

# The servers close connections that were idle for five seconds; a request sent at that moment is lost.
_LIMITS = httpx.Limits(keepalive_expiry=2)
_PREFECT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class HttpClients:
    """One client for each server, for as long as the app runs."""

    mlflow: httpx.AsyncClient
    prefect: httpx.AsyncClient

    async def aclose(self) -> None:
        """Close the connections."""
        await self.mlflow.aclose()
        await self.prefect.aclose()


def make_clients(settings: Settings) -> HttpClients:
    """Make the clients; each connects when it is first used."""
    seconds = settings.mlflow_timeout_seconds
    login = settings.mlflow_login
    return HttpClients(
        httpx.AsyncClient(base_url=settings.mlflow_url, auth=login, timeout=seconds, limits=_LIMITS),
        httpx.AsyncClient(
            base_url=settings.prefect_url, auth=settings.prefect_login, timeout=_PREFECT_TIMEOUT_SECONDS, limits=_LIMITS
        ),
    )
