"""Feedback: the role borrows words from its own best hits (Rocchio 1971, without judgements).

People who fit a role share words the advert never mentions. They are weighed by how well each hit fits, and
only words that several of the hits have are taken, so no single resume's names or quirks get in.
"""

from collections.abc import Sequence

import numpy as np

from talentpool.matching.index import PoolIndex
from talentpool.matching.role import RoleTerm, WeightedTerms, scaled
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, rarity


def related_words(
    index: PoolIndex, hits: Sequence[tuple[int, float]], settings: MatchingSettings
) -> WeightedTerms:
    """Give the weightiest terms of the mean of some hits, given as (row, score); scaled to length 1."""
    shares = np.array([max(0.0, score) for _, score in hits]) ** settings.feedback.score_power
    parts = [
        _weighted_row(index, row, share, settings)
        for (row, _), share in zip(hits, (shares / shares.sum()).tolist(), strict=True)
    ]
    every = _joined(parts)
    keys, first, numbers = np.unique(every.hashes, return_index=True, return_inverse=True)
    sums = np.bincount(numbers, every.weights) * every.rarities[first] ** settings.feedback.rarity_power
    usable = np.flatnonzero(np.bincount(numbers) >= min(settings.feedback.least_people, len(hits)))
    chosen = usable[np.lexsort((keys[usable], -sums[usable]))][: int(settings.feedback.terms)]
    return every.chosen(first[chosen], scaled(sums[chosen]))


def mixed_in(own: WeightedTerms, related: WeightedTerms, weight: float) -> WeightedTerms:
    """Add related words to the role's own, which come first, in their order; all scaled to length 1."""
    strengths = weight * related.weights
    place_by_hash = {key: n for n, key in enumerate(related.hashes.tolist())}
    own_weights, is_new = own.weights.copy(), np.ones(len(strengths), bool)
    for n, key in enumerate(own.hashes.tolist()):
        if key in place_by_hash:
            place = place_by_hash[key]
            own_weights[n] += strengths[place]
            is_new[place] = False
    new = np.flatnonzero(is_new)
    whole = _joined([own, related.chosen(new, strengths[new])])
    weights = scaled(np.concatenate((own_weights, strengths[new])))
    return whole.chosen(np.arange(len(weights)), weights)


def written_out(index: PoolIndex, own: Sequence[RoleTerm], terms: WeightedTerms) -> tuple[RoleTerm, ...]:
    """Name every term: the role's own as it writes them, related ones as the resumes they are from."""
    weights, rarities = terms.weights.tolist(), terms.rarities.tolist()
    named = [term.reweighed(weight) for term, weight in zip(own, weights, strict=False)]
    for n in range(len(own), len(weights)):
        label = index.segments[int(terms.segments[n])].label(int(terms.places[n]))
        named.append(
            RoleTerm(
                hash=int(terms.hashes[n]), label=label, written=label, kind="related", own_weight=0.0,
                is_pair=bool(terms.is_pair[n]), rarity=rarities[n], weight=weights[n],
            )
        )  # fmt: skip
    return tuple(named)


def _weighted_row(index: PoolIndex, row: int, share: float, settings: MatchingSettings) -> WeightedTerms:
    """Weigh the terms of one resume, as a cosine does, by the share it has in the mean."""
    number, inner = index.place_of(row)
    segment, weights = index.segments[number], index.weights[number]
    terms, counts = segment.row(inner)
    is_pair = segment.arrays["term_rights"][terms] >= 0
    rarities = rarity(index.snapshot_people, weights["frequencies"][terms], is_pair, settings.words)
    length = float(weights["norms"][inner]) or 1.0
    return WeightedTerms(
        hashes=segment.term_hashes[terms],
        is_pair=is_pair,
        rarities=rarities,
        weights=count_table(settings.words)[counts] * rarities * (share / length),
        segments=np.full(len(terms), number, np.int64),
        places=terms.astype(np.int64),
    )


def _joined(parts: Sequence[WeightedTerms]) -> WeightedTerms:
    return WeightedTerms(
        hashes=np.concatenate([part.hashes for part in parts]),
        is_pair=np.concatenate([part.is_pair for part in parts]),
        rarities=np.concatenate([part.rarities for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        segments=np.concatenate([part.segments for part in parts]),
        places=np.concatenate([part.places for part in parts]),
    )
