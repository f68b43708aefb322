"""Filters of a list: a choice's number is the length of the list after a click, however choices join."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talentpool.rediscovery.match_filters import FILTERS, Choice, Chosen, Sieve, toggled

PEOPLE = 12
VALUES = ("a", "b", "c")

some_places = st.sets(st.integers(0, PEOPLE - 1)).map(lambda places: np.array(sorted(places), np.int64))
choices = st.lists(some_places, min_size=len(VALUES), max_size=len(VALUES))
lists = st.fixed_dictionaries({one.key: choices for one in FILTERS})
clicks = st.lists(
    st.tuples(st.sampled_from([one.key for one in FILTERS]), st.sampled_from(VALUES)), max_size=8
)


def sieve_of(found: dict[str, list[np.ndarray]]) -> Sieve:
    def choices_of(key: str) -> list[Choice]:
        return [
            Choice(value=value, label=value, places=places)
            for value, places in zip(VALUES, found[key], strict=True)
        ]

    return Sieve(PEOPLE, choices_of)


def after(clicked: list[tuple[str, str]]) -> Chosen:
    chosen: Chosen = {}
    for key, value in clicked:
        chosen = toggled(chosen, key, value)
    return chosen


@given(found=lists, clicked=clicks)
def test_every_number_is_what_its_click_leaves(found: dict[str, list[np.ndarray]], clicked: list) -> None:
    sieve, chosen = sieve_of(found), after(clicked)
    for one in FILTERS:
        for value, left in sieve.counts(one.key, chosen).items():
            assert left == sieve.left(toggled(chosen, one.key, value)), (one.key, value)


@given(found=lists, clicked=clicks)
def test_nothing_on_is_everybody_and_taking_all_away_brings_everybody_back(
    found: dict[str, list[np.ndarray]], clicked: list
) -> None:
    sieve, chosen = sieve_of(found), after(clicked)
    assert sieve.left({}) == PEOPLE
    assert sieve.left(chosen) <= PEOPLE
    for key, values in list(chosen.items()):
        for value in values:
            chosen = toggled(chosen, key, value)
    assert chosen == {}


def test_a_second_click_takes_a_choice_away_again() -> None:
    once = toggled({}, "band", "strong")
    assert once == {"band": ("strong",)}
    assert toggled(once, "band", "strong") == {}


def test_one_choice_takes_the_place_of_the_other_where_both_make_no_sense() -> None:
    assert toggled({"stage": ("screened",)}, "stage", "offered") == {"stage": ("offered",)}


def test_words_narrow_a_list_down_together_and_places_widen_it() -> None:
    nobody, first, both = (np.array(places, np.int64) for places in ([], [0], [0, 1]))
    sieve = sieve_of({one.key: [first, both, nobody] for one in FILTERS})
    assert sieve.left({"word": ("a", "b")}) == 1
    assert sieve.left({"city": ("a", "b")}) == 2
    assert sieve.left({"without": ("a", "b")}) == PEOPLE - 2


def test_what_nobody_meets_leaves_nobody() -> None:
    nobody = np.array([], np.int64)
    sieve = sieve_of({one.key: [nobody] * 3 for one in FILTERS})
    assert sieve.left({"city": ("Atlantis",)}) == 0
