"""Who has had somebody's data from us, and whom we owe word of an erasure or a correction (Art. 19 GDPR).

Recipients are read off what is on record: names passed on, short lists shown, import files of other systems. When
somebody is erased they are kept as a list of their own, which holds nothing of the person but the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent
from talentpool.consent.models import PassOn
from talentpool.database import Base
from talentpool.erasure.answer_words import AnswerWords
from talentpool.erasure.models import GivenHow, RecipientToTell, ToldOf
from talentpool.errors import ConflictError, NotFoundError

HANDED_OVER = "candidate_handed_over"  # in the trail, with the label of the other system


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """One time somebody's data went to a recipient."""

    how: GivenHow
    reference: int  # of the question, the link, or the line of the trail
    to_whom: str
    with_resume: bool
    given_on: date


def load_given(session: Session, candidate_id: int) -> list[Given]:
    """List to whom a person's data went, the first time first; a system that had it more than once stands once."""
    given = [
        *_passed_on(session, candidate_id),
        *_shown(session, candidate_id),
        *_handed_over(session, candidate_id),
    ]
    return sorted(given, key=lambda one: (one.given_on, one.how, one.reference))


def note_to_tell(session: Session, candidate_id: int, told_of: ToldOf, *, now: datetime) -> int:
    """Write down whom to tell, from what is on record about a person; gives how many that are.

    Whoever waits to be told the same already is not written down twice.
    """
    waiting = {
        (row.how, row.reference)
        for row in load_to_tell(session, person_id=candidate_id)
        if row.told_of is told_of and row.told_at is None
    }
    given = [one for one in load_given(session, candidate_id) if (one.how, one.reference) not in waiting]
    session.add_all(
        RecipientToTell(
            person_id=candidate_id,
            told_of=told_of,
            how=one.how,
            reference=one.reference,
            to_whom=one.to_whom,
            with_resume=one.with_resume,
            given_on=one.given_on,
            created_at=now,
        )
        for one in given
    )
    session.flush()
    return len(given)


def load_to_tell(session: Session, *, person_id: int | None = None) -> list[RecipientToTell]:
    """Load whom to tell about one person or about all, those who wait first, then the newest first."""
    wanted = select(RecipientToTell).order_by(
        RecipientToTell.told_at.is_not(None), RecipientToTell.told_at.desc(), RecipientToTell.id
    )
    if person_id is not None:
        wanted = wanted.where(RecipientToTell.person_id == person_id)
    return list(session.scalars(wanted))


def count_to_tell(session: Session, *, person_id: int | None = None) -> int:
    """Count the recipients who have not been told, about one person or about all."""
    waiting = select(func.count()).select_from(RecipientToTell).where(RecipientToTell.told_at.is_(None))
    if person_id is not None:
        waiting = waiting.where(RecipientToTell.person_id == person_id)
    return session.scalar(waiting) or 0


def get_to_tell(session: Session, row_id: int) -> RecipientToTell:
    """Load one of them; raises NotFoundError."""
    row = session.get(RecipientToTell, row_id)
    if row is None:
        raise NotFoundError(f"There is no recipient {row_id} to tell.")
    return row


def note_told(session: Session, row_id: int, *, recruiter_id: int, now: datetime) -> RecipientToTell:
    """Note that a recipient has been told; raises NotFoundError, and ConflictError where that is noted already."""
    row = get_to_tell(session, row_id)
    if row.told_at is not None:
        raise ConflictError(f"It is noted already that {row.to_whom} was told.")
    row.told_at, row.told_by = now, recruiter_id
    return row


def take_told_back(session: Session, row_id: int) -> RecipientToTell:
    """Take back that a recipient has been told; raises NotFoundError."""
    row = get_to_tell(session, row_id)
    row.told_at = row.told_by = None
    return row


def words_to_recipient(
    words: AnswerWords, given: Given | RecipientToTell, told_of: ToldOf, person: tuple[int, str | None]
) -> str:
    """Write what a recipient is told; `person` is the number and, while we know it, the name."""
    number, name = person
    tell = words.tell
    with_resume = "_with_resume" if given.how is GivenHow.PASSED_ON and given.with_resume else ""
    what = tell[f"{given.how}{with_resume}"].format(reference=given.reference)
    unnamed = tell[f"unnamed_{given.how}"].format(number=f"talentpool-{number}")
    who = tell["named"].format(name=name) if name else unnamed
    return tell[told_of].format(day=words.day(given.given_on), what=what, who=who)


def _passed_on(session: Session, candidate_id: int) -> Sequence[Given]:
    passed = select(PassOn).where(PassOn.candidate_id == candidate_id, PassOn.passed_at.is_not(None))
    return [
        Given(
            how=GivenHow.PASSED_ON,
            reference=one.id,
            to_whom=f"{one.to_name}, {one.to_organisation}",
            with_resume=one.with_resume,
            given_on=one.passed_at.date(),
        )
        for one in session.scalars(passed)
        if one.passed_at is not None
    ]


def _shown(session: Session, candidate_id: int) -> Sequence[Given]:
    people, links = (Base.metadata.tables[name] for name in ("shortlist_link_people", "shortlist_links"))
    shown = (
        select(links.c.id, links.c.address, links.c.created_at)
        .join(people, people.c.link_id == links.c.id)
        .where(people.c.candidate_id == candidate_id)
    )
    return [
        Given(how=GivenHow.SHOWN, reference=link_id, to_whom=address, with_resume=False, given_on=at.date())
        for link_id, address, at in session.execute(shown)
    ]


def _handed_over(session: Session, candidate_id: int) -> Sequence[Given]:
    lines = select(AuditEvent).where(
        AuditEvent.object_kind == "candidate",
        AuditEvent.object_id == candidate_id,
        AuditEvent.action == HANDED_OVER,
    )
    last = {one.details["label"]: one for one in session.scalars(lines.order_by(AuditEvent.id))}
    return [
        Given(
            how=GivenHow.HANDED_OVER,
            reference=one.id,
            to_whom=label,
            with_resume=bool(one.details["with_resume"]),
            given_on=one.at.date(),
        )
        for label, one in last.items()
    ]
