"""The base of the models that flows take as parameters: a misspelled field is refused, with the nearest right name."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


def unknown_name(name: str, known: Iterable[str]) -> str:
    """Say that there is no such name, and which one was probably meant."""
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1)
    meant = f"did you mean {nearest[0]}?" if nearest else f"choose one of {', '.join(names)}."
    return f"there is no {name}: {meant}"


class FlowParameters(BaseModel):
    """A frozen form of a flow. Raises ValidationError for a field that it does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, values: Any) -> Any:
        unknown = [name for name in values if name not in cls.model_fields] if isinstance(values, dict) else []
        if unknown:
            raise ValueError("; ".join(unknown_name(str(name), cls.model_fields) for name in unknown))
        return values
