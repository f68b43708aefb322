"""Slots in hand-written sentences."""

import pytest

from talentpool.errors import InvalidInputError
from talentpool.sample_pool.wording import chance_for, fill, shuffled


def test_number_lies_between_its_bounds() -> None:
    drawn = {fill("{3-5}", chance_for(turn), facts={}) for turn in range(60)}

    assert drawn == {"3", "4", "5"}


def test_large_numbers_are_round_and_written_with_separators() -> None:
    assert fill("{9,000-90,000} orders", chance_for(2), facts={}).endswith("00 orders")
    assert "," in fill("{9,000-90,000}", chance_for(2), facts={})


def test_german_text_writes_numbers_the_german_way() -> None:
    assert (
        fill("{1.5-1.5} Mio. von {2,000-2,000}", chance_for(1), facts={}, comma=True) == "1,5 Mio. von 2.000"
    )


def test_alternatives_are_all_used_and_may_hold_further_slots() -> None:
    drawn = {fill("{cut|saved {1-2} {unit}}", chance_for(turn), facts={"unit": "days"}) for turn in range(60)}

    assert drawn == {"Cut", "Saved 1 days", "Saved 2 days"}


def test_empty_alternative_leaves_no_gap_in_the_sentence() -> None:
    assert fill("calm {|} people , always", chance_for(1), facts={}) == "Calm people, always"


def test_fact_that_holds_alternatives_is_written_in_several_ways() -> None:
    drawn = {
        fill("{tool}", chance_for(turn), facts={"tool": "{Kubernetes|k8s}"}, capital=False)
        for turn in range(40)
    }

    assert drawn == {"Kubernetes", "k8s"}


def test_fact_nobody_has_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="'clowd'"):
        fill("Moved to {clowd}", chance_for(1), facts={})


def test_same_chance_shuffles_alike_and_keeps_the_given_list() -> None:
    given = list(range(20))

    assert shuffled(given, chance_for("deck")) == shuffled(given, chance_for("deck")) != given
    assert given == list(range(20))
