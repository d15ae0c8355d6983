"""HTTP clients of the servers beside the API; knows where they are, not what they are asked."""

from dataclasses import dataclass

import httpx

from service.settings import Settings

# servers close what was idle for five seconds, and a request sent into the closing is lost
_FRESH = httpx.Limits(keepalive_expiry=2)
_PREFECT_SECONDS = 10


@dataclass(frozen=True)
class Neighbours:
    """One client each, for as long as the app runs."""

    mlflow: httpx.AsyncClient
    prefect: httpx.AsyncClient

    async def aclose(self) -> None:
        """Hang up."""
        await self.mlflow.aclose()
        await self.prefect.aclose()


def neighbours(settings: Settings) -> Neighbours:
    """The clients, which connect when they are first used."""
    seconds = settings.mlflow_timeout_seconds
    login = settings.mlflow_login
    return Neighbours(
        httpx.AsyncClient(base_url=settings.mlflow_url, auth=login, timeout=seconds, limits=_FRESH),
        httpx.AsyncClient(
            base_url=settings.prefect_url, auth=settings.prefect_login, timeout=_PREFECT_SECONDS, limits=_FRESH
        ),
    )
