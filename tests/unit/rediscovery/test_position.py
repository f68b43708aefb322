"""A position in the list of changes loses nothing, whatever the order in which rows are committed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from talentpool.rediscovery.position import LONGEST_TRANSACTION, Position

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = Position(installation="here", through=0)


def unseen(position: Position, ids: set[int]) -> set[int]:
    in_gaps = {one for gap in position.gaps for one in range(gap.first, gap.last + 1)}
    return {one for one in ids if one > position.through or one in in_gaps}


@given(st.lists(st.sets(st.integers(min_value=1, max_value=60), max_size=20), max_size=8))
def test_every_row_is_seen_exactly_once(arrivals: list[set[int]]) -> None:
    position, committed, seen = START, set[int](), list[int]()
    for arrived in arrivals:
        committed |= arrived
        pending = unseen(position, committed)
        seen += sorted(pending)
        position = position.moved_past(pending, now=NOW)
    assert sorted(seen) == sorted(committed)


def test_a_gap_is_forgotten_when_no_transaction_can_be_that_old() -> None:
    passed = START.moved_past([5], now=NOW)
    assert unseen(passed, {3}) == {3}
    later = passed.moved_past([], now=NOW + LONGEST_TRANSACTION + timedelta(seconds=1))
    assert later.gaps == ()


@given(st.sets(st.integers(min_value=1, max_value=200)))
def test_a_position_survives_being_written(ids: set[int]) -> None:
    position = START.moved_past(ids, now=NOW)
    assert Position.from_text(position.to_text()) == position


def test_what_is_no_position_is_none() -> None:
    assert Position.from_text(None) is None
    assert Position.from_text("evaluation") is None
