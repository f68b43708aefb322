"""Feedback: a role borrows words from resumes (Rocchio 1971), its own best hits' and those the team has judged.

People who fit a role share words the advert never mentions. They are weighed by how well each hit fits, and
only words that several of the hits have are taken, so no single resume's names or quirks get in. Words of
people the team shortlisted are added the same way, words of those dismissed are taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.compiled import sum_by_key
from talentpool.matching.index import PoolIndex
from talentpool.matching.role import RoleTerm, WeightedTerms, joined, scaled
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import count_table, rarity

JudgedKind = Literal["shortlisted", "dismissed"]

LEAST_FREQUENCY = 2
"""A word that one person alone has links nobody to anybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgements:
    """Whom the team has judged for a role, by candidate id; people who are not in the index are passed over."""

    shortlisted: tuple[int, ...] = ()
    dismissed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Borrowed:
    """Terms from others' resumes, scaled to length 1 and weighted; negative to be taken away."""

    kind: Literal["related"] | JudgedKind
    terms: WeightedTerms


def related_words(
    index: PoolIndex, rows: Sequence[int], scores: NDArray[np.float64], settings: MatchingSettings
) -> Borrowed:
    """Give what the best hits have in common beyond the pool; each counts by its score."""
    shares = np.maximum(0.0, scores)
    common = _common_terms(index, rows, shares / shares.sum(), settings)
    return Borrowed(kind="related", terms=_times(common, settings.feedback.weight))


def judged_words(index: PoolIndex, judged: Judgements, settings: MatchingSettings) -> list[Borrowed]:
    """Give the words of people the team shortlisted, and to be taken away those of people it dismissed."""
    asked: list[tuple[JudgedKind, tuple[int, ...], float]] = [
        ("shortlisted", judged.shortlisted, settings.feedback.shortlisted_weight),
        ("dismissed", judged.dismissed, -settings.feedback.dismissed_weight),
    ]
    found = []
    for kind, ids, weight in asked:
        rows = [row for one in sorted(set(ids)) if (row := index.row_of(one)) is not None]
        if rows and weight:
            common = _common_terms(index, rows, np.full(len(rows), 1 / len(rows)), settings)
            found.append(Borrowed(kind=kind, terms=_times(common, weight)))
    return found


def mixed(own: WeightedTerms, borrowed: Sequence[Borrowed]) -> tuple[WeightedTerms, list[Borrowed], float]:
    """Mix a role's own words with borrowed ones; the number is what all weights were divided by, to be of length 1.

    A related word that is the role's own makes that one weigh more; what people's judgements bring stays apart.
    """
    own_weights, kept = own.weights.copy(), []
    for one in borrowed:
        terms = one.terms
        if one.kind == "related":
            is_own = np.isin(terms.hashes, own.hashes)
            own_weights += _at(own.hashes, terms)
            terms = terms.chosen(np.flatnonzero(~is_own), terms.weights[~is_own])
        kept.append(Borrowed(kind=one.kind, terms=terms))
    mine = own.chosen(np.arange(len(own_weights)), own_weights)
    length = _length(joined([mine, *(one.terms for one in kept)]))
    scaled_down = [Borrowed(kind=one.kind, terms=_times(one.terms, 1 / length)) for one in kept]
    return _times(mine, 1 / length), scaled_down, length


def written_out(
    index: PoolIndex, own: Sequence[RoleTerm], mine: WeightedTerms, borrowed: Sequence[Borrowed]
) -> tuple[RoleTerm, ...]:
    """Name every term: the role's own as it writes them, borrowed ones as the resumes they are from."""
    named = [term._replace(weight=weight) for term, weight in zip(own, mine.weights.tolist(), strict=True)]
    for one in borrowed:
        terms = one.terms
        columns = (terms.hashes, terms.segments, terms.places, terms.is_pair, terms.rarities, terms.weights)
        for key, segment, place, is_pair, rarity_, weight in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            label = index.segments[segment].label(place)
            named.append(RoleTerm(key, label, label, one.kind, is_pair, rarity_, 0.0, weight))
    return tuple(named)


