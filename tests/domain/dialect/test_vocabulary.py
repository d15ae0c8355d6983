"""Words of codes, and what names of columns say."""

import pytest

from domain.dialect import vocabulary


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("DayOfWeek", " Miércoles ", 3), ("DayOfWeek", "sun", 7), ("DayOfWeek", "8", 8), ("DayOfWeek", "1,0", 1),
        ("Season", "OTOÑO", 2), ("Season", "fall", 2), ("Season", "-1", -1), ("Season", "2.5", None),
        ("Holiday", "Sí", 1), ("Holiday", "FALSE", 0), ("Holiday", "9" * 30, None), ("Holiday", "", None),
    ],
)  # fmt: skip
def test_codes(column: str, text: str, code: int | None) -> None:
    assert vocabulary.code_of(column, text) == code
