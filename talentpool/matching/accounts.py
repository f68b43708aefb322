"""Accounts: the score of single people term by term and signal by signal, as their receipts show it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief, Importance
from talentpool.matching.index import PoolIndex
from talentpool.matching.receipt import Band, ReceiptLine, Scored, add_up
from talentpool.matching.role import phrase_hashes
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import SIGNALS, signal_strengths, signal_weight
from talentpool.matching.weighting import band_shares, count_table, pivoted

if TYPE_CHECKING:
    from talentpool.matching.ranking import Ranking

MOST_MISSING = 40
SMALL_POOL = 100
"""In a pool smaller than this, that nobody writes a word says nothing about the word."""


class Accounts:
    """Scores single people term by term, in float64 and in the fixed order of the role's terms."""

    def __init__(self, index: PoolIndex, ranking: "Ranking", rows: Sequence[int]) -> None:
        self.index, self.ranking, self.rows, settings = index, ranking, rows, ranking.settings
        self.terms = ranking.role_terms
        hashes = np.array([term.hash for term in self.terms], np.uint64)
        self.table = count_table(settings.words)
        self.rarities = np.array([term.rarity for term in self.terms], np.float64)
        self.own = np.array([0.0 if term.is_pair else term.own_weight for term in self.terms], np.float64)
        heaviest = np.argsort(-self.own, kind="stable")
        self.heaviest = heaviest[self.own[heaviest] > 0]
        self.asked = self._asked(hashes)
        own_terms = sum(term.own_weight > 0 for term in self.terms)
        self.band_shares = band_shares(own_terms, settings.bands, settings.role)
        self.important = _important_wordings(ranking.brief, settings)
        self.places = [segment.find(hashes) for segment in index.segments]
        self.signal_weights = [signal_weight(settings.signals, signal) for signal in SIGNALS]
        self.strengths = self._strengths()

    def scored(self, place: int, *, rank: int) -> Scored:
        """Account for one of the rows given, by its place among them."""
        number, inner = self.index.place_of(self.rows[place])
        counts = self._counts(number, inner)
        receipt = add_up(
            [*self._term_lines(counts, number, inner), *self._signal_lines(counts, place)],
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
        own = self.index.lengths[number][inner : inner + 1]
        length = float(pivoted(own, self.index.pivot, self.ranking.slope)[0])
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

    def _asked(self, hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Weigh the words a band is judged by: in a large pool without those that nobody writes, like a company's name."""
        is_known = self.index.frequencies(hashes) >= 2
        return self.own * (is_known | (self.index.snapshot_people < SMALL_POOL))

    def _strengths(self) -> list[list[float]]:
        """Give the strengths of each row's signals, in the order of their names."""
        rows = np.array(self.rows, np.int64)
        found = signal_strengths(
            lambda name: self.index.history(name)[rows],
            today=self.ranking.today,
            weights=self.ranking.settings.signals,
        )
        by_row: list[list[float]] = np.stack([found[signal] for signal in SIGNALS], axis=1).tolist()
        return by_row

    def _signal_lines(self, counts: NDArray[np.uint8], place: int) -> list[ReceiptLine]:
        if not counts.any():
            return []
        return [
            ReceiptLine("signal", signal, signal, weight * strength, weight, strength)
            for signal, weight, strength in zip(
                SIGNALS, self.signal_weights, self.strengths[place], strict=True
            )
            if weight * strength
        ]

    def _missing(self, counts: NDArray[np.uint8]) -> list[str]:
        absent = self.heaviest[counts[self.heaviest] == 0][:MOST_MISSING]
        return [self.terms[place].label for place in absent.tolist()]

    def _band(self, counts: NDArray[np.uint8], number: int, inner: int) -> Band:
        share = float(self.asked[counts > 0].sum()) / (float(self.asked.sum()) or 1.0)
        strong, good = self.band_shares
        if share >= strong and self._has_important(number, inner):
            return Band.STRONG
        return Band.GOOD if share >= good else Band.POSSIBLE

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
