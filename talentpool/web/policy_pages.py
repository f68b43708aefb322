"""What the pages of the settings share: which version holds, saving with a way back, and who was first.

A policy is changed by one function of its room, with the version that was on the page; the history brings back any
version through the same function.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from talentpool.accounts.policies import (
    ChangedMeanwhileError,
    Edit,
    Policy,
    VersionLine,
    policy_history,
)
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import notify
from talentpool.web.transaction import request_session
from talentpool.web.wording import counted

VERSION = "version"
MOST_NAMED = 3

Change = Callable[[Session, dict[str, Any], Edit], Policy]


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyPage:
    """One policy as the settings know it: how it is called, its page, and what makes another value hold."""

    name: str
    label: str
    endpoint: str
    change: Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Which version of a policy holds; no line before the first was kept."""

    name: str
    line: VersionLine | None

    @property
    def version(self) -> int:
        """Give the number of the version that holds, 0 before the first."""
        return self.line.version if self.line else 0


def standing_of(name: str) -> Standing:
    """Load which version of a policy holds, and who made it."""
    return Standing(name=name, line=next(iter(policy_history(request_session(), name, most=1)), None))


def save(page: PolicyPage, value: dict[str, Any], entry: Entry, words: str) -> bool:
    """Make a value hold; says so with a way back, or notes in the entry that somebody else was first."""
    typed = entry[VERSION]
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
    try:
        made = page.change(request_session(), value, edit_now(seen))
    except ChangedMeanwhileError as error:
        entry.refuse(VERSION, _meanwhile_words(standing_of(page.name)))
        entry.values[VERSION] = [str(error.newest)]
        return False
    if not made.is_new:
        notify("Nothing differs from what holds already.")
        return True
    notify(
        words, undo=url_for("settings.restore", name=page.name, version=made.version - 1, seen=made.version)
    )
    return True


def edit_now(seen_version: int) -> Edit:
    """Give who changes something in this request, and from which version on."""
    return Edit(recruiter_id=current_viewer().recruiter_id, seen_version=seen_version, now=request_time())


def _meanwhile_words(standing: Standing) -> str:
    line = standing.line
    if line is None:
        return "This is not kept any more; open the page again."
    named = [
        f"{one.place[-1].replace('_', ' ')} is now {one.after or 'gone'}" for one in line.changes[:MOST_NAMED]
    ]
    more = len(line.changes) - len(named)
    named += [f"{counted(more, 'more change')}"] if more > 0 else []
    return (
        f"{line.by or 'The program'} changed this while you had it open ({'; '.join(named) or 'back to before'}). "
        "What you entered is still below: saving again puts it over that; opening the page anew shows theirs."
    )
