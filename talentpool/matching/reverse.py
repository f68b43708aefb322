"""The other way round: for which of many roles does one person fit?

Roles stand on a shelf with the weights of their last ranking, all their terms in one sorted array. A person's few
hundred terms are looked up there, so five hundred roles cost a few milliseconds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.index import PoolIndex
from talentpool.matching.role import WeighedRole, weighted
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.signals import signal_totals
from talentpool.matching.weighting import count_table, pivoted

PLACES_KNOWN = 1_000
"""How many of a role's best scores are kept to say which place somebody would have."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ShelvedRole:
    """A role by its id, its terms as `factors` (weight times rarity) by hash, and its best scores, falling."""

    role_id: int
    hashes: NDArray[np.uint64]
    factors: NDArray[np.float64]
    slope: float
    best_scores: NDArray[np.float32]

    @classmethod
    def of(cls, role_id: int, role: WeighedRole, scores: NDArray[np.floating]) -> "ShelvedRole":
        """Take a role as it was last ranked, with the scores of everybody in it, best first."""
        terms = weighted(role.terms)
        return cls(
            role_id=role_id,
            hashes=terms.hashes,
            factors=terms.weights * terms.rarities,
            slope=role.slope,
            best_scores=scores[:PLACES_KNOWN].astype(np.float32),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """A role somebody fits; `place` is where they would stand in its list, None past the first thousand."""

    role_id: int
    score: float
    place: int | None


class RoleShelf:
    """Many roles ready to be asked for one person; it never changes."""

    def __init__(self, roles: Sequence[ShelvedRole]) -> None:
        self.roles = tuple(roles)
        numbers = np.repeat(np.arange(len(roles)), [len(role.hashes) for role in roles])
        hashes = np.concatenate([role.hashes for role in roles] or [np.zeros(0, np.uint64)])
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = hashes[order], numbers[order]
        self._factors = np.concatenate([role.factors for role in roles] or [np.zeros(0)])[order]
        self._slopes = np.array([role.slope for role in roles], np.float64)

    def fits(self, index: PoolIndex, row: int, settings: MatchingSettings, *, today: date) -> list[Fit]:
        """Score one person of an index for every role, best place first, then best share of the first score.

        Roles that share no word with the person are left out.
        """
        scores = self._text_scores(index, row, settings)
        signals = float(signal_totals(index, today=today, weights=settings.signals)[row])
        fits = [
            _fit(role, float(score) + signals)
            for role, score in zip(self.roles, scores, strict=True)
            if score > 0
        ]
        return sorted(fits, key=lambda fit: (fit.place or PLACES_KNOWN + 1, -fit.score, fit.role_id))

    def _text_scores(self, index: PoolIndex, row: int, settings: MatchingSettings) -> NDArray[np.float64]:
        number, inner = index.place_of(row)
        segment = index.segments[number]
        terms, counts = segment.row(inner)
        hashes = segment.term_hashes[terms]
        first, end = (
            np.searchsorted(self._hashes, hashes),
            np.searchsorted(self._hashes, hashes, side="right"),
        )
        times = end - first
        places = np.repeat(first - np.concatenate(([0], np.cumsum(times)[:-1])), times) + np.arange(
            times.sum()
        )
        weights = np.repeat(count_table(settings.words)[counts], times) * self._factors[places]
        sums = np.bincount(self._numbers[places], weights, len(self.roles))
        length = np.full(len(self.roles), index.lengths[number][inner])
        return sums / pivoted(length, index.pivot, self._slopes)


class RolesByRun:
    """The shelf from one question to the next: a role stays on it for as long as its last run is the same."""

    def __init__(self) -> None:
        self._roles = dict[int, ShelvedRole]()
        self._shelf = RoleShelf([])

    def shelf(
        self, run_by_role: Mapping[int, int], load: Callable[[Sequence[int]], Iterable[ShelvedRole]]
    ) -> RoleShelf:
        """Give the shelf of these runs' roles; `load` is asked for the runs that are not known yet."""
        runs = sorted(run_by_role.values())
        if runs != list(self._roles):
            missing = [run for run in runs if run not in self._roles]
            known = self._roles | {run_by_role[role.role_id]: role for role in load(missing)}
            self._roles = {run: known[run] for run in runs}
            self._shelf = RoleShelf(list(self._roles.values()))
        return self._shelf


def _fit(role: ShelvedRole, score: float) -> Fit:
    ahead = int(np.searchsorted(-role.best_scores, -np.float32(score), side="left"))
    is_known = ahead < len(role.best_scores) or len(role.best_scores) < PLACES_KNOWN
    return Fit(role_id=role.role_id, score=score, place=ahead + 1 if is_known else None)
