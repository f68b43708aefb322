"""Feedback: what the best hits and people the team has judged lend a role, and how the receipt shows it."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import compiled
from talentpool.matching.brief import Brief
from talentpool.matching.documents import PoolDocument
from talentpool.matching.ranking import Judgements, Ranking, rank
from tests.unit.matching.builders import SETTINGS, make_index, make_person, make_settings

TODAY = date(2026, 11, 23)
BRIEF = Brief(title="Accountant", text="ledger")


@pytest.fixture
def people() -> list[PoolDocument]:
    """Accountants of two kinds, and others whose words are not theirs."""
    audits = [make_person(n, f"accountant ledger audit assurance fieldwork part{n}") for n in range(1, 6)]
    taxes = [make_person(n, f"accountant ledger tax returns filings part{n}") for n in range(6, 11)]
    others = [make_person(n, f"nurse ward triage patients shift{n}") for n in range(11, 40)]
    return [*audits, *taxes, *others]


def rank_judged(folder: Path, people: list[PoolDocument], **judged: tuple[int, ...]) -> Ranking:
    return rank(make_index(folder, people), BRIEF, SETTINGS, today=TODAY, judged=Judgements(**judged))


def test_people_like_those_shortlisted_move_up_and_the_receipt_says_so(
    tmp_path: Path, people: list[PoolDocument]
) -> None:
    ranking = rank_judged(tmp_path, people, shortlisted=(6, 7))
    assert set(ranking.candidate_ids[:5].tolist()) == {6, 7, 8, 9, 10}
    lines = {line.label: line for line in ranking.top[0].receipt.lines if line.kind == "shortlisted"}
    assert lines["tax"].value > 0
    assert "part6" not in lines


def test_people_like_those_dismissed_move_down_and_the_receipt_says_so(
    tmp_path: Path, people: list[PoolDocument]
) -> None:
    ranking = rank_judged(tmp_path, people, dismissed=(1, 2))
    assert set(ranking.candidate_ids[:5].tolist()) == {6, 7, 8, 9, 10}
    [audited] = [one for one in ranking.top if one.candidate_id == 3]
    against = [line for line in audited.receipt.lines if line.kind == "dismissed"]
    assert {line.label for line in against} >= {"audit", "assurance"}
    assert all(line.value < 0 for line in against)
    assert audited.receipt.recomputed() == audited.score


def test_a_judgement_taken_back_leaves_no_trace(tmp_path: Path, people: list[PoolDocument]) -> None:
    index = make_index(tmp_path, people)
    before = rank(index, BRIEF, SETTINGS, today=TODAY)
    judged = rank(index, BRIEF, SETTINGS, today=TODAY, judged=Judgements(shortlisted=(6,)))
    after = rank(index, BRIEF, SETTINGS, today=TODAY, judged=Judgements())
    assert judged.scores.tolist() != before.scores.tolist()
    assert after.top == before.top
    assert after.scores.tolist() == before.scores.tolist()


def test_somebody_judged_who_is_in_the_pool_no_more_is_passed_over(
    tmp_path: Path, people: list[PoolDocument]
) -> None:
    with_ghost, without = (
        rank_judged(tmp_path, people, dismissed=(1, 999)),
        rank_judged(tmp_path, people, dismissed=(1,)),
    )
    assert with_ghost.scores.tolist() == without.scores.tolist()


def test_judgements_do_not_make_a_role_of_nothing(tmp_path: Path, people: list[PoolDocument]) -> None:
    index = make_index(tmp_path, people)
    ranking = rank(
        index, Brief(title=None, text="the and"), SETTINGS, today=TODAY, judged=Judgements(shortlisted=(1,))
    )
    assert not ranking.scores.any()


def test_without_their_weights_judgements_change_nothing(tmp_path: Path, people: list[PoolDocument]) -> None:
    off = make_settings(feedback={"shortlisted_weight": 0.0, "dismissed_weight": 0.0})
    index = make_index(tmp_path, people, off)
    judged = rank(index, BRIEF, off, today=TODAY, judged=Judgements(shortlisted=(6,), dismissed=(1,)))
    assert judged.scores.tolist() == rank(index, BRIEF, off, today=TODAY).scores.tolist()


@given(values=st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), min_size=1))
def test_keys_are_numbered_the_same_compiled_and_plain(values: list[int]) -> None:
    keys = np.array(values, np.uint64)
    plain = compiled.number_keys(keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "COMPILED_SIZE", 1)
        quick = compiled.number_keys(keys)
    assert [one.tolist() for one in plain] == [one.tolist() for one in quick]
    assert keys[plain[0]][plain[1]].tolist() == values


@given(known=st.sets(st.integers(0, 2**64 - 1)), wanted=st.lists(st.integers(0, 2**64 - 1)), data=st.data())
def test_hashes_are_found_compiled_as_with_plain_arrays(
    known: set[int], wanted: list[int], data: st.DataObject
) -> None:
    wanted += data.draw(st.lists(st.sampled_from(sorted(known)))) if known else []
    ascending, asked = np.array(sorted(known), np.uint64), np.array(wanted, np.uint64)
    plain = compiled.places_of(ascending, asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "COMPILED_SIZE", 0)
        quick = compiled.places_of(ascending, asked) if known else plain
    assert plain.tolist() == quick.tolist()
    assert [known_at >= 0 for known_at in plain.tolist()] == [key in known for key in wanted]
