"""A history says what changed, value by value."""

from hypothesis import given
from hypothesis import strategies as st

from talentpool.accounts.policy_changes import LONGEST_SHOWN, as_details, changes_between

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3))
VALUES = st.dictionaries(st.text(max_size=3), st.recursive(LEAVES, lambda inner: st.dictionaries(st.text(max_size=3), inner), max_leaves=8))  # fmt: skip


def told(before: object, after: object) -> list[tuple[str, str | None, str | None]]:
    return [
        (".".join(one.place), one.before, one.after) for one in changes_between({"it": before}, {"it": after})
    ]


def test_a_value_that_changed_is_named_with_its_place() -> None:
    assert told({"days": 90}, {"days": 60}) == [("it.days", "90", "60")]


def test_a_value_that_came_and_one_that_went_have_one_side_each() -> None:
    assert told({"a": 1}, {"b": True}) == [("it.a", "1", None), ("it.b", None, "yes")]


def test_of_a_list_only_what_went_and_what_came_is_named() -> None:
    assert told(["a", "b"], ["b", "c"]) == [("it", "a", "c")]


def test_a_long_value_is_cut() -> None:
    assert len(told("", "x" * 500)[0][2] or "") == LONGEST_SHOWN


def test_the_trail_keeps_the_first_changes_only() -> None:
    changes = changes_between({}, {str(number): number for number in range(50)})
    assert len(changes) == 50
    assert as_details(changes)[0] == ["0", None, "0"]
    assert len(as_details(changes)) == 20


@given(VALUES, VALUES)
def test_nothing_changed_exactly_when_nothing_is_listed_or_only_the_order(
    before: dict[str, object], after: dict[str, object]
) -> None:
    assert changes_between(before, before) == []
    if not changes_between(before, after):
        assert _without_empty(before) == _without_empty(after)


def _without_empty(value: object) -> object:
    """Leave out what has nothing in it: an empty table is as good as none."""
    if isinstance(value, dict):
        kept = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in ({}, None)}
    return value
