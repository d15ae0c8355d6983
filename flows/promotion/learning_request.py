"""What the watch asks of a training. Knows no data, model or server."""

from datetime import date

from pydantic import Field

from flows.parameters import FlowParameters


class LearningRequest(FlowParameters):
    """Why a training was started, and what it has to learn. The watch fills it in."""

    since: date | None = Field(None, description="first day of a change of level to learn; empty: train on all days")
    cause: str = Field("", max_length=100, description="what started the training, for the record")
    decision_id: str = Field("", max_length=100, description="the cause's id: a training is carried out once for it")
    evidence: str = Field("", max_length=1000, description="what was known, for the record")
