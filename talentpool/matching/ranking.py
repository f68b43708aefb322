"""Ranking: everybody who may be shown, best first, with an exact account for whoever is looked at.

score = Σ role weight · resume weight over the role's terms (its own and borrowed ones) + Σ signals. The whole
pool is scanned; the first `limit` are scored again term by term for their receipts, as is anyone asked for later.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.accounts import Accounts
from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.matching.copying import AdvertWords
from talentpool.matching.errors import IndexOutdatedError
from talentpool.matching.feedback import (
    Borrowed,
    Judgements,
    judged_words,
    mixed,
    related_words,
    written_out,
)
from talentpool.matching.index import Mentions, PoolIndex, least_of_best
from talentpool.matching.lenders import Lenders
from talentpool.matching.receipt import Band, Scored, Summed
from talentpool.matching.role import (
    RoleTerm,
    WeighedRole,
    WeightedTerms,
    own_terms,
    phrase_hashes,
    weighted,
)
from talentpool.matching.scan import rows_with_all, scan
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import signal_totals
from talentpool.matching.weighting import length_slope, pivoted

Scores = NDArray[np.float32]

__all__ = ["Band", "Judgements", "Lacking", "Ranking", "Scored", "rank"]

LEAST_HITS = 3
"""Related words come from at most the square root of the pool: in a small pool few people fit a role."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Lacking:
    """Whom one filter removed, and how many of them lack nothing but this."""

    requirement: Requirement
    candidate_ids: NDArray[np.int64]
    lacking_only_this: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """Everybody ranked: `candidate_ids` and `scores` best first (ties by id), `top` the first of them in full.

    The first scores are exact whether or not there are receipts for them.
    """

    candidate_ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    top: tuple[Scored, ...]
    role: WeighedRole
    lacking: tuple[Lacking, ...]
    barred: int
    settings: MatchingSettings
    today: date
    index_generation: str
    accounts: Accounts

    def bands(self, most: int) -> list[Band]:
        """Give the bands of the first so many."""
        if self.top:
            return [one.band for one in self.top[:most]]
        index = self.accounts.index
        marked = [index.row_of(one) for one in self.candidate_ids[:most].tolist()]
        return self.accounts.bands_of([row for row in marked if row is not None])


def rank(
    index: PoolIndex,
    brief: Brief,
    settings: MatchingSettings,
    *,
    today: date,
    barred: NDArray[np.int64] | None = None,
    judged: Judgements | None = None,
    limit: int = 200,
    with_receipts: bool = True,
) -> Ranking:
    """Rank everybody in the index except those barred and those a filter of the brief removes."""
    if index.fingerprint != settings.fingerprint:
        raise IndexOutdatedError("The matching index was made under other words settings; rebuild it.")
    unbarred = index.alive if barred is None else index.alive & ~index.marked(barred)
    allowed, lacking = _filtered(index, brief, unbarred, settings)
    role, advert, text = _weighed(index, brief, allowed, judged or Judgements(), settings)
    signals = signal_totals(index, today=today, weights=settings.signals)
    scores = np.where(text > 0, text + signals, text)
    accounts = Accounts(index, role, settings, today=today, advert=advert)
    look = accounts.scored if with_receipts else accounts.summed
    order, first = _placed(index, look, scores, np.flatnonzero(allowed), limit)
    exact = np.array([one.score for one in first], np.float64)
    return Ranking(
        candidate_ids=index.ids_by_row[order],
        scores=np.concatenate((exact, scores[order[len(first) :]])),
        top=tuple(one.ranked(place) for place, one in enumerate(first, start=1) if isinstance(one, Scored)), role=role, lacking=lacking, barred=int(index.size - unbarred.sum()), settings=settings,
        today=today, index_generation=index.generation, accounts=accounts,
    )  # fmt: skip


