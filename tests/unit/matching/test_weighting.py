"""How much a term weighs by how many people have it."""

import math
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.brief import Brief
from talentpool.matching.ranking import rank
from talentpool.matching.weighting import rarity, told_apart
from tests.unit.matching.builders import SETTINGS, make_index, make_person


def worth(people: int, *frequencies: int, is_pair: bool = False) -> list[float]:
    pairs = np.full(len(frequencies), is_pair)
    return rarity(people, np.array(frequencies), pairs, SETTINGS.words).tolist()


@given(people=st.integers(1, 100_000), data=st.data())
def test_a_term_weighs_less_the_more_people_have_it_and_never_nothing(
    people: int, data: st.DataObject
) -> None:
    fewer, more = sorted(data.draw(st.tuples(st.integers(1, people), st.integers(1, people))))
    light, heavy = worth(people, more)[0], worth(people, fewer)[0]
    assert 0 < light <= heavy


@given(people=st.integers(0, 100_000), frequency=st.integers(0, 50_000))
def test_what_at_most_half_of_the_pool_says_keeps_its_plain_idf(people: int, frequency: int) -> None:
    frequency = min(frequency, people // 2)
    plain = math.log((1 + people) / (1 + max(1, frequency))) + 1
    assert math.isclose(worth(people, frequency)[0], plain)


def test_a_pair_of_one_person_is_chance_wording_and_one_of_two_is_not() -> None:
    assert worth(100, 1, is_pair=True) == [0.0]
    assert worth(100, 2, is_pair=True) == [worth(100, 2)[0] * SETTINGS.words.pair_weight]
    assert told_apart(10, np.array([2.0])).tolist() == [1.0]


def test_words_that_everybody_writes_do_not_decide_in_a_language_without_stop_words() -> None:
    settings = replace(SETTINGS, stop_words={}, advert_shares={})
    glue = "och att det som har "
    texts = [
        f"{glue * 12} sjuksköterska akutvård",
        f"{glue * 2} svetsare verkstad",
        f"{glue * 12} ekonom bokslut",
    ]
    people = [make_person(n, text) for n, text in enumerate(texts * 30, start=1)]
    brief = Brief(title=None, text=f"{glue * 2} svetsare {glue * 2}")
    with tempfile.TemporaryDirectory() as folder:
        index = make_index(Path(folder), people, settings)
        ranking = rank(index, brief, settings, today=date(2026, 1, 1))
    assert {n % 3 for n in ranking.candidate_ids.tolist()[:30]} == {2}
