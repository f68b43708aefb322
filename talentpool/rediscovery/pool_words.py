"""Who in the pool mentions a word: asked of the matching index, so that search and matching agree."""

from talentpool.candidates.pool_matches import Mentioned
from talentpool.matching.index import PoolIndex
from talentpool.matching.role import phrase_hashes
from talentpool.matching.scan import rows_with_all
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import words_of


def people_mentioning(index: PoolIndex, wording: str, settings: MatchingSettings) -> Mentioned | None:
    """Find everybody whose resume mentions a wording, by any of its aliases.

    A longer phrase is known by its pairs of neighbours only, and is then not exact. None for words that the
    index does not keep.
    """
    rules, hashes = settings.text, phrase_hashes(wording, settings.text)
    if not hashes:
        return None
    is_whole = len(words_of(wording)) <= 1 or hashes == (rules.term_hash(rules.canonical(wording)),)
    return Mentioned(ids=index.ids_by_row[rows_with_all(index, hashes) & index.alive], is_exact=is_whole)
