"""Keeps everybody else out of what one person is given: our own people, whoever is named in notes, other addresses.

Recognised are the full names of accounts and of people on record, addresses however they are spelt, international
telephone numbers, and columns of other systems that say who of us worked on somebody. A first name alone is not.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate
from talentpool.erasure.forms import national_digits, plain, runs

STAFF, SOMEBODY = "[a member of our staff]", "[somebody else]"
SHORTEST_NAME = 3
_LABEL = r"[\w-]++"
_AT, _DOT = r"(?:@|\s*[\[({]\s*(?:at|@)\s*[\])}]\s*)", r"(?:\.|\s*[\[({]\s*dot\s*[\])}]\s*)"
_ADDRESS = re.compile(rf"(?<![\w.+'-])[\w.+'-]++{_AT}{_LABEL}(?:{_DOT}{_LABEL})+", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\+|\b00)\d[\d ()/.-]{6,20}\d")
_OURS = re.compile(
    r"recruiter|interviewer|hiring.?manager|owner|sourcer|coordinator|assigned|(?:created|updated|referred).?by",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """What is blanked in the texts about one person, and what of it is their own."""

    staff: re.Pattern[str] | None
    others: re.Pattern[str] | None
    own: frozenset[str]  # addresses and the name, folded; numbers as digits

    def blank(self, value: Any) -> Any:
        """Blank everybody else in all texts of a value, however deep they lie."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {key: self._column(str(key), each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.blank(each) for each in value]
        return value

    def _column(self, name: str, value: Any) -> Any:
        return self.blank(value) if name != "source_data" else self.blank(_without_our_columns(value))

    def _text(self, text: str) -> str:
        if plain(text) in self.own:
            return text
        text = self.staff.sub(STAFF, text) if self.staff is not None else text
        text = self.others.sub(SOMEBODY, text) if self.others is not None else text
        text = _ADDRESS.sub(lambda found: found[0] if plain(found[0]) in self.own else SOMEBODY, text)
        return _NUMBER.sub(
            lambda found: found[0] if national_digits(found[0]) in self.own else SOMEBODY, text
        )


def screen_for(session: Session, candidate_id: int, told: Any, own: Collection[str]) -> Screen:
    """Make ready to blank everybody but one person in what is told of them; `own` are their name and addresses."""
    accounts = [word for row in session.execute(select(Recruiter.name, Recruiter.email)) for word in row]
    people = session.execute(select(Candidate.full_name).where(Candidate.id != candidate_id)).scalars()
    return Screen(
        staff=_any_of(word for word in accounts if len(word) >= SHORTEST_NAME),
        others=_any_of(_named_in(told, people, own)),
        own=frozenset({plain(word) for word in own} | {national_digits(word) for word in own} - {""}),
    )


def _named_in(told: Any, names: Any, own: Collection[str]) -> Iterator[str]:
    """Walk over the names all of whose parts stand somewhere in what is told."""
    present = set(runs(plain(" ".join(_texts(told))).encode()))
    known = {plain(word) for word in own}
    for name in names:
        if (
            " " in name.strip()
            and present.issuperset(runs(plain(name).encode()))
            and plain(name) not in known
        ):
            yield name


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _any_of(words: Any) -> re.Pattern[str] | None:
    spelt = sorted({r"\s+".join(map(re.escape, word.split())) for word in words}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)", re.IGNORECASE) if spelt else None


def _without_our_columns(columns: Any) -> Any:
    if not isinstance(columns, Mapping):
        return columns
    return {name: STAFF if value and _OURS.search(str(name)) else value for name, value in columns.items()}
