"""Who was asked about a role, and what they said: round by round, so that nobody is asked as if for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.contact_records import WAITING_WORDS
from talentpool.candidates.models import Candidate, Contact, Direction

NO_ANSWER = "no answer on record"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Somebody who was asked: when, by whom, and the last word on record after it."""

    candidate_id: int
    name: str
    asked_at: datetime
    by: str | None
    said: str = NO_ANSWER


def asked_about(
    session: Session,
    role_id: int,
    *,
    seen: ColumnElement[bool],
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Asked]:
    """List whom we asked about a role between two times, first asked first; of whom may be seen."""
    wanted = (
        select(Contact, Candidate.full_name, Recruiter.name)
        .join(Candidate, Candidate.id == Contact.candidate_id)
        .outerjoin(Recruiter, Recruiter.id == Contact.recruiter_id)
        .where(Contact.role_id == role_id, seen)
        .order_by(Contact.at, Contact.id)
    )
    if since is not None:
        wanted = wanted.where(Contact.at >= since)
    if until is not None:
        wanted = wanted.where(Contact.at < until)
    return _with_answers(session.execute(wanted).all())


def _with_answers(rows: Sequence[tuple[Contact, str, str | None]]) -> list[Asked]:
    """Put each person's last word to the question it answers.

    Whoever noted a call may have written down there what was said; an answer that came as one counts more.
    """
    asked: dict[int, Asked] = {}
    for contact, name, by in rows:
        words = contact.words or contact.outcome
        if contact.direction is Direction.THEIRS and contact.candidate_id in asked:
            asked[contact.candidate_id] = replace(asked[contact.candidate_id], said=words or "answered")
        elif contact.direction is Direction.OURS and contact.is_unasked:
            known = words if words and words != WAITING_WORDS else NO_ANSWER
            first = asked.setdefault(
                contact.candidate_id,
                Asked(
                    candidate_id=contact.candidate_id,
                    name=name or f"Candidate {contact.candidate_id}",
                    asked_at=contact.at,
                    by=by,
                    said=known,
                ),
            )
            if first.said == NO_ANSWER and known != NO_ANSWER:
                asked[contact.candidate_id] = replace(first, said=known)
    return list(asked.values())
