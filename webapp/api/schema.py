"""What every answer of the API has in common, as the page reads it. What single calls answer stands in `webapp/api`."""

from pydantic import BaseModel, ConfigDict


class ApiModel(BaseModel):
    """An answer, or a part of one."""

    # The API may grow fields that the page does not know yet.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
