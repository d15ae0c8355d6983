"""Writes what the API shows of the data as JSON artifacts of Prefect; docs/contracts.md says what stands in them."""

from typing import Any

from prefect.artifacts import Artifact

from flows.data.checking import DataCheck
from flows.orchestration.tasks import remote_task
from flows.storage.data_store import DataStore, Manifest

CHECK_KEY = "data-check"
VERSIONS_KEY = "data-versions"
MAX_VERSIONS = 50


@remote_task("write down how the table is understood")
def write_check(check: DataCheck) -> None:
    """Attach the result of a check to its run."""
    _write(CHECK_KEY, "How a table is understood", check.model_dump(mode="json"))


@remote_task("list the versions of the data")
def write_versions(store: DataStore) -> None:
    """List the versions of the data, and which is current."""
    _write(VERSIONS_KEY, "The versions of the data", versions_document(store))


def versions_document(store: DataStore) -> dict[str, Any]:
    """Return the newest versions, newest first, and the one in use."""
    pointer = store.pointer()
    newest = store.versions()[-MAX_VERSIONS:]
    names = newest if pointer is None or pointer.version in newest else [pointer.version, *newest]
    return {
        "current": pointer.version if pointer else None,
        "switched_at": pointer.switched_at.isoformat() if pointer else None,
        "switched_by": pointer.switched_by if pointer else None,
        "versions": [_listed(store.manifest(name)) for name in reversed(names)],
    }


def _listed(manifest: Manifest) -> dict[str, Any]:
    shown = {"version", "source", "created_at", "read_at", "rows", "days", "calendar", "options"}
    return manifest.model_dump(mode="json", include=shown)


def _write(key: str, description: str, data: dict[str, Any]) -> None:
    Artifact(type="json", key=key, description=description, data=data).create()
