"""Filters of a role's list in the address: read from it, written into it, and what the page shows of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from talentpool.accounts.models import SavedSearch, Searched
from talentpool.accounts.saved_searches import saved_searches
from talentpool.rediscovery.filtered_list import FilterCount, FilteredList, FilterOn, filtered_list
from talentpool.rediscovery.match_filters import (
    FILTERS,
    LONGEST_VALUE,
    MOST_VALUES,
    Chosen,
    Filter,
    FilterGroup,
    Join,
    toggled,
)
from talentpool.rediscovery.results import RunView
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import cleaned
from talentpool.web.transaction import request_session

SAVED = "saved"
GROUP_WORDS = {
    FilterGroup.QUALITY.value: "Quality signals",
    FilterGroup.RELEVANCE.value: "Relevance",
    FilterGroup.EXCLUSIONS.value: "Exclusions",
    FilterGroup.ADVANCED.value: "Advanced",
    SAVED: "Saved",
}
SUGGESTED = (
    ("Silver medalists I may write to", {"silver": ["yes"], "contact": ["ok"]}),
    ("Strong or good, resume within a year", {"band": ["strong", "good"], "resume": ["fresh"]}),
    ("Not contacted for a year", {"last_contact": ["not_lately"]}),
    ("We owe them word", {"promise": ["open"]}),
)
MOST_SHOWN = 12  # choices of one filter; the rest is found by the pool's search

Arguments = dict[str, Any]  # lists of words, as `url_for` takes them


@dataclass(frozen=True, kw_only=True, slots=True)
class Click:
    """A choice as a link: the address it leads to, and how long the list is there."""

    count: FilterCount
    arguments: Arguments


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterSheet:
    """What the page shows of the filters: what is on, the groups, and the choices of the group that is open."""

    on: tuple[tuple[FilterOn, Arguments], ...]
    asked: Arguments  # what is on, as the address has it
    group: str | None
    saved: tuple[SavedSearch, ...]
    choices: tuple[tuple[Filter, tuple[Click, ...]], ...]

    @property
    def relaxing(self) -> list[tuple[FilterOn, Arguments]]:
        """List what is on by how many people come back when it is taken away, the most first."""
        return sorted(self.on, key=lambda one: -one[0].left_without)


def asked_filters(asked: MultiDict[str, str] | None = None) -> Chosen:
    """Read from the address what is on; of a filter that takes one choice the first one counts."""
    given = request.args if asked is None else asked
    chosen: dict[str, tuple[str, ...]] = {}
    for one in FILTERS:
        values = [" ".join(cleaned(value).split())[:LONGEST_VALUE] for value in given.getlist(one.key)]
        kept = tuple(dict.fromkeys(value for value in values if value))
        if kept:
            chosen[one.key] = kept[:1] if one.join is Join.ONE else kept[:MOST_VALUES]
    return chosen


def arguments(chosen: Mapping[str, tuple[str, ...]]) -> Arguments:
    """Give what is on the way `url_for` takes it."""
    return {key: list(values) for key, values in chosen.items()}


def asked_list(view: RunView, *, group: str | None = None) -> tuple[FilteredList, FilterSheet]:
    """Narrow a list down as the address asks, and give what the page shows of it."""
    chosen = asked_filters()
    found = filtered_list(
        request_session(), desk().keeper, view, chosen, viewer=current_viewer(), now=request_time()
    )
    shown = [one for one in FILTERS if one.group == group]
    own = current_viewer().recruiter_id
    saved = saved_searches(request_session(), Searched.MATCHES, viewer_id=own) if group == SAVED else []
    sheet = FilterSheet(
        on=tuple((one, arguments(toggled(chosen, one.filter.key, one.value))) for one in found.filters_on()),
        asked=arguments(chosen),
        group=group,
        saved=tuple(saved),
        choices=tuple((one, clicks) for one in shown if (clicks := _clicks(found, one))),
    )
    return found, sheet


def asked_group() -> str | None:
    """Read which group of filters is open."""
    asked = request.args.get("group")
    return asked if asked in GROUP_WORDS else None


def _clicks(found: FilteredList, one: Filter) -> tuple[Click, ...]:
    counts = found.counts(one.key)
    if one.is_open:  # the most frequent first, and none that nobody is left with
        counts = sorted(
            (count for count in counts if count.left or count.is_on), key=lambda count: -count.left
        )
    shown = counts[:MOST_SHOWN] + [count for count in counts[MOST_SHOWN:] if count.is_on]
    return tuple(
        Click(count=count, arguments=arguments(toggled(found.chosen, one.key, count.value)))
        for count in shown
    )
