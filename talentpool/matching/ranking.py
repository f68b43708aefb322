"""Ranking: everybody who may be shown, best first, with an exact account for whoever is looked at.

score = Σ role weight · resume weight over the role's terms (its own and related ones) + Σ signals. The whole
pool is scanned; the first `limit` are scored again term by term for their receipts, as is anyone asked for later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.matching.errors import IndexOutdatedError, NotRankedError
from talentpool.matching.feedback import with_related_words
from talentpool.matching.index import PoolIndex
from talentpool.matching.receipt import Band, ReceiptLine, Scored, add_up
from talentpool.matching.role import RoleTerm, own_terms, phrase_hashes
from talentpool.matching.scan import rows_with_all, scan
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import SIGNALS, signal_strengths, signal_total, signal_weight
from talentpool.matching.weighting import count_table, length_slope, pivoted

MOST_MISSING = 40

__all__ = ["Band", "Lacking", "Ranking", "Scored", "rank", "receipt_for"]


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
    return _Accounts(index, ranking).scored(row, int(places[0]) + 1)


def _text_scores(
    index: PoolIndex,
    own: tuple[RoleTerm, ...],
    allowed: NDArray[np.bool_],
    slope: float,
    settings: MatchingSettings,
) -> tuple[tuple[RoleTerm, ...], NDArray[np.float64]]:
    """Score by the role's own words, then again with those of its best hits. In the order of ids."""
    lengths = pivoted(index.norms(), index.pivot, slope)
    scores = scan(index, own, settings.words, lengths=lengths)[index.rows_by_id]
    candidates, people, terms = np.flatnonzero(allowed), int(settings.feedback.people), own
    for _ in range(int(settings.feedback.rounds) if len(own) else 0):
        best = _best(scores, candidates, people)
        hits = [(int(index.rows_by_id[place]), float(scores[place])) for place in best]
        terms = with_related_words(index, own, hits, settings)
        scores = scan(index, terms, settings.words, lengths=lengths)[index.rows_by_id]
    return terms, scores


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
    accounts = _Accounts(index, found)
    ids = found.candidate_ids[:limit].tolist()
    scored = [accounts.scored(row, 0) for row in _rows(index, ids)]
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


def _rows(index: PoolIndex, candidate_ids: Iterable[int]) -> list[int]:
    places = np.searchsorted(index.candidate_ids, np.fromiter(candidate_ids, np.int64))
    return [int(row) for row in index.rows_by_id[places]]


class _Accounts:
    """Scores single people term by term, in float64 and in the fixed order of the role's terms."""

    def __init__(self, index: PoolIndex, ranking: Ranking) -> None:
        self.index, self.ranking, settings = index, ranking, ranking.settings
        self.terms = ranking.role_terms
        self.table = count_table(settings.words)
        self.rarities = np.array([term.rarity for term in self.terms], np.float64)
        self.own = np.array([0.0 if term.is_pair else term.own_weight for term in self.terms], np.float64)
        self.important = _important_wordings(ranking.brief, settings)
        hashes = np.array([term.hash for term in self.terms], np.uint64)
        self.places = [segment.find(hashes) for segment in index.segments]

    def scored(self, row: int, rank: int) -> Scored:
        """Account for one row."""
        number, inner = self.index.place_of(row)
        counts = self._counts(number, inner)
        receipt = add_up(
            [*self._term_lines(counts, number, inner), *self._signal_lines(counts, number, inner)],
            missing=self._missing(counts),
            index_generation=self.ranking.index_generation,
        )
        return Scored(
            candidate_id=int(self.index.segments[number].candidate_ids[inner]), rank=rank, score=receipt.total,
            band=self._band(counts, number, inner), receipt=receipt,
        )  # fmt: skip

    def _counts(self, number: int, inner: int) -> NDArray[np.uint8]:
        """Say how often this resume mentions each of the role's terms."""
        return _counts_of(self.index, number, inner, self.places[number])

    def _term_lines(self, counts: NDArray[np.uint8], number: int, inner: int) -> list[ReceiptLine]:
        norm = self.index.weights[number]["norms"][inner : inner + 1]
        length = float(pivoted(norm, self.index.pivot, self.ranking.slope)[0])
        found = np.flatnonzero(counts)
        weights = (self.table[counts[found]] * self.rarities[found] / length).tolist()
        lines = []
        for place, resume_weight in zip(found.tolist(), weights, strict=True):
            term = self.terms[place]
            value = term.weight * resume_weight
            if value:
                lines.append(
                    ReceiptLine(term.kind, term.label, term.written, value, term.weight, resume_weight)
                )
        return lines

    def _signal_lines(self, counts: NDArray[np.uint8], number: int, inner: int) -> list[ReceiptLine]:
        if not counts.any():
            return []
        settings, segment = self.ranking.settings.signals, self.index.segments[number]
        strengths = signal_strengths(
            lambda name: segment.history(name)[inner : inner + 1], today=self.ranking.today, weights=settings
        )
        lines = []
        for signal in SIGNALS:
            weight, strength = signal_weight(settings, signal), float(strengths[signal][0])
            if weight * strength:
                lines.append(ReceiptLine("signal", signal, signal, weight * strength, weight, strength))
        return lines

    def _missing(self, counts: NDArray[np.uint8]) -> list[str]:
        places = np.flatnonzero((counts == 0) & (self.own > 0))
        heaviest = places[np.argsort(-self.own[places], kind="stable")][:MOST_MISSING]
        return [self.terms[place].label for place in heaviest.tolist()]

    def _band(self, counts: NDArray[np.uint8], number: int, inner: int) -> Band:
        bands, whole = self.ranking.settings.bands, float(self.own.sum())
        share = float(self.own[counts > 0].sum()) / whole if whole else 0.0
        if share >= bands.strong and self._has_important(number, inner):
            return Band.STRONG
        return Band.GOOD if share >= bands.good else Band.POSSIBLE

    def _has_important(self, number: int, inner: int) -> bool:
        terms = self.index.segments[number].term_hashes[self.index.segments[number].row(inner)[0]]
        return all(any(np.isin(w, terms).all() for w in wordings) for wordings in self.important)


def _counts_of(index: PoolIndex, number: int, inner: int, wanted: NDArray[np.int64]) -> NDArray[np.uint8]:
    terms, counts = index.segments[number].row(inner)
    if not len(terms):
        return np.zeros(len(wanted), np.uint8)
    places = np.minimum(np.searchsorted(terms, wanted), len(terms) - 1)
    return np.where((terms[places] == wanted) & (wanted >= 0), counts[places], np.uint8(0))


def _important_wordings(brief: Brief, settings: MatchingSettings) -> Sequence[list[NDArray[np.uint64]]]:
    required = [r for r in brief.requirements if r.importance is not Importance.NICE]
    return [
        [np.array(phrase_hashes(wording, settings.text), np.uint64) for wording in requirement.any_of]
        for requirement in required
    ]
