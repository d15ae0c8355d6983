"""Asks MLflow for the history of the model: its versions, their runs and evaluations."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx

from service.clients.evaluation import Evaluation, build_evaluation
from service.clients.links import Links
from service.clients.mlflow_registry import API, ARTIFACTS, MODEL, artifact_path, download_file
from service.clients.model_versions import VersionPage, version_cards
from service.clients.watch import NO_WATCH, Watch, build_watch
from service.errors import (
    BadInputError,
    EvaluationNotFoundError,
    FieldError,
    ModelRefusedError,
    RegistryUnavailableError,
)

_log = logging.getLogger(__name__)
EXPERIMENT = "Sales Prediction"
_MAX_EVALUATION_BYTES = 2**20


class MlflowLineage:
    """MLflow's registered versions and runs, as the API shows them."""

    def __init__(self, client: httpx.AsyncClient, links: Links) -> None:
        """`client` has MLflow's address as its base URL, and the timeouts."""
        self._client = client
        self.links = links

    async def list_versions(self, limit: int, cursor: str | None) -> VersionPage:
        """Return a page of the registered versions, newest first.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            BadInputError: MLflow knows no such cursor.
        """
        with self._translate_errors():
            params: dict[str, str | int] = {
                "filter": f"name='{MODEL}'",
                "max_results": limit,
                "order_by": "version_number DESC",
            }
            response = await self._client.get(
                f"{API}/model-versions/search", params=params | ({"page_token": cursor} if cursor else {})
            )
            if cursor and response.status_code == HTTPStatus.BAD_REQUEST:
                raise BadInputError([FieldError("cursor", "no page returned it: leave it out for the first page")])
            page = response.raise_for_status().json()
            if not (versions := page.get("model_versions")):
                return VersionPage(items=[], next_cursor=None)
            model, runs = await asyncio.gather(
                self._get("registered-models/get", name=MODEL), self._runs([version["run_id"] for version in versions])
            )
            items = version_cards(versions, model["registered_model"], runs, self.links)
            return VersionPage(items=items, next_cursor=page.get("next_page_token") or None)

    async def get_evaluation(self, version: str) -> Evaluation:
        """Return how a version did on its test set.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            EvaluationNotFoundError: its run holds no evaluation that can be read.
        """
        with self._translate_errors():
            stored = (await self._get("model-versions/get", name=MODEL, version=version))["model_version"]
            run = (await self._get("runs/get", run_id=stored["run_id"]))["run"]
            return build_evaluation(stored, run, await self._download_evaluation(version, run), self.links)

    async def get_watch(self) -> Watch:
        """Return what the last watch found.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
        """
        with self._translate_errors():
            response = await self._client.get(f"{API}/registered-models/get", params={"name": MODEL})
            if response.status_code == HTTPStatus.NOT_FOUND:
                return NO_WATCH
            return build_watch(response.raise_for_status().json()["registered_model"])

    async def _download_evaluation(self, version: str, run: dict[str, Any]) -> bytes:
        try:
            path = f"{ARTIFACTS}{artifact_path(run['info']['artifact_uri'])}/evaluation.json"
            return await download_file(self._client, path, _MAX_EVALUATION_BYTES)
        except ModelRefusedError as error:
            raise EvaluationNotFoundError(version) from error
        except httpx.HTTPStatusError as error:
            if error.response.status_code == HTTPStatus.NOT_FOUND:
                raise EvaluationNotFoundError(version) from None
            raise

    async def _runs(self, run_ids: Sequence[str]) -> list[dict[str, Any]]:
        experiment = (await self._get("experiments/get-by-name", experiment_name=EXPERIMENT))["experiment"]
        quoted = ", ".join(f"'{run_id}'" for run_id in run_ids)
        body = {
            "experiment_ids": [experiment["experiment_id"]],
            "filter": f"attributes.run_id IN ({quoted})",
            "max_results": len(run_ids),
            "run_view_type": "ALL",  # a deleted run still names the origin of its version
        }
        response = await self._client.post(f"{API}/runs/search", json=body)
        return list(response.raise_for_status().json().get("runs", []))

    async def _get(self, path: str, **params: str) -> dict[str, Any]:
        response = await self._client.get(f"{API}/{path}", params=params)
        return dict(response.raise_for_status().json())

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, ValueError, KeyError) as error:
            _log.warning("MLflow at %s fails: %r", self._client.base_url, error)
            raise RegistryUnavailableError(f"MLflow fails: {error!r}") from None
