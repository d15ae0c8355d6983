"""What is compiled after an installation can be imported: a name that is no more would compile nothing, unheard."""

import importlib

import pytest

from infra.embedded.precompile import MODULES


@pytest.mark.parametrize("module", MODULES.split(", "))
def test_a_module_that_is_compiled_is_there(module: str) -> None:
    assert importlib.import_module(module)
