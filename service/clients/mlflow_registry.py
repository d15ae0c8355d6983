"""Asks MLflow for the champion; with `lineage` the only file here that knows MLflow, by its REST API.

The client library would cost every server process 140 MB for three calls.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from service.errors import ModelRefusedError, RegistryUnavailableError

MODEL = "steam_sales_prediction_model_prod"
ALIAS = "production"
API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_MAX_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Version:
    """A version of the registered model, and the digest its file must have."""

    number: str
    sha256: str


class ModelRegistry:
    """MLflow's registry, as far as the API asks it anything."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """`client` has MLflow's address as its base URL, and the timeouts."""
        self._client = client

    async def champion(self) -> Version | None:
        """The version at the alias, None while there is none.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            ModelRefusedError: the version carries no digest.
        """
        try:
            response = await self._client.get(f"{API}/registered-models/alias", params={"name": MODEL, "alias": ALIAS})
            if response.status_code in {400, 404} and _is_absence(response):
                return None
            response.raise_for_status()
            return _version(response.json()["model_version"])
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"MLflow at {self._client.base_url} fails: {error!r}") from None

    async def newest(self, most: int) -> list[Version]:
        """The versions registered last, newest first; one without a digest is left out.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
        """
        asked: dict[str, str | int] = {
            "filter": f"name='{MODEL}'",
            "max_results": most,
            "order_by": "version_number DESC",
        }
        try:
            response = await self._client.get(f"{API}/model-versions/search", params=asked)
            found = response.raise_for_status().json().get("model_versions") or []
            return [Version(str(each["version"]), digest) for each in found if (digest := _digest(each))]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"MLflow at {self._client.base_url} fails: {error!r}") from None

    async def download(self, version: Version) -> tuple[bytes, bytes]:
        """The files `MLmodel` and `model.skops` of a version.

        Raises:
            RegistryUnavailableError: MLflow does not answer, or not as it should.
            ModelRefusedError: MLflow does not hand its files out itself, or a file is too large.
        """
        try:
            response = await self._client.get(
                f"{API}/model-versions/get-download-uri", params={"name": MODEL, "version": version.number}
            )
            response.raise_for_status()
            folder = proxied_folder(response.json()["artifact_uri"])
            mlmodel, model = (f"{ARTIFACTS}{folder}/{name}" for name in ("MLmodel", "model.skops"))
            return await streamed(self._client, mlmodel, _MAX_BYTES), await streamed(self._client, model, _MAX_BYTES)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise RegistryUnavailableError(f"the files of version {version.number}: {error!r}") from None


async def streamed(client: httpx.AsyncClient, path: str, limit: int) -> bytes:
    """A file that MLflow hands out, of at most `limit` bytes.

    Raises:
        httpx.HTTPError: it does not.
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


def _is_absence(response: httpx.Response) -> bool:
    # A missing alias is INVALID_PARAMETER_VALUE, a missing model RESOURCE_DOES_NOT_EXIST.
    body = response.json()
    return body.get("error_code") in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}


def _version(answer: dict[str, object]) -> Version:
    number = str(answer["version"])
    digest = _digest(answer)
    if not digest:
        raise ModelRefusedError(f"version {number} carries no tag model_sha256")
    return Version(number, digest)


def _digest(answer: dict[str, object]) -> str | None:
    tags = answer.get("tags") or []
    digests = [str(tag["value"]) for tag in tags if tag["key"] == "model_sha256"] if isinstance(tags, list) else []
    return digests[0] if digests else None


def proxied_folder(uri: str) -> str:
    """Path of a folder among the artifacts that MLflow hands out itself. ModelRefusedError where it does not."""
    parts = urlsplit(uri)
    if parts.scheme != "mlflow-artifacts":
        raise ModelRefusedError(
            f"the model lies at {uri}, where the API cannot read: start MLflow with --artifacts-destination, "
            "and train in a new experiment"
        )
    return parts.path.rstrip("/")
