"""What is different since an earlier run of a role: who is new, who moved, who is gone, and why each. Pure.

Works on whole arrays, so that two runs over 100,000 people are compared while somebody waits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.rediscovery.exclusions import Rule
from talentpool.rediscovery.funnel import words_of

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEAST_MOVE = 5  # places; smaller moves come from anybody's arrival and mean nothing
WATCHED_PLACES = 200
"""A move matters where somebody looks: among the first of either list, as many as a run keeps receipts for."""


class Kind(StrEnum):
    """What happened to somebody between two runs."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    GONE = "gone"


class Reason(StrEnum):
    """Why it happened, by what is on record of the time between two runs."""

    CAME_IN = "came_in"
    NO_LONGER_LEFT_OUT = "no_longer_left_out"
    OWN_CHANGE = "own_change"
    LAPSED = "lapsed"
    ROLE_CHANGED = "role_changed"
    WEIGHTS_CHANGED = "weights_changed"
    PEOPLE_JUDGED = "people_judged"
    OTHERS = "others"
    LEFT_OUT = "left_out"
    LACKS = "lacks"
    LEFT_POOL = "left_pool"


WORDS = {
    Reason.CAME_IN: "came into the pool",
    Reason.NO_LONGER_LEFT_OUT: "no longer left out: {about}",
    Reason.OWN_CHANGE: "resume or history changed since",
    Reason.LAPSED: "the reason of a rejection has lapsed since",
    Reason.ROLE_CHANGED: "the role changed",
    Reason.WEIGHTS_CHANGED: "the weights were changed",
    Reason.PEOPLE_JUDGED: "somebody was shortlisted or dismissed for the role",
    Reason.OTHERS: "others came, left or moved past",
    Reason.LEFT_OUT: "left out now: {about}",
    Reason.LACKS: "filtered: does not mention {about}",
    Reason.LEFT_POOL: "erased or no longer in the pool",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """A reason with what it is about: the rule that bites, in words too, or what a resume does not mention."""

    reason: Reason
    about: str = ""
    rule: str | None = None


def why_words(why: Why) -> str:
    """Say a reason the way screens, the terminal and files all say it.

    >>> why_words(Why(reason=Reason.LACKS, about="kubernetes or nomad"))
    'filtered: does not mention kubernetes or nomad'
    """
    return WORDS[why.reason].format(about=why.about)


@dataclass(frozen=True, kw_only=True, eq=False)
class RunSide:
    """One of two runs: everybody ranked, best first, and everybody else under one rule, with its words."""

    ranked: Ids
    excluded: Mapping[str, Ids]
    because: Mapping[str, str]
    brief: Brief
    policy_version: int

    def filter_of(self, rule: str) -> Requirement | None:
        """Give the requirement that a rule such as `lacks:0` stands for; None for any other rule."""
        name, _, place = rule.partition(":")
        filters = [one for one in self.brief.requirements if one.importance is Importance.FILTER]
        known = name == Rule.LACKS and place.isdigit() and int(place) < len(filters)
        return filters[int(place)] if known else None


@dataclass(frozen=True, kw_only=True, eq=False)
class Between:
    """What is on record of the time between two runs, in any order."""

    changed: Ids
    lapsed: Ids
    is_judged: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """One person of a part; a place is None where they are not in that list."""

    candidate_id: int
    before: int | None
    after: int | None
    why: Why


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """People to whom the same happened, side by side; `numbers` says which of `whys` is each one's."""

    ids: Ids
    before: Ids
    after: Ids
    numbers: Ids
    whys: tuple[Why, ...]

    def chosen(self, which: Mask) -> "Part":
        """Leave some of the people."""
        return replace(
            self,
            ids=self.ids[which],
            before=self.before[which],
            after=self.after[which],
            numbers=self.numbers[which],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def people(self, start: int = 0, stop: int | None = None) -> Iterator[Changed]:
        """Give some of them, in their order, each with the reason."""
        columns = (self.ids, self.before, self.after, self.numbers)
        for row in zip(*(column[start:stop].tolist() for column in columns), strict=True):
            candidate_id, before, after, number = row
            yield Changed(
                candidate_id=candidate_id, before=before or None, after=after or None, why=self.whys[number]
            )

    def counts(self) -> list[tuple[Why, int]]:
        """Count them by reason, the most frequent first."""
        found = np.bincount(self.numbers, minlength=len(self.whys)).tolist()
        counted = [(why, count) for why, count in zip(self.whys, found, strict=True) if count]
        return sorted(counted, key=lambda pair: -pair[1])


@dataclass(frozen=True, kw_only=True, eq=False)
class Delta:
    """The difference between two runs.

    New, up and down stand in the order of the later list, gone in that of the earlier; `stayed` are all who
    are in both.
    """

    parts: Mapping[Kind, Part]
    stayed: Ids

    @property
    def is_empty(self) -> bool:
        """Say whether nothing changed that matters."""
        return not any(len(part) for part in self.parts.values())


def newcomers(before: Ids, after: Ids) -> Ids:
    """Find who is in the later list and not in the earlier, by id."""
    return np.setdiff1d(after, before)


def delta_between(before: RunSide, after: RunSide, between: Between) -> Delta:
    """Compare two runs of one role; everybody new, moved or gone has exactly one reason."""
    then = _places_in(before.ranked, after.ranked)
    now = np.arange(1, len(then) + 1)
    stayed = then > 0
    is_gone = np.ones(len(before.ranked), bool)
    is_gone[then[stayed] - 1] = False
    matters = stayed & (np.abs(then - now) >= LEAST_MOVE) & (np.minimum(then, now) <= WATCHED_PLACES)
    parts = {Kind.NEW: _new(before, after, between, ~stayed)}
    for kind, moved in ((Kind.UP, then > now), (Kind.DOWN, then < now)):
        rows = np.flatnonzero(matters & moved)
        ids = after.ranked[rows]
        parts[kind] = _part(ids, then[rows], now[rows], _whys_of_moves(before, after, between, ids))
    parts[Kind.GONE] = _gone(before, after, is_gone)
    return Delta(parts=parts, stayed=after.ranked[stayed])


def _places_in(ranked: Ids, ids: Ids) -> Ids:
    """Find each one's place in a list, from 1; 0 for whoever is not in it."""
    if not len(ranked):
        return np.zeros(len(ids), np.int64)
    order = np.argsort(ranked, kind="stable")
    sorted_ids = ranked[order]
    found = np.minimum(np.searchsorted(sorted_ids, ids), len(ranked) - 1)
    return np.where(sorted_ids[found] == ids, order[found] + 1, 0)


def _new(before: RunSide, after: RunSide, between: Between, is_new: Mask) -> Part:
    rows = np.flatnonzero(is_new)
    ids = after.ranked[rows]
    whys: list[tuple[Why, Mask]] = []
    for rule, excluded in before.excluded.items():
        was_out = np.isin(ids, excluded)
        required = before.filter_of(rule)
        if required is not None and required not in after.brief.requirements:
            whys.append((Why(reason=Reason.ROLE_CHANGED), was_out))
            continue
        if required is not None:
            whys.append((Why(reason=Reason.OWN_CHANGE), was_out & np.isin(ids, between.changed)))
        about = before.because.get(rule, rule)
        whys.append((Why(reason=Reason.NO_LONGER_LEFT_OUT, about=about, rule=rule), was_out))
    whys.append((Why(reason=Reason.CAME_IN), np.ones(len(ids), bool)))
    return _part(ids, np.zeros(len(ids), np.int64), rows + 1, whys)


def _gone(before: RunSide, after: RunSide, is_gone: Mask) -> Part:
    rows = np.flatnonzero(is_gone)
    ids = before.ranked[rows]
    whys: list[tuple[Why, Mask]] = []
    for rule, excluded in after.excluded.items():
        required = after.filter_of(rule)
        if required is not None:
            why = Why(reason=Reason.LACKS, about=words_of(required), rule=rule)
        else:
            why = Why(reason=Reason.LEFT_OUT, about=after.because.get(rule, rule), rule=rule)
        whys.append((why, np.isin(ids, excluded)))
    whys.append((Why(reason=Reason.LEFT_POOL), np.ones(len(ids), bool)))
    return _part(ids, rows + 1, np.zeros(len(ids), np.int64), whys)


def _whys_of_moves(before: RunSide, after: RunSide, between: Between, ids: Ids) -> list[tuple[Why, Mask]]:
    """Say what moved people: what is their own first, then what holds for everybody."""
    everybody = np.ones(len(ids), bool)
    holds = {
        Reason.OWN_CHANGE: np.isin(ids, between.changed),
        Reason.LAPSED: np.isin(ids, between.lapsed),
        Reason.ROLE_CHANGED: everybody & (before.brief != after.brief),
        Reason.WEIGHTS_CHANGED: everybody & (before.policy_version != after.policy_version),
        Reason.PEOPLE_JUDGED: everybody & between.is_judged,
        Reason.OTHERS: everybody,
    }
    return [(Why(reason=reason), mask) for reason, mask in holds.items()]


def _part(ids: Ids, before: Ids, after: Ids, whys: list[tuple[Why, Mask]]) -> Part:
    """Give everybody the first reason that holds of them; the last holds of all."""
    numbers = np.argmax(np.stack([mask for _why, mask in whys]), axis=0).astype(np.int64)
    return Part(ids=ids, before=before, after=after, numbers=numbers, whys=tuple(why for why, _mask in whys))
