"""Asks MLflow for the champion, the newest versions and their files, by its REST API.

MLflow's own client would cost every server process 140 MB for three calls.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from service.errors import ModelRefusedError, RegistryUnavailableError

MODEL = "steam_sales_prediction_model_prod"
ALIAS = "production"
API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_MAX_MODEL_BYTES = 256 * 2**20


@dataclass(frozen=True)
class ModelVersion:
    """A version of the registered model, and the digest its file must have."""

    number: str
    sha256: str


class ModelRegistry:
    """MLflow's model registry."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """`client` has MLflow's address as its base URL, and the timeouts."""
        self._client = client

    async def get_champion(self) -> ModelVersion | None:
        """Return the version at the alias, None while there is none.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            ModelRefusedError: the version carries no digest.
        """
        try:
            response = await self._client.get(f"{API}/registered-models/alias", params={"name": MODEL, "alias": ALIAS})
            if response.status_code in {400, 404} and _means_not_found(response):
                return None
            response.raise_for_status()
            return _parse_version(response.json()["model_version"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"MLflow at {self._client.base_url} fails: {error!r}") from None

    async def list_newest(self, limit: int) -> list[ModelVersion]:
        """Return the versions registered last, newest first, without those that have no digest.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
        """
        params: dict[str, str | int] = {
            "filter": f"name='{MODEL}'",
            "max_results": limit,
            "order_by": "version_number DESC",
        }
        try:
            response = await self._client.get(f"{API}/model-versions/search", params=params)
            versions = response.raise_for_status().json().get("model_versions") or []
            return [ModelVersion(str(each["version"]), digest) for each in versions if (digest := _digest(each))]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"MLflow at {self._client.base_url} fails: {error!r}") from None

    async def download(self, version: ModelVersion) -> tuple[bytes, bytes]:
        """Download the files `MLmodel` and `model.skops` of a version.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            ModelRefusedError: MLflow does not hand its files out itself, or a file is too large.
        """
        try:
            response = await self._client.get(
                f"{API}/model-versions/get-download-uri", params={"name": MODEL, "version": version.number}
            )
            response.raise_for_status()
            folder = artifact_path(response.json()["artifact_uri"])
            mlmodel, model = (f"{ARTIFACTS}{folder}/{name}" for name in ("MLmodel", "model.skops"))
            return await download_file(self._client, mlmodel, _MAX_MODEL_BYTES), await download_file(
                self._client, model, _MAX_MODEL_BYTES
            )
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"the files of version {version.number}: {error!r}") from None


async def download_file(client: httpx.AsyncClient, path: str, limit: int) -> bytes:
    """Download a file of at most `limit` bytes from MLflow.

    Raises:
        httpx.HTTPError: MLflow does not send it.
        ModelRefusedError: the file is larger.
    """
    content = bytearray()
    async with client.stream("GET", path) as response:
        response.raise_for_status()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > limit:
                raise ModelRefusedError(f"{path} is larger than {limit} bytes")
    return bytes(content)


def _means_not_found(response: httpx.Response) -> bool:
    # A missing alias is INVALID_PARAMETER_VALUE, a missing model RESOURCE_DOES_NOT_EXIST.
    body = response.json()
    return body.get("error_code") in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}


def _parse_version(entity: dict[str, object]) -> ModelVersion:
    number = str(entity["version"])
    digest = _digest(entity)
    if not digest:
        raise ModelRefusedError(f"version {number} carries no tag model_sha256")
    return ModelVersion(number, digest)


def _digest(entity: dict[str, object]) -> str | None:
    tags = entity.get("tags") or []
    digests = [str(tag["value"]) for tag in tags if tag["key"] == "model_sha256"] if isinstance(tags, list) else []
    return digests[0] if digests else None


def artifact_path(uri: str) -> str:
    """Return the path of a folder among the artifacts that MLflow serves itself; raises ModelRefusedError if not."""
    parts = urlsplit(uri)
    if parts.scheme != "mlflow-artifacts":
        raise ModelRefusedError(
            f"the model lies at {uri}, where the API cannot read: start MLflow with --artifacts-destination, "
            "and train in a new experiment"
        )
    return parts.path.rstrip("/")
