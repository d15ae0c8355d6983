"""Starts and follows runs of the pipeline; the only file here that knows Prefect, by its REST API."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import httpx

from service.clients.model_versions import Links
from service.clients.runs import STEPS, Run, described
from service.errors import NoSuchRunError, PipelineUnavailableError

_log = logging.getLogger(__name__)
RETRAIN = "retrain_and_promote_sales_model/steam-sales"
ROLLBACK = "rollback_sales_model/steam-sales"
_WAITS = (0.2, 0.5, 1.0)


class Pipeline:
    """Prefect, as far as the API asks it anything."""

    def __init__(self, client: httpx.AsyncClient, links: Links) -> None:
        """`client` has the address of Prefect's API as its base URL, and the timeouts."""
        self._client = client
        self._links = links

    async def start(self, deployment: str, parameters: Mapping[str, Any], asked_by: str, key: str | None) -> Run:
        """A run of a deployment, asked for by somebody; by the same `key` again, the run that it named before.

        Raises:
            PipelineUnavailableError: Prefect does not answer, or has no such deployment.
        """
        with self._understood():
            found = await self._ask("GET", f"/deployments/name/{deployment}")
            if found.status_code == HTTPStatus.NOT_FOUND:
                raise PipelineUnavailableError(
                    f"Prefect has no deployment {deployment} yet: start a worker (`make up`)."
                )
            # asked again where Prefect was busy, it must not start another
            wanted = {"parameters": parameters, "tags": [f"by:{asked_by}"], "idempotency_key": key or f"{uuid4()}"}
            path = f"/deployments/{found.raise_for_status().json()['id']}/create_flow_run"
            created = (await self._ask("POST", path, wanted)).raise_for_status().json()
            return described(created, [], [], self._links.prefect_run(created["id"]))

    async def run(self, name: UUID) -> Run:
        """A run, as far as it is.

        Raises:
            NoSuchRunError: Prefect knows none of this id.
            PipelineUnavailableError: Prefect does not answer.
        """
        with self._understood():
            found = await self._ask("GET", f"/flow_runs/{name}")
            if found.status_code == HTTPStatus.NOT_FOUND:
                raise NoSuchRunError
            steps, artifacts = await asyncio.gather(self._steps(name), self._progress(name))
            return described(found.raise_for_status().json(), steps, artifacts, self._links.prefect_run(f"{name}"))

    async def _steps(self, name: UUID) -> list[dict[str, Any]]:
        of_run = {"flow_runs": {"id": {"any_": [f"{name}"]}}}
        return await self._list("/task_runs/filter", of_run | {"sort": "EXPECTED_START_TIME_ASC", "limit": STEPS})

    async def _progress(self, name: UUID) -> list[dict[str, Any]]:
        wanted = {"flow_run_id": {"any_": [f"{name}"]}, "type": {"any_": ["progress"]}}
        return await self._list("/artifacts/filter", {"artifacts": wanted, "sort": "UPDATED_DESC", "limit": 1})

    async def _list(self, path: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        return list((await self._ask("POST", path, wanted)).raise_for_status().json())

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """As Prefect's own client does, ask again where the server's SQLite was busy."""
        for seconds in _WAITS:
            answer = await self._client.request(method, path, json=body)
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                return answer
            await asyncio.sleep(seconds)
        return await self._client.request(method, path, json=body)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, ValueError, KeyError) as error:
            _log.warning("Prefect at %s fails: %r", self._client.base_url, error)
            raise PipelineUnavailableError(_cure(error)) from None


def _cure(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == HTTPStatus.UNAUTHORIZED:
        return (
            "Prefect wants another password: set PREFECT_API_AUTH_STRING to its `user:password`, then restart the API."
        )
    return "Prefect does not answer as it should: see whether its server runs (`make up`), then ask again."
