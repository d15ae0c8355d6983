"""Which pages there are, in the order of the navigation."""

from webapp.pages import batch, data, forecast, model, predictions, registry
from webapp.pages.base import Page

PAGES: tuple[Page, ...] = (
    predictions.PAGE,
    forecast.PAGE,
    batch.PAGE,
    registry.PAGE,
    data.PAGE,
    model.PAGE,
)
