"""Starts runs of the pipeline and reads their state, by Prefect's REST API."""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import httpx

from service.clients.data import CHECK_ARTIFACT, VERSIONS_ARTIFACT, DataCheck, DataVersions
from service.clients.links import Links
from service.clients.runs import MAX_STEPS, Run, to_run
from service.errors import BadInputError, FieldError, PipelineUnavailableError, RunNotFoundError

_log = logging.getLogger(__name__)
RETRAIN_DEPLOYMENT = "retrain_and_promote_sales_model/steam-sales"
ROLLBACK_DEPLOYMENT = "rollback_sales_model/steam-sales"
LOAD_DEPLOYMENT = "etl_proceso_steam_sales/steam-sales"
CHECK_DEPLOYMENT = "check_sales_data/steam-sales"
DATA_ROLLBACK_DEPLOYMENT = "rollback_sales_data/steam-sales"
_REFUSED_PARAMETERS = {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
_RETRY_DELAYS_SECONDS = (0.2, 0.5, 1.0)


class PrefectClient:
    """The deployments and runs of a Prefect server."""

    def __init__(self, client: httpx.AsyncClient, links: Links) -> None:
        """`client` has the address of Prefect's API as its base URL, and the timeouts."""
        self._client = client
        self._links = links

    async def start_run(self, deployment: str, parameters: Mapping[str, Any], asked_by: str, key: str | None) -> Run:
        """Start a run of a deployment for a person. The same `key` again returns the run it started before.

        Raises:
            BadInputError: the deployment does not take these parameters.
            PipelineUnavailableError: Prefect does not answer, or has no such deployment.
        """
        with self._translate_errors():
            deployment_id = await self._deployment_id(deployment)
            # a request repeated because Prefect was busy must not start a second run
            body = {"parameters": parameters, "tags": [f"by:{asked_by}"], "idempotency_key": key or f"{uuid4()}"}
            response = await self._request("POST", f"/deployments/{deployment_id}/create_flow_run", body)
            if parameters and response.status_code in _REFUSED_PARAMETERS:
                raise BadInputError([FieldError("options", _detail(response))])
            created = response.raise_for_status().json()
            return to_run(created, [], [], self._links.prefect_run(created["id"]))

    async def get_run(self, run_id: UUID) -> Run:
        """Return the current state of a run.

        Raises:
            RunNotFoundError: Prefect knows none of this id.
            PipelineUnavailableError: Prefect does not answer.
        """
        with self._translate_errors():
            response = await self._request("GET", f"/flow_runs/{run_id}")
            if response.status_code == HTTPStatus.NOT_FOUND:
                raise RunNotFoundError
            steps, artifacts = await asyncio.gather(self._steps(run_id), self._progress(run_id))
            return to_run(response.raise_for_status().json(), steps, artifacts, self._links.prefect_run(f"{run_id}"))

    async def newest_run(self, deployment: str) -> Run:
        """Return the run of a deployment that was due last.

        Raises:
            RunNotFoundError: there was none yet.
            PipelineUnavailableError: Prefect does not answer, or has no such deployment.
        """
        with self._translate_errors():
            of_deployment = {"deployments": {"id": {"any_": [await self._deployment_id(deployment)]}}}
            due = {"flow_runs": {"expected_start_time": {"before_": datetime.now(UTC).isoformat()}}}
            newest = {"sort": "EXPECTED_START_TIME_DESC", "limit": 1}
            runs = await self._list("/flow_runs/filter", of_deployment | due | newest)
        if not runs:
            raise RunNotFoundError
        return await self.get_run(UUID(runs[0]["id"]))

    async def get_data_check(self, run_id: UUID) -> DataCheck | None:
        """Return what a check of a table found, None while it has not.

        Raises:
            PipelineUnavailableError: Prefect does not answer.
        """
        of_run = {"flow_run_id": {"any_": [f"{run_id}"]}, "key": {"any_": [CHECK_ARTIFACT]}}
        with self._translate_errors():
            found = await self._list("/artifacts/filter", {"artifacts": of_run, "sort": "UPDATED_DESC", "limit": 1})
            return DataCheck.model_validate(_document(found[0])) if found else None

    async def list_data_versions(self) -> DataVersions:
        """Return the versions of the data, as of the last load, nightly run or rollback.

        Raises:
            PipelineUnavailableError: Prefect does not answer.
        """
        with self._translate_errors():
            response = await self._request("GET", f"/artifacts/{VERSIONS_ARTIFACT}/latest")
            if response.status_code == HTTPStatus.NOT_FOUND:
                return DataVersions()
            return DataVersions.model_validate(_document(response.raise_for_status().json()))

    async def _deployment_id(self, name: str) -> str:
        response = await self._request("GET", f"/deployments/name/{name}")
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise PipelineUnavailableError(f"Prefect has no deployment {name} yet: start a worker (`make up`).")
        return str(response.raise_for_status().json()["id"])

    async def _steps(self, run_id: UUID) -> list[dict[str, Any]]:
        of_run = {"flow_runs": {"id": {"any_": [f"{run_id}"]}}}
        return await self._list("/task_runs/filter", of_run | {"sort": "EXPECTED_START_TIME_ASC", "limit": MAX_STEPS})

    async def _progress(self, run_id: UUID) -> list[dict[str, Any]]:
        progress_of_run = {"flow_run_id": {"any_": [f"{run_id}"]}, "type": {"any_": ["progress"]}}
        return await self._list("/artifacts/filter", {"artifacts": progress_of_run, "sort": "UPDATED_DESC", "limit": 1})

    async def _list(self, path: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        return list((await self._request("POST", path, body)).raise_for_status().json())

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Send a request; like Prefect's own client, repeat it while the server's SQLite is busy (503)."""
        for seconds in _RETRY_DELAYS_SECONDS:
            response = await self._client.request(method, path, json=body)
            if response.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                return response
            await asyncio.sleep(seconds)
        return await self._client.request(method, path, json=body)

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, ValueError, KeyError) as error:
            _log.warning("Prefect at %s fails: %r", self._client.base_url, error)
            raise PipelineUnavailableError(_message(error)) from None


def _document(artifact: Mapping[str, Any]) -> Any:
    data = artifact["data"]
    return json.loads(data) if isinstance(data, str) else data


def _detail(response: httpx.Response) -> str:
    detail = response.json().get("detail")
    text = detail if isinstance(detail, str) else json.dumps(detail)
    return text.removeprefix("Error creating flow run: ")[:1_000]


def _message(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code == HTTPStatus.UNAUTHORIZED:
        return (
            "Prefect wants another password: set PREFECT_API_AUTH_STRING to its `user:password`, then restart the API."
        )
    return "Prefect does not answer as it should: see whether its server runs (`make up`), then ask again."
