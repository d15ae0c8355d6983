"""The page's client and an API that wants keys."""

from pathlib import Path

import pytest

from service.app import create_app
from service.model_loading import disk_cache
from service.security.api_keys import format_entry, new_key
from tests.contract.conftest import has_history, without_model
from tests.service.conftest import champion, until
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.api.history import get_history
from webapp.api.model import get_champion as champion_of
from webapp.api.predictions import PredictionRequest, predict
from webapp.errors import ApiError, FailureKind

WEDNESDAY = PredictionRequest(weekday=3, season=1, holiday=0)


def test_the_page_asks_with_its_key_and_is_refused_without(tmp_path: Path) -> None:
    key = new_key()
    settings = without_model(tmp_path).model_copy(update={"api_keys": format_entry("page", ["read", "predict"], key)})
    disk_cache.save(settings.state, champion())
    with serving(create_app(settings)) as url, connect(url, 5, key) as http, connect(url, 5) as nobody:
        until(lambda: has_history(http))
        answer = predict(ApiClient(http), WEDNESDAY)
        assert [item.model_dump() for item in get_history(ApiClient(http), 5).items] == [answer.model_dump()]
        assert champion_of(ApiClient(http)).version == answer.model_version
        with pytest.raises(ApiError) as raised:
            predict(ApiClient(nobody), WEDNESDAY)
        assert raised.value.failure.kind is FailureKind.REFUSED
