"""What must not change a list, and by how much what changes it does: the order of the pool, a term of the role."""

import random
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import building
from talentpool.matching.brief import Brief
from talentpool.matching.documents import PoolDocument
from talentpool.matching.ranking import Ranking, rank
from tests.unit.matching.builders import SETTINGS, make_index, make_person, receipt_for

TODAY = date(2026, 11, 23)
WORDS = ["java", "sql", "kafka", "python", "nurse", "ward", "sales", "k8s", "lager", "and", "c++", "audit"]
BRIEF = Brief(title="java sql", text="kafka python nurse ward and audit, c++")

careers = st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), min_size=2, max_size=16)


def people_of(texts: list[str]) -> list[PoolDocument]:
    """Give every career twice, so that there are ties."""
    return [make_person(n + 1, text, stage_rank=n % 3) for n, text in enumerate(texts + texts)]


def ranked_over(people: list[PoolDocument]) -> Ranking:
    """Rank over an index of two segments, half of the people in each."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "SEGMENT_PEOPLE", len(people) // 2)
        index = make_index(Path(folder), people)
        assert len(index.segments) == 2
        return rank(index, BRIEF, SETTINGS, today=TODAY, limit=100)


@given(texts=careers, seed=st.integers(0, 99))
def test_the_order_in_which_people_came_changes_nothing_in_two_segments_either(
    texts: list[str], seed: int
) -> None:
    people = people_of(texts)
    one, other = ranked_over(people), ranked_over(random.Random(seed).sample(people, len(people)))
    assert one.candidate_ids.tolist() == other.candidate_ids.tolist()
    assert one.scores.tolist() == other.scores.tolist()
    assert [scored.receipt.lines for scored in one.top] == [scored.receipt.lines for scored in other.top]


def test_equal_people_of_two_segments_come_by_number() -> None:
    texts = ["java sql kafka"] * 6
    people = [make_person(n, text) for n, text in zip((5, 2, 9, 1, 7, 4), texts, strict=True)]
    ranking = ranked_over(people)
    assert ranking.candidate_ids.tolist() == [1, 2, 4, 5, 7, 9]
    assert len(set(ranking.scores.tolist())) == 1


@given(texts=careers, pick=st.integers(0, 50))
def test_without_one_term_of_the_role_a_total_differs_by_what_its_receipt_said(
    texts: list[str], pick: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = make_index(Path(folder), people_of(texts))
        ranking = rank(index, BRIEF, SETTINGS, today=TODAY, limit=100)
        dropped = ranking.role.terms[pick % len(ranking.role.terms)]
        rest = tuple(term for term in ranking.role.terms if term.hash != dropped.hash)
        held = replace(ranking, role=replace(ranking.role, terms=rest))
        for scored in ranking.top:
            said = sum(
                line.value
                for line in scored.receipt.lines
                if line.kind != "signal" and line.label == dropped.label
            )
            now = receipt_for(index, held, scored.candidate_id)
            signals = sum(line.value for line in scored.receipt.lines if line.kind == "signal")
            is_bare = all(
                line.kind == "signal" or line.label == dropped.label for line in scored.receipt.lines
            )
            expected = scored.score - said - (signals if is_bare else 0.0)
            assert now.score == pytest.approx(expected, abs=1e-9)
