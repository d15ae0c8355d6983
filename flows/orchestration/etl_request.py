"""Which source an ETL reads, and with which options: those it is given, else those of the current version."""

from typing import NamedTuple

from flows.data import Options
from flows.storage.data_store import Manifest
from flows.storage.sources import HIDDEN_QUERY, SourceError, without_secrets


class EtlRequest(NamedTuple):
    """An address with its secrets, and the options to read it with."""

    source: str
    options: Options


def etl_request(source: str | None, options: Options, current: Manifest | None, configured: str) -> EtlRequest:
    """Return what to read; `configured` is `STEAM_SALES_SOURCE`, which the first ETL reads.

    Without a source, the current version's is read again, with its options; those that `options` set explicitly
    replace its own.

    Raises:
        SourceError: the source of the current version had a secret in its address, which is written down nowhere.
    """
    if source or current is None:
        return EtlRequest(source or configured, options)
    explicit = options.model_dump(mode="json", include=options.model_fields_set)
    return EtlRequest(_whole_address(current, configured), Options.of_version(current.options | explicit))


def _whole_address(current: Manifest, configured: str) -> str:
    if not (current.source_has_secret or current.source.endswith(HIDDEN_QUERY)):
        return current.source
    if without_secrets(configured) == current.source:
        return configured
    raise SourceError(
        f"{current.source} was read with a password or signature in its address, which is not stored: to have it read "
        "again by itself, put the whole address into STEAM_SALES_SOURCE of the worker, or into a Secret block of "
        "Prefect and give secret:NAME as the source."
    )
