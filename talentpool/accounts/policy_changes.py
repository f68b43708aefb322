"""What changed from one version of a policy to the next, value by value, as a history shows it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_SHOWN = 120
MOST_KEPT = 20
"""Changes written into the trail with one event; the versions themselves hold all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyChange:
    """One value that is another now; None where there was, or is, none. Lists name what went and what came."""

    place: tuple[str, ...]
    before: str | None
    after: str | None


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[PolicyChange]:
    """List the values that differ, in the order of their places.

    >>> changes_between({"a": {"b": 1, "words": ["x", "y"]}}, {"a": {"b": 2, "words": ["y", "z"]}})
    ... # doctest: +NORMALIZE_WHITESPACE
    [PolicyChange(place=('a', 'b'), before='1', after='2'),
     PolicyChange(place=('a', 'words'), before='x', after='z')]
    """
    return list(_changes((), before, after))


def as_details(changes: Sequence[PolicyChange]) -> list[list[str | None]]:
    """Give changes the way an event of the trail keeps them: place, before, after."""
    return [[".".join(one.place), one.before, one.after] for one in changes[:MOST_KEPT]]


def _changes(place: tuple[str, ...], before: Any, after: Any) -> Iterator[PolicyChange]:
    if before == after:
        return
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _changes((*place, str(key)), old.get(key), new.get(key))
        if not old and not new:
            yield PolicyChange(place=place, before=_shown(before), after=_shown(after))
        return
    if isinstance(before, list) or isinstance(after, list):
        old_list, new_list = (one if isinstance(one, list) else [] for one in (before, after))
        gone = [one for one in old_list if one not in new_list]
        came = [one for one in new_list if one not in old_list]
        yield PolicyChange(place=place, before=_joined(before, gone), after=_joined(after, came))
        return
    yield PolicyChange(place=place, before=_shown(before), after=_shown(after))


def _joined(whole: Any, part: list[Any]) -> str | None:
    return None if whole is None or not part else _shown(", ".join(map(str, part)))


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, Mapping):
        return None
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else text
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