def _weighed(
    index: PoolIndex,
    brief: Brief,
    allowed: NDArray[np.bool_],
    judged: Judgements,
    settings: MatchingSettings,
) -> tuple[WeighedRole, AdvertWords, Scores]:
    """Weigh a role by its own words and by those of others' resumes; the scores are every row's."""
    own = own_terms(index, brief, settings)
    asked = asked_for(index, brief, own, settings)
    borrowed = judged_words(index, judged, settings) if own else []
    mine, borrowed, scores = widened(index, asked, borrowed, allowed, settings)
    terms = written_out(index, own, mine, borrowed)
    role = WeighedRole(brief=brief, terms=terms, slope=length_slope(len(own), settings.role))
    return role, asked.advert, scores


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A role's own terms weighed and found in the pool, its text as terms, and how long every row's resume counts."""

    own: WeightedTerms
    mentions: Mentions
    advert: AdvertWords
    lengths: NDArray[np.float32]


def asked_for(index: PoolIndex, brief: Brief, own: Sequence[RoleTerm], settings: MatchingSettings) -> Asked:
    """Put together what a role is scanned with."""
    slope = length_slope(len(own), settings.role)
    terms = weighted(own)
    return Asked(
        own=terms,
        mentions=Mentions(index, terms.hashes),
        advert=AdvertWords.of(brief, own, settings),
        lengths=pivoted(index.norms(), index.pivot, slope).astype(np.float32),
    )


def widened(
    index: PoolIndex,
    asked: Asked,
    borrowed: list[Borrowed],
    allowed: NDArray[np.bool_],
    settings: MatchingSettings,
) -> tuple[WeightedTerms, list[Borrowed], Scores]:
    """Widen a role by the words of its best hits, again and again; gives its own terms, all borrowed ones, scores.

    `borrowed` are words that people have chosen; only rows allowed may lend theirs.
    """
    before = scan(index, asked.own, settings.words, places=asked.mentions.places)
    for one in borrowed:
        before = scan(index, one.terms, settings.words, onto=before)
    sums, lenders, copied = before, Lenders(index, settings), _Copied(asked.mentions, asked.advert)
    people = min(int(settings.feedback.people), max(LEAST_HITS, math.isqrt(int(allowed.sum()))))
    for _ in range(int(settings.feedback.rounds) if settings.feedback.weight else 0):
        scores = sums / asked.lengths
        best = copied.left_out(_best(index, scores, allowed, people).tolist())
        if best:
            related = related_words(lenders, best, scores[best].astype(np.float64), settings)
            borrowed = [related, *(one for one in borrowed if one.kind != "related")]
            sums = scan(index, related.terms, settings.words, onto=before)
    mine, borrowed, length = mixed(asked.own, borrowed)
    return mine, borrowed, sums / asked.lengths / np.float32(length)


def _best(index: PoolIndex, scores: Scores, allowed: NDArray[np.bool_], people: int) -> NDArray[np.int64]:
    """Give the first of the rows allowed that have a score at all, without sorting everybody."""
    theirs = np.where(allowed, scores, np.float32(0))
    least = max(least_of_best(theirs, people), np.nextafter(np.float32(0), np.float32(1)))
    return index.best_first(scores, np.flatnonzero(theirs >= least))[:people]


class _Copied:
    """Knows who copied from the advert: they would lend the role the rest of their resumes."""

    def __init__(self, mentions: Mentions, advert: AdvertWords) -> None:
        self._mentions, self._advert, self._known = mentions, advert, dict[int, bool]()

    def left_out(self, rows: Sequence[int]) -> list[int]:
        """Give the rows whose resumes have no passage of the advert, in their order."""
        fresh = [row for row in rows if row not in self._known]
        mentions = self._mentions.of(fresh)
        suspects = set(self._advert.suspects(mentions).tolist())
        for place, row in enumerate(fresh):
            self._known[row] = place in suspects and self._advert.copied(mentions[place]) is not None
        return [row for row in rows if not self._known[row]]


def _filtered(
    index: PoolIndex, brief: Brief, unbarred: NDArray[np.bool_], settings: MatchingSettings
) -> tuple[NDArray[np.bool_], tuple[Lacking, ...]]:
    """Keep the rows that mention every filter; say of each filter whom it removes."""
    filters = [r for r in brief.requirements if r.importance is Importance.FILTER]
    lacks = [unbarred & ~_mentioning(index, requirement, settings) for requirement in filters]
    missed = np.sum(lacks, axis=0, dtype=np.int64) if lacks else np.zeros(len(unbarred), np.int64)
    lacking = tuple(
        Lacking(
            requirement=requirement,
            candidate_ids=np.sort(index.ids_by_row[lack]),
            lacking_only_this=int((lack & (missed == 1)).sum()),
        )
        for requirement, lack in zip(filters, lacks, strict=True)
    )
    return unbarred & (missed == 0), lacking


def _mentioning(index: PoolIndex, requirement: Requirement, settings: MatchingSettings) -> NDArray[np.bool_]:
    met = np.zeros(len(index.alive), bool)
    for wording in requirement.any_of:
        met |= rows_with_all(index, phrase_hashes(wording, settings.text))
    return met


def _placed(
    index: PoolIndex,
    look: Callable[[Sequence[int]], Sequence[Scored] | Sequence[Summed]],
    scores: Scores,
    rows: NDArray[np.int64],
    limit: int,
) -> tuple[NDArray[np.int64], list[Scored | Summed]]:
    """Put rows in order, and look closely at the first `limit`, whose exact scores then decide; ties by id.

    Whoever copied from the advert falls back to where the rest of the resume belongs, and others move up.
    """
    order, seen = index.best_first(scores, rows), dict[int, Scored | Summed]()
    while fresh := [row for row in order[:limit].tolist() if row not in seen]:
        seen.update(zip(fresh, look(fresh), strict=True))
        copied = [row for row in fresh if seen[row].copied]
        if copied:
            scores[copied] = [seen[row].score for row in copied]
            order = index.best_first(scores, rows)
    first = sorted(order[:limit].tolist(), key=lambda row: (-seen[row].score, seen[row].candidate_id))
    order[: len(first)] = first
    return order, [seen[row] for row in first]
