"""Every file that a message names is found, wherever it stands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.middleware.file_references import MAX_DEPTH, file_objects

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=10,
)
FILES = st.sampled_from(
    [
        {"path": "/a"},
        {"url": "/a"},
        {"path": 1},
        {"path": "/a", "url": None, "meta": {"_type": "gradio.FileData"}},
        {"meta": {"_type": "gradio.FileData"}},
        {"path": "/a", "meta": "x"},
    ]
)
STEPS = st.lists(st.tuples(st.booleans(), PLAIN), max_size=10)


def planted(file: object, steps: list[tuple[bool, Any]]) -> object:
    """Return a message with `file` under so many levels, with other values beside it on each."""
    for in_list, beside in steps:
        file = [beside, file] if in_list else {"beside": beside, "a": file}
    return file


@given(FILES, STEPS)
def test_a_file_is_found_at_every_depth(file: dict[str, Any], steps: list[tuple[bool, Any]]) -> None:
    assert file in list(file_objects(planted(file, steps)))


@given(PLAIN)
def test_a_message_without_files_names_none(message: object) -> None:
    assert list(file_objects(message)) == []


def test_a_file_inside_a_file_is_found() -> None:
    inner = {"path": "/b"}
    assert inner in list(file_objects({"path": "/a", "meta": {"_type": "gradio.FileData", "more": [inner]}}))


def test_a_message_that_is_nested_too_deep_is_an_error() -> None:
    deep: list[Any] = []
    for _ in range(MAX_DEPTH):
        deep = [deep]
    with pytest.raises(ValueError, match="nested deeper"):
        list(file_objects(deep))
