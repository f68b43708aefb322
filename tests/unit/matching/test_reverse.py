"""The other way round: one person, many roles, the same scores as the roles' own lists."""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest

from talentpool.matching.brief import Brief
from talentpool.matching.index import PoolIndex
from talentpool.matching.ranking import Ranking, rank
from talentpool.matching.reverse import Fit, RolesByRun, RoleShelf, ShelvedRole
from tests.unit.matching.builders import SETTINGS, make_index, make_person

TODAY = date(2026, 11, 23)
WORDS = ["java", "sql", "kafka", "python", "nurse", "ward", "sales", "ledger", "audit", "weld"]


@pytest.fixture
def index(tmp_path: Path) -> PoolIndex:
    """Sixty people with random trades, and one whose words no role has."""
    chance = random.Random(5)
    people = [make_person(n, " ".join(chance.choices(WORDS, k=30)), stage_rank=n % 7) for n in range(1, 61)]
    return make_index(tmp_path, [*people, make_person(99, "astronaut orbit")])


def rankings(index: PoolIndex, *titles: str) -> list[Ranking]:
    return [rank(index, Brief(title=title, text=""), SETTINGS, today=TODAY, limit=5) for title in titles]


def shelf_of(found: Sequence[Ranking]) -> RoleShelf:
    return RoleShelf([ShelvedRole.of(n, one.role, one.scores) for n, one in enumerate(found, start=1)])


def fits_of(index: PoolIndex, shelf: RoleShelf, candidate_id: int) -> list[Fit]:
    return shelf.fits(index, index.row_of(candidate_id) or 0, SETTINGS, today=TODAY)


def test_a_person_has_the_score_and_the_place_of_each_roles_own_list(index: PoolIndex) -> None:
    found = rankings(index, "java sql", "nurse ward", "audit ledger")
    for candidate_id in (1, 17, 60):
        for fit in fits_of(index, shelf_of(found), candidate_id):
            ranking = found[fit.role_id - 1]
            place = ranking.candidate_ids.tolist().index(candidate_id)
            assert fit.score == pytest.approx(float(ranking.scores[place]), rel=1e-6)
            assert fit.place == pytest.approx(place + 1, abs=1)  # equal scores share a place


def test_the_best_place_comes_first_and_roles_without_a_common_word_are_left_out(index: PoolIndex) -> None:
    shelf = shelf_of(rankings(index, "java sql", "nurse ward", "audit ledger", "weld"))
    places = [fit.place for fit in fits_of(index, shelf, 8)]
    assert places == sorted(places)
    assert fits_of(index, shelf, 99) == []


def test_an_empty_shelf_fits_nobody(index: PoolIndex) -> None:
    assert fits_of(index, RoleShelf([]), 1) == []


def test_a_role_is_loaded_again_only_after_another_run(index: PoolIndex) -> None:
    found, loaded = rankings(index, "java", "sql"), list[int]()

    def load(runs: Sequence[int]) -> Iterable[ShelvedRole]:
        loaded.extend(runs)
        return [
            ShelvedRole.of(run % 10, found[run % 10 - 1].role, found[run % 10 - 1].scores) for run in runs
        ]

    kept = RolesByRun()
    first = kept.shelf({1: 11, 2: 12}, load)
    assert kept.shelf({1: 11, 2: 12}, load) is first
    kept.shelf({1: 21, 2: 12}, load)
    assert [len(kept.shelf({2: 12}, load).roles), len(kept.shelf({}, load).roles)] == [1, 0]
    assert loaded == [11, 12, 21]
