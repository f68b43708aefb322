"""Feedback: the role borrows words from its own best first hits (Rocchio 1971, without judgements).

People who fit a role share words the advert never mentions. They are weighed by how well each hit fits, and
only words that several of the hits have are taken, so no single resume's names or quirks get in.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.index import PoolIndex
from talentpool.matching.role import RoleTerm, scaled
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, rarity


def with_related_words(
    index: PoolIndex,
    own: Sequence[RoleTerm],
    best: Sequence[tuple[int, float]],
    settings: MatchingSettings,
) -> tuple[RoleTerm, ...]:
    """Mix related words into the role; `best` are the first hits as (row, score), best first.

    Own terms come first, in their order, then related ones by weight; all scaled to length 1 together.
    """
    best = [(row, score) for row, score in best if score > 0]
    if not best or not settings.feedback.weight or not settings.feedback.terms:
        return tuple(own)
    keys, strengths, origins = _centre(index, best, settings)
    strengths = settings.feedback.weight * scaled(strengths)
    strength_by_key = dict(zip(keys.tolist(), strengths.tolist(), strict=True))
    mixed = [replace(term, weight=term.own_weight + strength_by_key.pop(term.hash, 0.0)) for term in own]
    for key, strength, origin in zip(keys.tolist(), strengths.tolist(), origins.tolist(), strict=True):
        if key in strength_by_key:
            mixed.append(_related(index, key, strength, origin, settings))
    weights = scaled(np.array([term.weight for term in mixed]))
    return tuple(replace(term, weight=float(weight)) for term, weight in zip(mixed, weights, strict=True))


def _centre(
    index: PoolIndex, best: Sequence[tuple[int, float]], settings: MatchingSettings
) -> tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.int64]]:
    """Give the weightiest terms of the hits' mean: hash, weight, and a row that has the term."""
    shares = np.array([score for _, score in best]) ** settings.feedback.score_power
    shares /= shares.sum()
    parts = [
        _weighted_row(index, row, share, settings)
        for (row, _), share in zip(best, shares.tolist(), strict=True)
    ]
    hashes = np.concatenate([part[0] for part in parts])
    weights = np.concatenate([part[1] for part in parts])
    rows = np.repeat([row for row, _ in best], [len(part[0]) for part in parts])
    keys, first, numbers = np.unique(hashes, return_index=True, return_inverse=True)
    people = np.bincount(numbers)
    idf = np.log((1 + index.snapshot_people) / (1 + index.frequencies(keys))) + 1
    sums = np.bincount(numbers, weights) * idf**settings.feedback.rarity_power
    usable = np.flatnonzero(people >= min(settings.feedback.least_people, len(best)))
    chosen = usable[np.lexsort((keys[usable], -sums[usable]))][: int(settings.feedback.terms)]
    return keys[chosen], sums[chosen], rows[first[chosen]]


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


def _related(index: PoolIndex, key: int, strength: float, row: int, settings: MatchingSettings) -> RoleTerm:
    segment = index.segments[index.place_of(row)[0]]
    hashes = np.array([key], np.uint64)
    place = int(segment.find(hashes)[0])
    pair = bool(segment.arrays["term_rights"][place] >= 0)
    idf = rarity(index.snapshot_people, index.frequencies(hashes), np.array([pair]), settings.words)
    label = segment.label(place)
    return RoleTerm(
        hash=key, label=label, written=label, kind="related", is_pair=pair,
        rarity=float(idf[0]), own_weight=0.0, weight=strength,
    )  # fmt: skip
