"""Filters on a ranked list: which there are, how choices of one join, and who is left. Pure.

A list is places from 0; each choice names the places of its people. What a choice's number says is how long the
list is after a click on it, so a number and its click cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Marks = NDArray[np.bool_]
Chosen = Mapping[str, tuple[str, ...]]
"""What is on, by the key of the filter; nothing on is everybody."""

MOST_VALUES = 20
LONGEST_VALUE = 320


class Join(StrEnum):
    """How several choices of one filter join; `one` puts a choice in place of the other."""

    ANY = "any"
    ALL = "all"
    ONE = "one"
    NONE = "none"


class FilterGroup(StrEnum):
    """The four groups, named as Greenhouse names them on its past candidates."""

    QUALITY = "quality"
    RELEVANCE = "relevance"
    EXCLUSIONS = "exclusions"
    ADVANCED = "advanced"


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """One filter: its key in the address, what the page calls it, its group, and how its choices join."""

    key: str
    label: str
    group: FilterGroup
    join: Join
    is_open: bool = False  # its choices are whatever stands in the records, many of them rare


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Choice:
    """One choice of a filter, and the places of its people."""

    value: str
    label: str
    places: Places


FILTERS = (
    Filter(key="band", label="Match", group=FilterGroup.QUALITY, join=Join.ANY),
    Filter(key="silver", label="Nearly hired", group=FilterGroup.QUALITY, join=Join.ONE),
    Filter(key="stage", label="Stage reached", group=FilterGroup.QUALITY, join=Join.ONE),
    Filter(key="rated", label="Rating", group=FilterGroup.QUALITY, join=Join.ONE),
    Filter(key="word", label="Mentions", group=FilterGroup.RELEVANCE, join=Join.ALL),
    Filter(key="new", label="New", group=FilterGroup.RELEVANCE, join=Join.ONE),
    Filter(key="resume", label="Resume", group=FilterGroup.RELEVANCE, join=Join.ONE),
    Filter(key="country", label="Country", group=FilterGroup.RELEVANCE, join=Join.ANY, is_open=True),
    Filter(key="city", label="City", group=FilterGroup.RELEVANCE, join=Join.ANY, is_open=True),
    Filter(key="contact", label="Contact", group=FilterGroup.EXCLUSIONS, join=Join.ANY),
    Filter(key="without", label="Leave out: last ended for", group=FilterGroup.EXCLUSIONS, join=Join.NONE),
    Filter(key="last_contact", label="Last contact", group=FilterGroup.EXCLUSIONS, join=Join.ONE),
    Filter(key="promise", label="Promise", group=FilterGroup.ADVANCED, join=Join.ONE),
    Filter(key="reason", label="Last ended for", group=FilterGroup.ADVANCED, join=Join.ANY, is_open=True),
    Filter(key="source", label="Source", group=FilterGroup.ADVANCED, join=Join.ANY, is_open=True),
    Filter(key="owner", label="Looked after by", group=FilterGroup.ADVANCED, join=Join.ANY, is_open=True),
)
FILTER_BY_KEY = {one.key: one for one in FILTERS}


def toggled(chosen: Chosen, key: str, value: str) -> Chosen:
    """Give what is on after a click: the choice comes on or goes off; of `one` it takes the other's place."""
    on = chosen.get(key, ())
    if value in on:
        left = tuple(one for one in on if one != value)
    else:
        left = (value,) if FILTER_BY_KEY[key].join is Join.ONE else (*on, value)
    rest = {other: values for other, values in chosen.items() if other != key}
    ordered = {**rest, key: left} if left else rest
    return {one.key: ordered[one.key] for one in FILTERS if one.key in ordered}


class Sieve:
    """A list of so many people, and whom each choice of each filter leaves of it."""

    def __init__(self, size: int, choices_of: Callable[[str], Sequence[Choice]]) -> None:
        self.size, self._choices_of = size, choices_of
        self._known: dict[str, dict[str, Choice]] = {}

    def choices(self, key: str) -> dict[str, Choice]:
        """Give the choices of a filter by their value, looked up once."""
        if key not in self._known:
            self._known[key] = {choice.value: choice for choice in self._choices_of(key)}
        return self._known[key]

    def marks(self, chosen: Chosen) -> Marks:
        """Mark the places that are left."""
        return self._kept(chosen, but="")

    def left(self, chosen: Chosen) -> int:
        """Count who is left."""
        return int(self.marks(chosen).sum())

    def counts(self, key: str, chosen: Chosen) -> dict[str, int]:
        """Say for each choice of a filter how many are left after a click on it."""
        others, on = self._kept(chosen, but=key), chosen.get(key, ())
        join, now = FILTER_BY_KEY[key].join, self._joined(key, on)
        base = int((others & now).sum()) if on else 0
        if join is Join.NONE:
            base = int((others & now).sum())
        among = {Join.ANY: others & ~now if on else others, Join.ONE: others}.get(join, others & now)
        counts = {}
        for value, choice in self.choices(key).items():
            if value in on:
                counts[value] = self.left(toggled(chosen, key, value))
                continue
            met = int(among[choice.places].sum())
            counts[value] = {Join.ANY: base + met, Join.NONE: base - met}.get(join, met)
        return counts

    def _kept(self, chosen: Chosen, *, but: str) -> Marks:
        kept = [self._joined(key, values) for key, values in chosen.items() if values and key != but]
        return reduce(np.logical_and, kept, np.ones(self.size, bool))

    def _joined(self, key: str, values: Sequence[str]) -> Marks:
        """Mark whom the choices that are on keep; nothing on keeps everybody."""
        if not values:
            return np.ones(self.size, bool)
        join = FILTER_BY_KEY[key].join
        each = [self._marked(key, value) for value in values]
        joined: Marks = reduce(np.logical_and if join is Join.ALL else np.logical_or, each)
        return ~joined if join is Join.NONE else joined

    def _marked(self, key: str, value: str) -> Marks:
        marks = np.zeros(self.size, bool)
        choice = self.choices(key).get(value)
        if choice is not None:
            marks[choice.places] = True
        return marks
