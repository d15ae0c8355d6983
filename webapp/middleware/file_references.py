"""Finds the files that a message names, however deep inside it. Pure: reads no file and imports no framework."""

from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 64
_NAMING = {"path", "url"}


def file_objects(message: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a JSON message that names a file, or says that it is one.

    A file is what Gradio takes for one, `{"path": …, "url": …, "meta": {"_type": "gradio.FileData"}}`, and every part
    of that. Raises ValueError if the message is nested deeper than `MAX_DEPTH`.
    """
    pending = [(message, 1)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"the message is nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, dict):
            if _names_file(value):
                yield value
            pending += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            pending += [(inner, depth + 1) for inner in value]


def _names_file(value: dict[str, Any]) -> bool:
    meta = value.get("meta")
    declared = isinstance(meta, dict) and "FileData" in str(meta.get("_type"))
    return declared or any(value.get(key) is not None for key in _NAMING)
