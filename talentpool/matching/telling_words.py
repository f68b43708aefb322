"""Whether a wording tells what one advert asks for: a named skill, or words that few adverts use.

Shares come from `advert_language.tsv`, which lists the words that at least one in a hundred adverts uses.
"""

from talentpool.matching.degrees import EQUIVALENT
from talentpool.matching.item_names import KNOWN, STRONG_NAME
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import words_of

TELLING = frozenset({*KNOWN, "degrees"})
NAME_SHARE = 0.03
TOGETHER_SHARE = 0.10
"""An acronym, or the rarest of several words, that so large a share of adverts uses tells nothing."""
LEAST_PART = 4
"""Letters of either of two words that lost the space between them."""


def is_telling(wording: str, settings: MatchingSettings, *, is_alone: bool) -> bool:
    """Say whether a wording tells one job from another; `is_alone` if nothing else meets the requirement."""
    words = tuple(words_of(wording))
    kinds = settings.requirement_words.kinds_by_phrase.get(words, frozenset())
    if words in settings.text.forms or not kinds.isdisjoint(TELLING) or wording == EQUIVALENT:
        return True
    shares = [settings.advert_shares.get(word, 0.0) for word in words]
    if any(_is_glued(word, settings) for word in words):
        return False
    if len(words) > 1:
        return min(shares) < TOGETHER_SHARE
    is_name = not is_alone or STRONG_NAME.search(wording)
    return bool(shares) and (shares[0] < NAME_SHARE if is_name else not shares[0])


def _is_glued(word: str, settings: MatchingSettings) -> bool:
    """Say whether a word is two that many adverts use: "skillsexcellent"."""
    shares = settings.advert_shares
    if word in shares or (word,) in settings.text.forms:
        return False
    return any(
        word[:n] in shares and word[n:] in shares for n in range(LEAST_PART, len(word) - LEAST_PART + 1)
    )
