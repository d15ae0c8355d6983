"""Reads which model serves. Knows the API's words for it, no HTTP library."""

from pydantic import AwareDatetime, Field

from webapp.api.client import ApiClient
from webapp.api.schema import ApiModel


class Champion(ApiModel):
    """The model that serves now. `weekday_means` are units, by weekday 1 to 7 from Monday."""

    version: str
    trained_at: AwareDatetime
    weekday_means: dict[int, float] = Field(default_factory=dict)


def get_champion(api: ApiClient) -> Champion:
    """Read which model serves. Raises ApiError, of kind NO_MODEL before the first training."""
    return api.request(Champion, "GET", "/model")
