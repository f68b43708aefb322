"""Text copied from the advert into a resume: it repeats what was asked for, so it is not counted.

A copy shows as a long run of the role's own word pairs, in order, that a resume has all of. Among 8,000 real
pairs of advert and resume on public data no run was longer than 7.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief
from talentpool.matching.compiled import places_of
from talentpool.matching.role import BRIEFS_READ, RoleTerm, advert_text
from talentpool.matching.settings import MatchingSettings

LEAST_RUN = 8
"""Pairs of neighbouring words in a row that make a copy."""
LEAST_RARITY = 1 + math.log(10)
"""The IDF of what a tenth of the pool says; a pair that more people say tells nothing of a copy."""

Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class AdvertWords:
    """The terms of an advert in the order of its text: their numbers among the role's own, and where they stand.

    `pairs` lists which of them span more than one word, one for each word they begin at.
    """

    numbers: Places
    starts: Places
    ends: Places
    pairs: Places
    headline_mentions: int

    @classmethod
    def of(cls, brief: Brief, own: Sequence[RoleTerm], settings: MatchingSettings) -> "AdvertWords":
        """Find the role's own terms where they stand in its title and text."""
        text, rules = advert_text(brief), settings.text
        common = settings.words.pair_weight * LEAST_RARITY
        met = BRIEFS_READ.of(brief, settings).located
        numbers = _numbered(np.array([term.hash for term in met], np.uint64), own)
        known = np.flatnonzero(numbers >= 0)
        terms = [met[n] for n in known.tolist()]
        longer = {  # the last one that begins at a word: its pair rather than a skill of several words
            term.start: n
            for n, (term, place) in enumerate(zip(terms, numbers[known].tolist(), strict=True))
            if len(text[term.start : term.end].split()) > 1 and not 0 < own[place].rarity < common
        }
        return cls(
            numbers=numbers[known],
            starts=np.array([term.start for term in terms], np.int64),
            ends=np.array([term.end for term in terms], np.int64),
            pairs=np.array(sorted(longer.values()), np.int64),
            headline_mentions=int(rules.headline_mentions),
        )

    def suspects(self, mentions: NDArray[np.uint8]) -> Places:
        """Give the rows (resumes by terms) that mention enough of the advert's pairs for a copy."""
        return np.flatnonzero((mentions[:, self.numbers[self.pairs]] > 0).sum(axis=1) >= LEAST_RUN)

    def copied(self, counts: NDArray[np.uint8]) -> NDArray[np.int64] | None:
        """Say how many mentions of each of the role's terms stand in copied passages; None without a copy.

        `counts` are the mentions in the whole resume, term by term, the role's own terms first.
        """
        has = counts[self.numbers[self.pairs]] > 0
        if has.sum() < LEAST_RUN:
            return None
        edges = np.flatnonzero(np.diff(np.concatenate(([0], has.view(np.int8), [0]))))
        runs = [(first, end) for first, end in edges.reshape(-1, 2).tolist() if end - first >= LEAST_RUN]
        mentions = np.zeros(len(counts), np.int64)
        for first, end in runs:
            passage = np.flatnonzero(self._passage(first, end))
            weights = self._times(counts, first, end)[self._nearest_pairs(passage, first, end)].max(axis=0)
            mentions += np.bincount(self.numbers[passage], weights, len(counts)).astype(np.int64)
        return mentions if runs else None

    def _times(self, counts: NDArray[np.uint8], first: int, end: int) -> Places:
        """Say of each pair of a run how often it was copied: as often as most, once more in the headline."""
        met = counts[self.numbers[self.pairs[first:end]]].astype(np.int64)
        return np.minimum(met, int(np.median(met)) + self.headline_mentions)

    def _nearest_pairs(self, passage: Places, first: int, end: int) -> Places:
        """Give the pairs of a run before and after each term: two rows of places within the run."""
        before = np.searchsorted(self.pairs[first:end], passage, side="right") - 1
        return np.stack((before, before + 1)).clip(0, end - first - 1)

    def _passage(self, first: int, end: int) -> NDArray[np.bool_]:
        """Mark the terms from one pair to another, with the single words up to the pairs before and after."""
        start, stop = int(self.starts[self.pairs[first]]), int(self.ends[self.pairs[end - 1]])
        start = min(start, int(self.ends[self.pairs[first - 1]]) if first else 0)
        stop = max(stop, int(self.starts[self.pairs[end]] if end < len(self.pairs) else self.ends.max()))
        return (self.starts >= start) & (self.ends <= stop)


def _numbered(hashes: NDArray[np.uint64], own: Sequence[RoleTerm]) -> Places:
    known = np.array([term.hash for term in own], np.uint64)
    ascending = np.argsort(known)
    places = places_of(known[ascending], hashes)
    return np.where(places >= 0, ascending[places], -1) if len(own) else places
