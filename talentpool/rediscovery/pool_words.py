"""Who in the pool mentions a word: asked of the matching index, so that search and matching agree."""

from talentpool.matching.index import PoolIndex
from talentpool.matching.role import phrase_hashes
from talentpool.matching.scan import rows_with_all
from talentpool.matching.settings import MatchingSettings


def people_mentioning(index: PoolIndex, wording: str, settings: MatchingSettings) -> set[int]:
    """Find the ids of everybody whose resume mentions a wording, by any of its aliases."""
    rows = rows_with_all(index, phrase_hashes(wording, settings.text))
    return set(index.candidate_ids[rows].tolist())
