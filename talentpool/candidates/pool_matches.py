"""Who in the pool meets a query: words from the matching index and the names, fields from the database.

People are places in one list, in the order in which they are shown; each condition marks some of them, and
AND, OR and NOT are operations on the marks. Whoever the viewer may not see is in no list at all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.candidates.models import Application, Candidate, Resume, ResumeStatus
from talentpool.candidates.pool_fields import FieldScope, people_by_field
from talentpool.candidates.pool_names import PoolNames
from talentpool.candidates.pool_query import Condition, Either, Every, FieldTest, Mention, Without
from talentpool.database import many
from talentpool.matching.text import fold, words_of

MOST_CHECKED = 2_000
"""Texts read through for one phrase: some 30 ms. Where more have all its pairs, the page says so instead."""

DAY_STEP = 100_000_000  # above any day written as one number

Marks = NDArray[np.bool_]
Ids = NDArray[np.int64]


class PoolOrder(StrEnum):
    """In which order people are listed."""

    NAME = "name"
    APPLIED = "applied"
    ADDED = "added"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentioned:
    """Whose resumes mention a wording; not `is_exact` where only its pairs of neighbours are known to be there."""

    ids: Ids
    is_exact: bool = True


Mentioning = Callable[[str], Mentioned | None]
"""Asks the index for a wording; None for words it does not keep, such as “of” or a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchNotes:
    """What has to be said beside the result: words passed over, and phrases met pair by pair only."""

    passed_over: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


class PoolSearch:
    """One search: the people it looks among, in order, and how each condition is looked up."""

    def __init__(
        self, everybody: Ids, scope: FieldScope, names: PoolNames, mentioning: Mentioning | None
    ) -> None:
        self.everybody, self.scope, self.names, self.mentioning = everybody, scope, names, mentioning
        self.notes = SearchNotes()
        self._order = np.argsort(everybody, kind="stable")
        self._sorted = everybody[self._order]

    def marks(self, condition: Condition, *, is_left_out: bool = False) -> Marks:
        """Mark the places of everybody who meets a condition; under a NOT, names count only whole."""
        match condition:
            case Mention():
                return self._mentions(condition, is_left_out)
            case FieldTest():
                return self.places(ids_of(self.scope.session, people_by_field(condition, self.scope)))
            case Without():
                return ~self.marks(condition.part, is_left_out=not is_left_out)
            case Every():
                parts = self._told(condition.parts)
                return reduce(np.logical_and, (self.marks(one, is_left_out=is_left_out) for one in parts))
            case Either():
                parts = condition.parts
                return reduce(np.logical_or, (self.marks(one, is_left_out=is_left_out) for one in parts))

    def places(self, ids: Ids) -> Marks:
        """Mark the places of these people; whoever is not in the list is passed over."""
        marked = np.zeros(len(self.everybody), bool)
        if len(ids) and len(self.everybody):
            found = np.minimum(np.searchsorted(self._sorted, ids), len(self._sorted) - 1)
            marked[self._order[found[self._sorted[found] == ids]]] = True
        return marked

    def _mentions(self, mention: Mention, is_left_out: bool) -> Marks:
        marks = self.places(self.names.having(mention.wording, is_whole=is_left_out))
        found = self.mentioning(mention.wording) if self.mentioning is not None else None
        if found is None:
            return marks
        mentioning = self.places(found.ids)
        return marks | (mentioning if found.is_exact else self._word_for_word(mentioning, mention.wording))

    def _word_for_word(self, marks: Marks, wording: str) -> Marks:
        ids = self.everybody[marks]
        if len(ids) > MOST_CHECKED:
            self.notes.unchecked.append(wording)
            return marks
        return self.places(_whose_text_says(self.scope.session, ids, wording))

    def _told(self, parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """Pass over words that no index keeps where something else is asked for as well."""
        mute = [part for part in parts if isinstance(part, Mention) and self._is_mute(part)]
        if len(mute) == len(parts):
            return parts
        self.notes.passed_over.extend(part.wording for part in mute)
        return tuple(part for part in parts if part not in mute)

    def _is_mute(self, mention: Mention) -> bool:
        if mention.is_phrase or self.mentioning is None or self.mentioning(mention.wording) is not None:
            return False
        return not self.places(self.names.having(mention.wording, is_whole=True)).any()


def everybody_seen(session: Session, seen: ColumnElement[bool], order: PoolOrder, names: PoolNames) -> Ids:
    """List the ids of everybody whom the viewer may see, in this order.

    Whoever is hidden is taken out after: they are few, and the marks of who is restricted have an index.
    """
    ids = names.ids
    if order is PoolOrder.ADDED:
        ids = np.sort(ids)[::-1]
    if order is PoolOrder.APPLIED:
        applied = _last_applied_first(session)
        ids = np.concatenate([applied, ids[~np.isin(ids, applied)]])
    hidden = ids_of(session, select(Candidate.id).where(seen.is_not(True)))
    return ids[~np.isin(ids, hidden)] if len(hidden) else ids


def ids_of(session: Session, people: Select[int]) -> Ids:
    """Read many ids at once; as one text they come ten times as quickly as row by row."""
    return _numbers(session.scalar(select(_in_one_text(people.subquery().c[0]))))


def _last_applied_first(session: Session) -> Ids:
    """List who applied when we know the day; to find each one's last here is twice as quick as in the database."""
    told = select(_in_one_text(Application.candidate_id), _in_one_text(Application.applied_on))
    ids_text, days_text = session.execute(told.where(Application.applied_on.is_not(None))).one()
    days = _numbers(days_text and days_text.replace("-", ""))  # 2026-03-31 as 20260331
    dated = np.sort(_numbers(ids_text) * DAY_STEP + days, kind="stable")  # most come in order already
    ids, days = np.divmod(dated, DAY_STEP)
    is_last = np.ones(len(ids), bool)
    is_last[:-1] = ids[1:] != ids[:-1]
    first: Ids = ids[is_last][np.argsort(-days[is_last], kind="stable")]
    return first


def _in_one_text(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _numbers(joined: str | None) -> Ids:
    found: Ids = np.fromstring(joined or "", np.int64, sep=",")
    return found


def _whose_text_says(session: Session, ids: Ids, wording: str) -> Ids:
    phrase = re.compile(r"(?<!\w)" + r"\W{1,3}".join(map(re.escape, words_of(wording))) + r"(?!\w)")
    told = (Candidate.headline, Candidate.skills, Candidate.summary, Candidate.experience)
    found: set[int] = set()
    for batch in many(ids.tolist()):
        texts = select(Resume.candidate_id, Resume.visible_text).where(
            Resume.candidate_id.in_(batch), Resume.status == ResumeStatus.READABLE
        )
        cells = select(Candidate.id, *told).where(Candidate.id.in_(batch))
        for candidate_id, *parts in (*session.execute(texts), *session.execute(cells)):
            if any(phrase.search(fold(part)) for part in parts if part):
                found.add(candidate_id)
    return np.array(sorted(found), np.int64)
