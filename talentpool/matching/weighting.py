"""How much a word weighs: in a resume by its mentions and rarity, in a role by rarity and the language of adverts.

weight(term, resume) = mentions ** power · idf(term) / length(resume); all figures come from the settings.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.settings import Bands, RoleWeights, WordWeights

ADVERT_FLOOR = 1 / 1347
"""The smallest share that 1,347 adverts can show; rarer words are not damped at all."""

SHORTEST_LENGTH = 0.1

COMMON_SHARE = 0.5
"""Above this share of the pool a term tells ever less; measured in docs/matching_quality.md."""


def count_table(words: WordWeights) -> NDArray[np.float64]:
    """Give what 0 to 255 mentions count for."""
    counts = np.minimum(np.arange(256), words.count_cap).astype(np.float64)
    return np.power(counts, words.count_power, where=counts > 0, out=np.zeros(256))


def rarity(
    people: int, frequencies: NDArray[np.integer], pairs: NDArray[np.bool_], words: WordWeights
) -> NDArray[np.float64]:
    """Give the smoothed inverse document frequency of terms, less for what more than half of the pool says.

    A term nobody or one person has counts as one. A pair that only one person wrote is chance wording
    and weighs nothing; its two words still do.

    >>> words = WordWeights(
    ...     count_power=1, count_cap=9, repeat_window=0, pair_weight=2, headline_words=0, headline_mentions=0
    ... )
    >>> rarity(1, np.array([1, 1]), np.array([False, True]), words).tolist()
    [1.0, 0.0]
    """
    known = np.maximum(frequencies, 1).astype(np.float64)
    idf: NDArray[np.float64] = (np.log((1 + people) / (1 + known)) + 1) * told_apart(people, known)
    worth = np.where(pairs, np.where(frequencies >= 2, words.pair_weight, 0.0), 1.0)
    return idf * worth


def told_apart(people: int, frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say how far a term can tell people apart: 1 up to half of the pool, from there on towards 0 for all of it.

    So the commonest words of a language without a stop list weigh little; on raw counts, IDF alone lets them win.

    >>> told_apart(1000, np.array([1.0, 501.0, 751.0, 1000.0])).round(3).tolist()
    [1.0, 1.0, 0.5, 0.002]
    """
    share = (frequencies - 1) / max(1, people)
    apart: NDArray[np.float64] = ((1 - share) / COMMON_SHARE).clip(0, 1)
    return apart


def advert_damping(labels: Sequence[str], shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Say how little words belong to the language of adverts: 1 for not at all, towards 0 for all of them.

    >>> advert_damping(["experience", "kafka"], {"experience": 0.87}).round(3).tolist()
    [0.019, 1.0]
    """
    found = np.maximum([shares.get(label, 0.0) for label in labels], ADVERT_FLOOR)
    damping: NDArray[np.float64] = np.log(found) / math.log(ADVERT_FLOOR)
    return damping


def advert_part(terms: int, role: RoleWeights) -> float:
    """Say how far a role of so many terms is an advert: 0 for a list of key words, 1 for an advert."""
    span = max(1.0, role.long_terms - role.short_terms)
    return min(1.0, max(0.0, (terms - role.short_terms) / span))


def length_slope(terms: int, role: RoleWeights) -> float:
    """Say how far a resume's length counts against it: little for key words, fully for an advert."""
    return role.short_slope + (role.long_slope - role.short_slope) * advert_part(terms, role)


def band_shares(terms: int, bands: Bands, role: RoleWeights) -> tuple[float, float]:
    """Give the shares of a role's words from which a match is strong, and from which it is good."""
    part = advert_part(terms, role)
    strong = bands.strong_key_words + (bands.strong_advert - bands.strong_key_words) * part
    return strong, bands.good_key_words + (bands.good_advert - bands.good_key_words) * part


def pivoted(
    norms: NDArray[np.float64], pivot: float, slope: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mix each resume's own length with the usual one (Singhal, Buckley, Mitra 1996); never below a tenth of it.

    So a resume of two words is not the best match for everything it mentions.
    """
    mixed = (1 - slope) * pivot + slope * norms
    return np.maximum(mixed, SHORTEST_LENGTH * pivot)
