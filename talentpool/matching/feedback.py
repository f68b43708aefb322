"""Feedback: a role borrows words from resumes (Rocchio 1971), its own best hits' and those the team has judged.

People who fit a role share words the advert never mentions. They are weighed by how well each hit fits, and
only words that several of the hits have are taken, so no single resume's names or quirks get in. Words of
people the team shortlisted are added the same way, words of those dismissed are taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.compiled import number_keys
from talentpool.matching.index import PoolIndex
from talentpool.matching.lenders import Lenders
from talentpool.matching.role import RoleTerm, WeightedTerms, joined
from talentpool.matching.settings import MatchingSettings

JudgedKind = Literal["shortlisted", "dismissed"]


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
    lenders: Lenders, rows: Sequence[int], scores: NDArray[np.float64], settings: MatchingSettings
) -> Borrowed:
    """Give what the best hits have in common beyond the pool; each counts by its score, which is above 0."""
    common = lenders.common_terms(rows, scores / scores.sum())
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
            common = Lenders(index, settings).common_terms(rows, np.full(len(rows), 1 / len(rows)))
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
    sums = np.bincount(number_keys(terms.hashes)[1], terms.weights)
    return float(np.sqrt(np.sum(sums * sums))) or 1.0
