"""Ids of predictions are UUIDs of version 7 whose order is the order of time."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as some

from service.prediction.ids import first_id, new_id

moments = some.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 - the zone is the next argument


@given(moments, some.integers(1, 10**9))
def test_a_later_microsecond_has_a_larger_id(moment: datetime, microseconds: int) -> None:
    assert (
        new_id(moment)
        < first_id(moment + timedelta(microseconds=microseconds))
        <= new_id(moment + timedelta(microseconds=microseconds))
    )


@given(moments)
def test_an_id_is_what_the_standard_says(moment: datetime) -> None:
    name = new_id(moment)
    assert (name.version, name.variant) == (7, "specified in RFC 4122")
    assert name.int >> 80 == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_the_zone_of_a_moment_does_not_matter() -> None:
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert first_id(moment.astimezone(timezone(timedelta(hours=-5)))) == first_id(moment)


def test_no_two_ids_are_equal() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    assert len({new_id(moment) for _ in range(10_000)}) == 10_000
