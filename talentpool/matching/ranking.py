"""Ranking: everybody who may be shown, best first, with an exact account for whoever is looked at.

score = Σ role weight · resume weight over the role's terms (its own and related ones) + Σ signals. The whole
pool is scanned; the first `limit` are scored again term by term for their receipts, as is anyone asked for later.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.accounts import Accounts
from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.matching.errors import IndexOutdatedError, NotRankedError
from talentpool.matching.feedback import mixed_in, related_words, written_out
from talentpool.matching.index import PoolIndex
from talentpool.matching.receipt import Band, Scored
from talentpool.matching.role import RoleTerm, own_terms, phrase_hashes, weighted
from talentpool.matching.scan import rows_with_all, scan
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import signal_strengths, signal_total
from talentpool.matching.weighting import length_slope, pivoted

__all__ = ["Band", "Lacking", "Ranking", "Scored", "rank", "receipt_for"]

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
    """Everybody ranked: `candidate_ids` and `scores` best first (ties by id), `top` the first of them in full."""

    candidate_ids: NDArray[np.int64]
    scores: NDArray[np.float64]
    top: tuple[Scored, ...]
    role_terms: tuple[RoleTerm, ...]
    lacking: tuple[Lacking, ...]
    barred: int
    brief: Brief
    settings: MatchingSettings
    today: date
    slope: float
    index_generation: str


def rank(
    index: PoolIndex,
    brief: Brief,
    settings: MatchingSettings,
    *,
    today: date,
    barred: NDArray[np.int64] | None = None,
    limit: int = 200,
) -> Ranking:
    """Rank everybody in the index except those barred and those a filter of the brief removes."""
    if index.fingerprint != settings.fingerprint:
        raise IndexOutdatedError("The matching index was made under other words settings; rebuild it.")
    own = own_terms(index, brief, settings)
    slope = length_slope(len(own), settings.role)
    unbarred = ~np.isin(index.candidate_ids, barred) if barred is not None else np.ones(index.size, bool)
    allowed, lacking = _filtered(index, brief, unbarred, settings)
    terms, text = _text_scores(index, own, allowed, slope, settings)
    scores = text + _signal_scores(index, text, today, settings)
    order = np.flatnonzero(allowed)[np.argsort(-scores[allowed], kind="stable")]
    found = Ranking(
        candidate_ids=index.candidate_ids[order], scores=scores[order], top=(), role_terms=terms, lacking=lacking,
        barred=int(index.size - unbarred.sum()), brief=brief, settings=settings, today=today, slope=slope,
        index_generation=index.generation,
    )  # fmt: skip
    return _with_top(index, found, limit)


def receipt_for(index: PoolIndex, ranking: Ranking, candidate_id: int) -> Scored:
    """Account for anybody's place in a ranking; raises NotRankedError for whoever is not in it."""
    places = np.flatnonzero(ranking.candidate_ids == candidate_id)
    row = index.row_of(candidate_id)
    if not len(places) or row is None:
        raise NotRankedError(f"Candidate {candidate_id} is not in this ranking.")
    return Accounts(index, ranking, [row]).scored(0, rank=int(places[0]) + 1)


def _text_scores(
    index: PoolIndex,
    own: tuple[RoleTerm, ...],
    allowed: NDArray[np.bool_],
    slope: float,
    settings: MatchingSettings,
) -> tuple[tuple[RoleTerm, ...], NDArray[np.float64]]:
    """Score by the role's own words, then again with those of its best hits. In the order of ids."""
    lengths = pivoted(index.norms(), index.pivot, slope)
    role = terms = weighted(own)
    scores = scan(index, terms, settings.words, lengths=lengths)[index.rows_by_id]
    candidates = np.flatnonzero(allowed)
    people = min(int(settings.feedback.people), max(LEAST_HITS, math.isqrt(len(candidates))))
    for _ in range(int(settings.feedback.rounds)):
        best = _best(scores, candidates, people)
        hits = [(int(index.rows_by_id[place]), float(scores[place])) for place in best if scores[place] > 0]
        if hits and settings.feedback.weight:
            terms = mixed_in(role, related_words(index, hits, settings), settings.feedback.weight)
            scores = scan(index, terms, settings.words, lengths=lengths)[index.rows_by_id]
    return written_out(index, own, terms), scores


def _best(scores: NDArray[np.float64], candidates: NDArray[np.int64], people: int) -> NDArray[np.int64]:
    """Give the first of the candidates by score, ties in their order, without sorting everybody."""
    if len(candidates) > people > 0:
        least = np.partition(scores[candidates], -people)[-people]
        candidates = candidates[scores[candidates] >= least]
    return candidates[np.argsort(-scores[candidates], kind="stable")[:people]]


def _signal_scores(
    index: PoolIndex, text: NDArray[np.float64], today: date, settings: MatchingSettings
) -> NDArray[np.float64]:
    strengths = signal_strengths(
        lambda name: index.history(name)[index.rows_by_id], today=today, weights=settings.signals
    )
    return np.where(text > 0, signal_total(strengths, settings.signals), 0.0)


def _filtered(
    index: PoolIndex, brief: Brief, unbarred: NDArray[np.bool_], settings: MatchingSettings
) -> tuple[NDArray[np.bool_], tuple[Lacking, ...]]:
    """Keep those who mention every filter; say of each filter whom it removes. In the order of ids."""
    filters = [r for r in brief.requirements if r.importance is Importance.FILTER]
    lacks = [unbarred & ~_mentioning(index, requirement, settings) for requirement in filters]
    missed = np.sum(lacks, axis=0, dtype=np.int64) if lacks else np.zeros(index.size, np.int64)
    lacking = tuple(
        Lacking(
            requirement=requirement,
            candidate_ids=index.candidate_ids[lack],
            lacking_only_this=int((lack & (missed == 1)).sum()),
        )
        for requirement, lack in zip(filters, lacks, strict=True)
    )
    return unbarred & (missed == 0), lacking


def _mentioning(index: PoolIndex, requirement: Requirement, settings: MatchingSettings) -> NDArray[np.bool_]:
    met = np.zeros(index.size, bool)
    for wording in requirement.any_of:
        met |= rows_with_all(index, phrase_hashes(wording, settings.text))[index.rows_by_id]
    return met


def _with_top(index: PoolIndex, found: Ranking, limit: int) -> Ranking:
    """Score the first `limit` again in full and put them in the order of those scores, ties by id."""
    rows = index.rows_of(found.candidate_ids[:limit])
    accounts = Accounts(index, found, rows.tolist())
    scored = [accounts.scored(n, rank=0) for n in range(len(rows))]
    scored.sort(key=lambda one: (-one.score, one.candidate_id))
    top = tuple(
        Scored(candidate_id=one.candidate_id, rank=n, score=one.score, band=one.band, receipt=one.receipt)
        for n, one in enumerate(scored, start=1)
    )
    ids_then = np.array([one.candidate_id for one in top], np.int64)
    exact = np.array([one.score for one in top], np.float64)
    return Ranking(
        candidate_ids=np.concatenate((ids_then, found.candidate_ids[limit:])),
        scores=np.concatenate((exact, found.scores[limit:])),
        top=top, role_terms=found.role_terms, lacking=found.lacking, barred=found.barred, brief=found.brief,
        settings=found.settings, today=found.today, slope=found.slope, index_generation=found.index_generation,
    )  # fmt: skip
