"""Accounts: the score of single people term by term and signal by signal, as their receipts show it."""

import math
from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief, Importance
from talentpool.matching.copying import LEAST_RUN, AdvertWords
from talentpool.matching.index import Mentions, PoolIndex
from talentpool.matching.receipt import Band, ReceiptLine, Scored, Summed, add_up
from talentpool.matching.role import WeighedRole, phrase_hashes
from talentpool.matching.scan import rows_with_all
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import SIGNALS, signal_strengths, signal_weight
from talentpool.matching.weighting import band_shares, count_table, pivoted

MOST_MISSING = 40
SMALL_POOL = 100
"""In a pool smaller than this, that nobody writes a word says nothing about the word."""
NEARLY = 1e-9
"""Shares that lie so close to a band's edge are added up again in the order of the receipts."""


class Accounts:
    """Scores single people term by term, in float64 and in the fixed order of the role's terms.

    `advert` spares finding the role's own terms in its text again.
    """

    def __init__(
        self,
        index: PoolIndex,
        role: WeighedRole,
        settings: MatchingSettings,
        *,
        today: date,
        advert: AdvertWords | None = None,
    ) -> None:
        self.index, self.role, self.settings, self.today = index, role, settings, today
        self.hashes = np.array([term.hash for term in role.terms], np.uint64)
        self.mentions = Mentions(index, self.hashes)
        self.weights = np.array([term.weight for term in role.terms], np.float64)
        self.rarities = np.array([term.rarity for term in role.terms], np.float64)
        self.own = np.array([0.0 if term.is_pair else term.own_weight for term in role.terms], np.float64)
        self.named = [(term.kind, term.label, term.written) for term in role.terms]
        heaviest = np.argsort(-self.own, kind="stable")
        self.heaviest = heaviest[self.own[heaviest] > 0]
        self.advert = advert or AdvertWords.of(role.brief, role.own_terms, settings)
        own_terms = sum(term.own_weight > 0 for term in role.terms)
        self.band_shares = band_shares(own_terms, settings.bands, settings.role)
        self.important = _important_wordings(role.brief, settings)

    def scored(self, rows: Sequence[int], *, first_rank: int = 1) -> list[Scored]:
        """Account for some rows of the index, in their order; ranks count on from `first_rank`."""
        strengths = self._strengths(rows)
        table, mentions, scored = count_table(self.settings.words), self.mentions.of(rows), []
        for n, row in enumerate(rows):
            number, inner = self.index.place_of(row)
            counts, copied = self._counted(mentions[n])
            lines = self._term_lines(counts, table, number, inner)
            lines += self._signal_lines(lines, strengths[n])
            receipt = add_up(
                lines, missing=self._missing(counts), index_generation=self.index.generation, copied=copied
            )
            scored.append(
                Scored(
                    candidate_id=int(self.index.ids_by_row[row]), rank=first_rank + n, score=receipt.total,
                    band=self._band(counts, number, inner), receipt=receipt,
                )
            )  # fmt: skip
        return scored

    def summed(self, rows: Sequence[int]) -> list[Summed]:
        """Give the totals of these rows' receipts, to the last digit, for a tenth of the time that receipts take."""
        mentions, table = self.mentions.of(rows), count_table(self.settings.words)
        copied = np.zeros(len(rows), np.int64)
        for n in self.advert.suspects(mentions).tolist() if len(rows) else ():
            mentions[n], copied[n] = self._counted(mentions[n])
        own = self.index.norms()[np.asarray(rows, np.int64)]
        lengths = pivoted(own, self.index.pivot, self.role.slope)[:, None]
        values = self.weights * (table[mentions] * self.rarities / lengths)
        places, terms = np.nonzero(values)
        ends = np.searchsorted(places, np.arange(len(rows) + 1)).tolist()
        found = values[places, terms].tolist()
        weights = np.array([signal_weight(self.settings.signals, signal) for signal in SIGNALS])
        signals = (weights * np.array(self._strengths(rows)).reshape(-1, len(SIGNALS))).tolist()
        ids = self.index.ids_by_row[np.asarray(rows, np.int64)].tolist()
        return [
            Summed(
                candidate_id=ids[n],
                score=_total(found[ends[n] : ends[n + 1]], signals[n]),
                copied=number,
            )
            for n, number in enumerate(copied.tolist())
        ]

    def bands_of(self, rows: Sequence[int]) -> list[Band]:
        """Say how much of the role's own words the resumes in these rows mention."""
        mentions = self.mentions.of(rows)
        counts = [self._counted(mentions[n])[0] for n in range(len(rows))]
        return [self._band(one, *self.index.place_of(row)) for one, row in zip(counts, rows, strict=True)]

    def bands(self) -> NDArray[np.int8]:
        """Give the band of every row of the index, as a place in `Band`; the same that `scored` gives.

        Everybody is added up from the columns of the words asked for; only who lies at an edge, or may have
        copied from the advert, is looked at one by one.
        """
        shares, pairs = self._met()
        edges = np.abs(shares[:, None] - np.array(self.band_shares)).min(axis=1) < NEARLY
        unsure = np.flatnonzero(self.index.alive & (edges | (pairs >= LEAST_RUN)))
        shares[unsure] = self._exact_shares(unsure)
        strong, good = self.band_shares
        is_strong = (shares >= strong) & self._having_important()
        return np.select([is_strong, shares >= good], [0, 1], 2).astype(np.int8)

    def _met(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Add up for every row the share of the words asked for, and how many of the advert's pairs it has."""
        shares, pairs = np.zeros(len(self.index.alive)), np.zeros(len(self.index.alive), np.int64)
        asked = self.asked / (float(self.asked.sum()) or 1.0)
        times = np.bincount(self.advert.numbers[self.advert.pairs], minlength=len(asked))
        for number, segment in enumerate(self.index.segments):
            first, places = self.index.offsets[number], self.mentions.places[number]
            for term in np.flatnonzero((places >= 0) & ((asked > 0) | (times > 0))).tolist():
                rows = segment.column(int(places[term]))[0].astype(np.int64) + first
                shares[rows] += asked[term]
                pairs[rows] += times[term]
        return shares, pairs

    def _exact_shares(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        counts = [self._counted(mentions)[0] > 0 for mentions in self.mentions.of(rows.tolist())]
        if not counts:
            return np.zeros(0)
        patterns, which = np.unique(np.array(counts), axis=0, return_inverse=True)
        return np.array([self._share(pattern) for pattern in patterns])[which.ravel()]

    def _having_important(self) -> NDArray[np.bool_]:
        having = np.ones(len(self.index.alive), bool)
        for wordings in self.important:
            if all(len(hashes) for hashes in wordings):  # a wording the index does not keep is no hindrance
                having &= np.any([rows_with_all(self.index, hashes.tolist()) for hashes in wordings], axis=0)
        return having

    def _counted(self, counts: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], int]:
        """Leave out what was copied from the advert; the number is how many of its terms were."""
        copied = self.advert.copied(counts)
        if copied is None:
            return counts, 0
        left = np.maximum(counts.astype(np.int64) - copied, 0).astype(np.uint8)
        return left, int((copied > 0).sum())

    def _term_lines(
        self, counts: NDArray[np.uint8], table: NDArray[np.float64], number: int, inner: int
    ) -> list[ReceiptLine]:
        own = self.index.lengths[number][inner : inner + 1]
        length = float(pivoted(own, self.index.pivot, self.role.slope)[0])
        found = np.flatnonzero(counts)
        resume_weights = table[counts[found]] * self.rarities[found] / length
        values = self.weights[found] * resume_weights
        columns = zip(found.tolist(), values.tolist(), resume_weights.tolist(), strict=True)
        return [
            ReceiptLine(*self.named[place], value, self.role.terms[place].weight, weight)
            for place, value, weight in columns
            if value
        ]

    @cached_property
    def asked(self) -> NDArray[np.float64]:
        """Weigh the words a band is judged by: in a large pool without those that nobody writes, like a company's name."""
        is_known = self.index.frequencies(self.hashes) >= 2
        return self.own * (is_known | (self.index.snapshot_people < SMALL_POOL))

    def _strengths(self, rows: Sequence[int]) -> list[list[float]]:
        """Give the strengths of each row's signals, in the order of their names."""
        chosen = np.array(rows, np.int64)
        found = signal_strengths(
            lambda name: self.index.history(name)[chosen], today=self.today, weights=self.settings.signals
        )
        by_row: list[list[float]] = np.stack([found[signal] for signal in SIGNALS], axis=1).tolist()
        return by_row

    def _signal_lines(self, terms: list[ReceiptLine], strengths: list[float]) -> list[ReceiptLine]:
        """History adds to a match, it does not make one."""
        if sum(line.value for line in terms) <= 0:
            return []
        weights = [signal_weight(self.settings.signals, signal) for signal in SIGNALS]
        return [
            ReceiptLine("signal", signal, signal, weight * strength, weight, strength)
            for signal, weight, strength in zip(SIGNALS, weights, strengths, strict=True)
            if weight * strength
        ]

    def _missing(self, counts: NDArray[np.uint8]) -> list[str]:
        absent = self.heaviest[counts[self.heaviest] == 0][:MOST_MISSING]
        return [self.role.terms[place].label for place in absent.tolist()]

    def _band(self, counts: NDArray[np.uint8], number: int, inner: int) -> Band:
        share = self._share(counts > 0)
        strong, good = self.band_shares
        if share >= strong and self._has_important(number, inner):
            return Band.STRONG
        return Band.GOOD if share >= good else Band.POSSIBLE

    def _share(self, has: NDArray[np.bool_]) -> float:
        return float(self.asked[has].sum()) / (float(self.asked.sum()) or 1.0)

    def _has_important(self, number: int, inner: int) -> bool:
        terms = self.index.segments[number].term_hashes[self.index.segments[number].row(inner)[0]]
        return all(any(np.isin(w, terms).all() for w in wordings) for wordings in self.important)


def _total(terms: list[float], signals: list[float]) -> float:
    """Add up what the lines of a receipt would say, in the same order."""
    return math.fsum([*terms, *signals] if sum(terms) > 0 else terms)


def _important_wordings(brief: Brief, settings: MatchingSettings) -> Sequence[list[NDArray[np.uint64]]]:
    required = [r for r in brief.requirements if r.importance is not Importance.NICE]
    return [
        [np.array(phrase_hashes(wording, settings.text), np.uint64) for wording in requirement.any_of]
        for requirement in required
    ]
