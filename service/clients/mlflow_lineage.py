"""Asks MLflow where versions of the model come from; with `registry`, the only file here that knows MLflow."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx

from service.clients.evaluation import Evaluation, evaluation
from service.clients.mlflow_registry import API, ARTIFACTS, MODEL, proxied_folder, streamed
from service.clients.model_versions import Links, VersionPage, cards
from service.errors import BadInputError, FieldError, ModelRefusedError, NoEvaluationError, RegistryUnavailableError

_log = logging.getLogger(__name__)
EXPERIMENT = "Sales Prediction"
_MAX_BYTES = 2**20


class Lineage:
    """MLflow's registry and runs, for people who look at them."""

    def __init__(self, client: httpx.AsyncClient, links: Links) -> None:
        """`client` has MLflow's address as its base URL, and the timeouts."""
        self._client = client
        self.links = links

    async def versions(self, limit: int, cursor: str | None) -> VersionPage:
        """A page of the registered versions, newest first.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            BadInputError: MLflow knows no such cursor.
        """
        with self._understood():
            asked: dict[str, str | int] = {
                "filter": f"name='{MODEL}'",
                "max_results": limit,
                "order_by": "version_number DESC",
            }
            found = await self._client.get(
                f"{API}/model-versions/search", params=asked | ({"page_token": cursor} if cursor else {})
            )
            if cursor and found.status_code == HTTPStatus.BAD_REQUEST:
                raise BadInputError([FieldError("cursor", "is none that a page gave: leave it out for the first page")])
            answer = found.raise_for_status().json()
            if not (listed := answer.get("model_versions")):
                return VersionPage(items=[], next_cursor=None)
            model, runs = await asyncio.gather(
                self._get("registered-models/get", name=MODEL), self._runs([each["run_id"] for each in listed])
            )
            items = cards(listed, model["registered_model"], runs, self.links)
            return VersionPage(items=items, next_cursor=answer.get("next_page_token") or None)

    async def evaluation(self, version: str) -> Evaluation:
        """What a version did on its test set.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            NoEvaluationError: nothing usable was kept of it.
        """
        with self._understood():
            stored = (await self._get("model-versions/get", name=MODEL, version=version))["model_version"]
            run = (await self._get("runs/get", run_id=stored["run_id"]))["run"]
            return evaluation(stored, run, await self._file(version, run), self.links)

    async def _file(self, version: str, run: dict[str, Any]) -> bytes:
        try:
            path = f"{ARTIFACTS}{proxied_folder(run['info']['artifact_uri'])}/evaluation.json"
            return await streamed(self._client, path, _MAX_BYTES)
        except ModelRefusedError as error:
            raise NoEvaluationError(version) from error
        except httpx.HTTPStatusError as error:
            if error.response.status_code == HTTPStatus.NOT_FOUND:
                raise NoEvaluationError(version) from None
            raise

    async def _runs(self, names: Sequence[str]) -> list[dict[str, Any]]:
        experiment = (await self._get("experiments/get-by-name", experiment_name=EXPERIMENT))["experiment"]
        wanted = ", ".join(f"'{name}'" for name in names)
        body = {
            "experiment_ids": [experiment["experiment_id"]],
            "filter": f"attributes.run_id IN ({wanted})",
            "max_results": len(names),
            "run_view_type": "ALL",  # a run in the bin still tells where its version came from
        }
        answer = await self._client.post(f"{API}/runs/search", json=body)
        return list(answer.raise_for_status().json().get("runs", []))

    async def _get(self, path: str, **asked: str) -> dict[str, Any]:
        answer = await self._client.get(f"{API}/{path}", params=asked)
        return dict(answer.raise_for_status().json())

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, ValueError, KeyError) as error:
            _log.warning("MLflow at %s fails: %r", self._client.base_url, error)
            raise RegistryUnavailableError(f"MLflow fails: {error!r}") from None
