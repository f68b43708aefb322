"""Builders for people, roles and settings of the matching tests."""

from dataclasses import replace
from pathlib import Path

from talentpool.matching.accounts import Accounts
from talentpool.matching.artifact import build_index, open_index
from talentpool.matching.documents import History, PoolDocument
from talentpool.matching.index import PoolIndex
from talentpool.matching.ranking import Ranking, Scored
from talentpool.matching.settings import MatchingSettings, load_matching_settings

CONFIG = Path(__file__).resolve().parents[3] / "config"
SETTINGS = load_matching_settings(CONFIG)


def make_settings(**parts: dict[str, float]) -> MatchingSettings:
    """Give the shipped settings with some figures changed: `make_settings(role={"title_weight": 0})`."""
    changed = {name: replace(getattr(SETTINGS, name), **figures) for name, figures in parts.items()}
    return replace(SETTINGS, **changed)


def make_person(candidate_id: int, text: str, **history: object) -> PoolDocument:
    """Give one person with a resume and a history."""
    return PoolDocument(candidate_id=candidate_id, text=text, history=History(**history))


def make_index(folder: Path, people: list[PoolDocument], settings: MatchingSettings = SETTINGS) -> PoolIndex:
    """Build an index of people and open it."""
    build_index(folder, people, settings, position="p1")
    return open_index(folder, settings)


def receipt_for(index: PoolIndex, ranking: Ranking, candidate_id: int) -> Scored:
    """Account for anybody's place in a ranking as for somebody who is opened later; ValueError for nobody there."""
    place = ranking.candidate_ids.tolist().index(candidate_id)
    row = index.row_of(candidate_id)
    assert row is not None
    accounts = Accounts(index, ranking.role, ranking.settings, today=ranking.today)
    return accounts.scored([row], first_rank=place + 1)[0]
