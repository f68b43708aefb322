"""Feedback: the role borrows words from its own best hits (Rocchio 1971, without judgements).

People who fit a role share words the advert never mentions. They are weighed by how well each hit fits, and
only words that several of the hits have are taken, so no single resume's names or quirks get in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.index import PoolIndex
from talentpool.matching.role import RoleTerm, WeightedTerms, scaled
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, rarity


@dataclass(frozen=True, kw_only=True, eq=False)
class Related:
    """Words of the best hits, weightiest first, each with a row of the index that has it."""

    hashes: NDArray[np.uint64]
    weights: NDArray[np.float64]
    rows: NDArray[np.int64]


def related_words(index: PoolIndex, hits: Sequence[tuple[int, float]], settings: MatchingSettings) -> Related:
    """Give the weightiest terms of the mean of some hits, given as (row, score); scaled to length 1."""
    shares = np.array([max(0.0, score) for _, score in hits]) ** settings.feedback.score_power
    shares /= shares.sum()
    rows = [row for row, _ in hits]
    parts = [
        _weighted_row(index, row, share, settings) for row, share in zip(rows, shares.tolist(), strict=True)
    ]
    keys, first, numbers = np.unique(
        np.concatenate([part[0] for part in parts]), return_index=True, return_inverse=True
    )
    people = np.bincount(numbers)
    idf = np.log((1 + index.snapshot_people) / (1 + index.frequencies(keys))) + 1
    sums = (
        np.bincount(numbers, np.concatenate([part[1] for part in parts]))
        * idf**settings.feedback.rarity_power
    )
    usable = np.flatnonzero(people >= min(settings.feedback.least_people, len(hits)))
    chosen = usable[np.lexsort((keys[usable], -sums[usable]))][: int(settings.feedback.terms)]
    origins = np.repeat(rows, [len(part[0]) for part in parts])
    return Related(hashes=keys[chosen], weights=scaled(sums[chosen]), rows=origins[first[chosen]])


def mixed_in(
    index: PoolIndex, own: WeightedTerms, related: Related, settings: MatchingSettings
) -> WeightedTerms:
    """Add related words to the role's own, which come first, in their order; all scaled to length 1."""
    weights = settings.feedback.weight * related.weights
    place_by_hash = {key: n for n, key in enumerate(related.hashes.tolist())}
    shared = [(n, place_by_hash[key]) for n, key in enumerate(own.hashes.tolist()) if key in place_by_hash]
    own_weights = own.weights.copy()
    for place, related_place in shared:
        own_weights[place] += weights[related_place]
    new = np.setdiff1d(np.arange(len(weights)), [related_place for _, related_place in shared])
    hashes = related.hashes[new]
    is_pair = np.array(
        [_is_pair(index, key, row) for key, row in zip(hashes, related.rows[new], strict=True)], bool
    )
    rarities = rarity(index.snapshot_people, index.frequencies(hashes), is_pair, settings.words)
    return WeightedTerms(
        hashes=np.concatenate((own.hashes, hashes)),
        is_pair=np.concatenate((own.is_pair, is_pair)),
        rarities=np.concatenate((own.rarities, rarities)),
        weights=scaled(np.concatenate((own_weights, weights[new]))),
        rows=np.concatenate((own.rows, related.rows[new])),
    )


def written_out(index: PoolIndex, own: Sequence[RoleTerm], terms: WeightedTerms) -> tuple[RoleTerm, ...]:
    """Name every term: the role's own as it writes them, related ones as the resumes they are from."""
    weights, rarities = terms.weights.tolist(), terms.rarities.tolist()
    named = [term.reweighed(weight) for term, weight in zip(own, weights, strict=False)]
    for n in range(len(own), len(weights)):
        segment = index.segments[index.place_of(int(terms.rows[n]))[0]]
        label = segment.label(int(segment.find(terms.hashes[n : n + 1])[0]))
        named.append(
            RoleTerm(
                hash=int(terms.hashes[n]), label=label, written=label, kind="related", own_weight=0.0,
                is_pair=bool(terms.is_pair[n]), rarity=rarities[n], weight=weights[n],
            )
        )  # fmt: skip
    return tuple(named)


def _weighted_row(
    index: PoolIndex, row: int, share: float, settings: MatchingSettings
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    number, inner = index.place_of(row)
    segment, weights = index.segments[number], index.weights[number]
    terms, counts = segment.row(inner)
    pairs = segment.arrays["term_rights"][terms] >= 0
    idf = rarity(index.snapshot_people, weights["frequencies"][terms], pairs, settings.words)
    length = float(weights["norms"][inner]) or 1.0
    return segment.term_hashes[terms], count_table(settings.words)[counts] * idf * (share / length)


def _is_pair(index: PoolIndex, key: np.uint64, row: int) -> bool:
    segment = index.segments[index.place_of(int(row))[0]]
    place = int(segment.find(np.array([key], np.uint64))[0])
    return bool(segment.arrays["term_rights"][place] >= 0)