def _common_terms(
    index: PoolIndex, rows: Sequence[int], shares: NDArray[np.float64], settings: MatchingSettings
) -> WeightedTerms:
    """Give the weightiest terms of the mean of some resumes that several of them have; scaled to length 1.

    A term counts by how far it goes beyond the pool: not at all when these resumes have it no more often than
    everybody, in full when nobody else has it.
    """
    every, shares_there = _weighted_rows(index, rows, shares, settings)
    first, sums, resumes = sum_by_key(every.hashes, every.weights)
    _, among_hits, _ = sum_by_key(every.hashes, shares_there)
    keys = every.hashes[first]
    in_pool = index.frequencies(keys) / max(1, index.snapshot_people)
    sums = sums * np.maximum(0.0, 1 - in_pool / among_hits).round(9)  # what all have: 0, not 1e-16
    usable = np.flatnonzero((resumes >= min(settings.feedback.least_people, len(rows))) & (sums > 0))
    chosen = usable[np.lexsort((keys[usable], -sums[usable]))][: int(settings.feedback.terms)]
    return every.chosen(first[chosen], scaled(sums[chosen]))


def _weighted_rows(
    index: PoolIndex, rows: Sequence[int], shares: NDArray[np.float64], settings: MatchingSettings
) -> tuple[WeightedTerms, NDArray[np.float64]]:
    """Weigh the terms of resumes as a cosine does, times each one's share; resume after resume. The shares too."""
    hits_by_segment: dict[int, list[tuple[int, int]]] = {}
    for hit, row in enumerate(rows):
        number, inner = index.place_of(row)
        hits_by_segment.setdefault(number, []).append((hit, inner))
    parts = [_segment_rows(index, number, hits) for number, hits in hits_by_segment.items()]
    hits, counts, frequencies = (
        np.concatenate(column) for column in zip(*(part[1:] for part in parts), strict=True)
    )
    terms = joined([part[0] for part in parts])
    order = np.argsort(hits, kind="stable")  # as they were given, wherever they are kept
    rarities = rarity(index.snapshot_people, frequencies, terms.is_pair, settings.words)
    weights = count_table(settings.words)[counts] * rarities * (shares / _norms(index, rows))[hits]
    return replace(terms, rarities=rarities).chosen(order, weights[order]), shares[hits][order]


def _segment_rows(
    index: PoolIndex, number: int, hits: Sequence[tuple[int, int]]
) -> tuple[WeightedTerms, NDArray[np.int16], NDArray[np.uint8], NDArray[np.uint32]]:
    """Give the terms of some rows of one segment that others have too: not yet weighed, by hit, count, frequency."""
    segment, frequencies = index.segments[number], index.weights[number]["frequencies"]
    found = [segment.row(inner) for _, inner in hits]
    terms = np.concatenate([terms for terms, _ in found])
    hit = np.repeat(np.array([hit for hit, _ in hits], np.int16), [len(terms) for terms, _ in found])
    shared = np.flatnonzero(frequencies[terms] >= LEAST_FREQUENCY)
    terms, counts = terms[shared], np.concatenate([counts for _, counts in found])[shared]
    empty = np.zeros(len(terms))
    weighed = WeightedTerms(
        hashes=segment.term_hashes[terms], is_pair=segment.arrays["term_rights"][terms] >= 0, rarities=empty,
        weights=empty, segments=np.full(len(terms), number), places=terms.astype(np.int64),
    )  # fmt: skip
    return weighed, hit[shared], counts, frequencies[terms]


def _norms(index: PoolIndex, rows: Sequence[int]) -> NDArray[np.float64]:
    places = [index.place_of(row) for row in rows]
    return np.array([float(index.weights[number]["norms"][inner]) or 1.0 for number, inner in places])


def _at(hashes: NDArray[np.uint64], terms: WeightedTerms) -> NDArray[np.float64]:
    """Give the weight that terms have at each of these hashes; 0 where they have none."""
    order = np.argsort(terms.hashes)
    if not len(order):
        return np.zeros(len(hashes))
    places = order[np.minimum(np.searchsorted(terms.hashes, hashes, sorter=order), len(order) - 1)]
    return np.where(terms.hashes[places] == hashes, terms.weights[places], 0.0)


def _times(terms: WeightedTerms, factor: float) -> WeightedTerms:
    return terms.chosen(np.arange(len(terms.weights)), terms.weights * factor)


def _length(terms: WeightedTerms) -> float:
    _, sums, _ = sum_by_key(terms.hashes, terms.weights)
    return float(np.sqrt(np.sum(sums * sums))) or 1.0
