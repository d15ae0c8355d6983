"""A misspelled field is refused with the nearest right name, in every form of a flow."""

import pytest
from pydantic import ValidationError

from flows.data import Options
from flows.parameters import FlowParameters, unknown_name
from flows.promotion.learning_policy import LearningRule
from flows.promotion.learning_request import LearningRequest
from flows.promotion.policy import PromotionRule
from flows.storage.retention import Keep


@pytest.mark.parametrize(
    ("form", "name", "meant"),
    [
        (PromotionRule, "min_improvment", "min_improvement"),
        (Keep, "day", "days"),
        (LearningRule, "cooldown", "cooldown_days"),
        (LearningRequest, "couse", "cause"),
        (Options, "max_outlier", "max_outliers"),
    ],
)
def test_a_misspelled_field_is_refused(form: type[FlowParameters], name: str, meant: str) -> None:
    with pytest.raises(ValidationError, match=f"there is no {name}: did you mean {meant}"):
        form.model_validate({name: 1})
    assert form.model_json_schema()["additionalProperties"] is False


def test_a_name_that_is_like_no_other_lists_them_all() -> None:
    assert unknown_name("zzz", ["seed", "grid"]) == "there is no zzz: choose one of grid, seed."
