"""Text copied from the advert into a resume: it repeats what was asked for, so it is not counted.

A copy shows as a long run of the role's own word pairs, in order, that a resume has all of. Among 8,000 real
pairs of advert and resume on public data no run was longer than 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief
from talentpool.matching.compiled import places_of
from talentpool.matching.role import RoleTerm, advert_text, terms_where_they_stand
from talentpool.matching.text import TextRules

LEAST_RUN = 8
"""Pairs of neighbouring words in a row that make a copy."""

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

    @classmethod
    def of(cls, brief: Brief, own: Sequence[RoleTerm], rules: TextRules) -> "AdvertWords":
        """Find the role's own terms where they stand in its title and text."""
        text = advert_text(brief)
        met = terms_where_they_stand(text, rules)
        numbers = _numbered(np.array([term.hash for term in met], np.uint64), own)
        known = np.flatnonzero(numbers >= 0)
        terms = [met[n] for n in known.tolist()]
        longer = {  # the last one that begins at a word: its pair rather than a skill of several words
            term.start: n for n, term in enumerate(terms) if len(text[term.start : term.end].split()) > 1
        }
        return cls(
            numbers=numbers[known],
            starts=np.array([term.start for term in terms], np.int64),
            ends=np.array([term.end for term in terms], np.int64),
            pairs=np.array(sorted(longer.values()), np.int64),
        )

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
            times = max(1, int(np.median(counts[self.numbers[self.pairs[first:end]]])))
            mentions += times * np.bincount(self.numbers[self._passage(first, end)], minlength=len(counts))
        return mentions if runs else None

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
