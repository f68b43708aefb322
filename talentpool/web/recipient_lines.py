"""Whom to tell of an erasure or a correction, as pages show it: who, what they had, the words to send, and that they know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Candidate
from talentpool.consent.models import DataRequest, RequestKind
from talentpool.erasure.answer_words import AnswerWords
from talentpool.erasure.models import GivenHow, RecipientToTell, ToldOf
from talentpool.erasure.recipients import Given, load_given, load_to_tell, words_to_recipient
from talentpool.web.transaction import request_session

TOLD_OF = {RequestKind.ERASURE: ToldOf.ERASURE, RequestKind.CORRECTION: ToldOf.CORRECTION}
HOW = {
    GivenHow.PASSED_ON: "an introduction",
    GivenHow.SHOWN: "a short list, by link",
    GivenHow.HANDED_OVER: "a short list, as an import file",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientLine:
    """One recipient; without a number they are to be told once the erasure or the correction is done."""

    number: int | None
    person_id: int
    name: str | None  # of the person, while they are here
    told_of: ToldOf
    to_whom: str
    had: str
    given_on: date
    words: str
    told_at: datetime | None
    told_by: str | None


def lines_for_request(asked: DataRequest, words: AnswerWords) -> list[RecipientLine]:
    """Give who is to be told about this request: those noted, or before that those who would be."""
    told_of = TOLD_OF.get(asked.kind)
    if told_of is None:
        return []
    session = request_session()
    rows = [row for row in load_to_tell(session, person_id=asked.person_id) if row.told_of is told_of]
    if rows or asked.candidate_id is None:
        return lines_of(rows, words)
    person = (asked.candidate_id, _names({asked.candidate_id}).get(asked.candidate_id))
    return [_line(one, words, told_of, person) for one in load_given(session, asked.candidate_id)]


def lines_of(rows: Sequence[RecipientToTell], words: AnswerWords) -> list[RecipientLine]:
    """Give recipients as they are noted; a person who is here is named."""
    session, names = request_session(), _names({row.person_id for row in rows})
    by = {row.told_by for row in rows if row.told_by is not None}
    tellers = dict(session.execute(select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(by))).all())
    return [
        _line(
            row,
            words,
            row.told_of,
            (row.person_id, names.get(row.person_id)),
            by=tellers.get(row.told_by) if row.told_by is not None else None,
        )
        for row in rows
    ]


def _names(numbers: Collection[int]) -> dict[int, str]:
    """Give by what people who are here are named to others: the name, or else an address."""
    found = request_session().scalars(select(Candidate).where(Candidate.id.in_(numbers)))
    return {one.id: one.full_name or next((each.address for each in one.emails), "") for one in found}


def _line(
    one: Given | RecipientToTell,
    words: AnswerWords,
    told_of: ToldOf,
    person: tuple[int, str | None],
    *,
    by: str | None = None,
) -> RecipientLine:
    row = one if isinstance(one, RecipientToTell) else None
    return RecipientLine(
        number=row.id if row else None,
        person_id=person[0],
        name=person[1],
        told_of=told_of,
        to_whom=one.to_whom,
        had=HOW[one.how] + (" with the resume" if one.with_resume else ""),
        given_on=one.given_on,
        words=words_to_recipient(words, one, told_of, person),
        told_at=row.told_at if row else None,
        told_by=by,
    )
