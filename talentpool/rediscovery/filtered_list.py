"""A role's list as filters leave it: who is shown, in which order, and what each further click would leave.

Ranks stay those of the whole list; nobody is ranked anew because somebody else is filtered out.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Viewer
from talentpool.rediscovery.filter_choices import FilterChoices, Ids, ListFacts
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.match_filters import FILTER_BY_KEY, Choice, Chosen, Filter, Sieve, toggled
from talentpool.rediscovery.results import RunView
from talentpool.roles.visibility import visible_roles


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterOn:
    """A choice that is on, and how long the list is once it is taken away."""

    filter: Filter
    value: str
    label: str
    left_without: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterCount:
    """A choice of a filter, whether it is on, and how long the list is after a click on it."""

    value: str
    label: str
    is_on: bool
    left: int


@dataclass(frozen=True, kw_only=True, eq=False)
class FilteredList:
    """The people of a view whom the filters leave, best first."""

    view: RunView
    chosen: Chosen
    sieve: Sieve
    ids: Ids

    @property
    def total(self) -> int:
        """Count who can be reached by paging on."""
        return len(self.ids)

    @property
    def set_aside(self) -> int:
        """Count who is in the role's list and not in this one."""
        return self.view.total - self.total

    def page(self, number: int, *, per_page: int) -> list[int]:
        """Give the people of one page, from 1."""
        return [int(one) for one in self.ids[(number - 1) * per_page : number * per_page]]

    def place_of(self, candidate_id: int) -> int | None:
        """Find somebody's place, from 0; None for whoever is not in it."""
        found = (self.ids == candidate_id).nonzero()[0]
        return int(found[0]) if len(found) else None

    def filters_on(self) -> list[FilterOn]:
        """List what is on, in the order of the filters."""
        return [
            FilterOn(
                filter=FILTER_BY_KEY[key],
                value=value,
                label=choice.label if (choice := self.sieve.choices(key).get(value)) else value,
                left_without=self.sieve.left(toggled(self.chosen, key, value)),
            )
            for key, values in self.chosen.items()
            for value in values
        ]

    def counts(self, key: str) -> list[FilterCount]:
        """Say of each choice of a filter how many a click on it leaves."""
        left = self.sieve.counts(key, self.chosen)
        return [self._count(choice, key, left) for choice in self.sieve.choices(key).values()]

    def _count(self, choice: Choice, key: str, left: dict[str, int]) -> FilterCount:
        is_on = choice.value in self.chosen.get(key, ())
        return FilterCount(value=choice.value, label=choice.label, is_on=is_on, left=left[choice.value])


def filtered_list(
    session: Session, keeper: IndexKeeper, view: RunView, chosen: Chosen, *, viewer: Viewer, now: datetime
) -> FilteredList:
    """Narrow a role's list down; what is not asked for is not looked up."""

    @cache
    def choices() -> FilterChoices:
        return FilterChoices(
            ListFacts(
                session=session,
                index=keeper.current(session, now=now),
                settings=keeper.settings(session),
                view=view,
                roles=visible_roles(viewer),
                today=now.date(),
                chosen=chosen,
            )
        )

    sieve = Sieve(view.total, lambda key: choices()(key))
    ids = view.ids[sieve.marks(chosen)] if chosen else view.ids
    return FilteredList(view=view, chosen=chosen, sieve=sieve, ids=ids)
