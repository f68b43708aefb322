"""When jobs are due: fixed points on the clock, the same for whoever asks, and the same the timer fires at."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.due import Daily, Due, Every

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RULES: list[Due] = [
    Daily.from_text("02:30"),
    Daily.from_text("00:00"),
    Daily.from_text("23:59"),
    Every(60),
    Every(5),
]


@pytest.mark.parametrize("due", RULES, ids=str)
@given(now=MOMENTS)
def test_the_latest_is_past_and_the_following_is_not(due: Due, now: datetime) -> None:
    assert due.latest(now) <= now < due.following(now)
    assert due.latest(due.latest(now)) == due.latest(now)
    assert due.latest(due.following(now)) == due.following(now)


@pytest.mark.parametrize("due", RULES, ids=str)
@given(now=MOMENTS)
def test_the_timer_fires_at_the_very_times_we_count_by(due: Due, now: datetime) -> None:
    fires_at = due.trigger().get_next_fire_time(None, now + timedelta(microseconds=1))
    assert fires_at == due.following(now)


def test_faults_39_the_end_of_summer_time_makes_no_day_longer() -> None:
    nightly = Daily.from_text("02:30")
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert nightly.following(before) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert nightly.following(nightly.following(before)) == datetime(2026, 10, 26, 2, 30, tzinfo=UTC)
