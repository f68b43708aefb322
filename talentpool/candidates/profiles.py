"""Snapshots of people for ranking: the words a role is compared with, and what their history says.

Nothing personal gets into the words: no name, address, birth date, and none of our own notes or interviewers'
words. One batch costs a fixed number of queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.candidates.models import (
    Application,
    Candidate,
    Contact,
    Direction,
    Promise,
    RejectionReason,
    Resume,
    ResumeStatus,
    Stage,
)
from talentpool.candidates.silver_medalists import PastApplication, is_silver_medalist, reason_lapses_on
from talentpool.database import many
from talentpool.matching.documents import History, PoolDocument, UnreadDocument
from talentpool.resumes.personal_lines import Personal, texts_without_personal_lines

BATCH = 400  # people a query; their texts fit in some megabytes


def pool_documents(session: Session, candidate_ids: Iterable[int]) -> Iterator[PoolDocument]:
    """Give what the index keeps of each candidate who is there, in the order of the ids given."""
    return (document.read() for document in unread_documents(session, candidate_ids))


def unread_documents(session: Session, candidate_ids: Iterable[int]) -> Iterator[UnreadDocument]:
    """Give the same with the texts still to be freed of what is personal, by whichever process counts them."""
    for batch in many(candidate_ids, at_a_time=BATCH):
        yield from _documents(session, batch)


def all_candidate_ids(session: Session) -> list[int]:
    """List everybody in the pool, oldest first."""
    return list(session.scalars(select(Candidate.id).order_by(Candidate.id)))


def newest_resumes(session: Session, candidate_ids: Sequence[int]) -> dict[int, Resume]:
    """Find the newest readable resume of each candidate: by its own date, else by the day it came in."""
    days = select(Resume.id, Resume.candidate_id, Resume.dated_on, Resume.created_at).where(
        Resume.candidate_id.in_(candidate_ids), Resume.status == ResumeStatus.READABLE
    )
    newest: dict[int, tuple[date, int]] = {}
    for resume_id, candidate_id, dated_on, created_at in session.execute(days):
        place = (dated_on or created_at.date(), resume_id)
        newest[candidate_id] = max(place, newest.get(candidate_id, place))
    wanted = select(Resume).where(Resume.id.in_([resume_id for _day, resume_id in newest.values()]))
    return {resume.candidate_id: resume for resume in session.scalars(wanted)}


def _documents(session: Session, candidate_ids: Sequence[int]) -> Iterator[UnreadDocument]:
    people = _people(session, candidate_ids)
    resumes = newest_resumes(session, candidate_ids)
    applications, titles = _applications(session, candidate_ids)
    promised = _promised(session, candidate_ids)
    replied = _replied(session, candidate_ids)
    for candidate_id in candidate_ids:
        person = people.get(candidate_id)
        if person is None:
            continue
        resume = resumes.get(candidate_id)
        past = applications[candidate_id]
        texts = matchable_texts(person, resume, titles[candidate_id])
        yield UnreadDocument(
            candidate_id=candidate_id,
            make=partial(texts_without_personal_lines, texts, personal_of(person)),
            characters=sum(map(len, texts)),
            history=History(
                stage_rank=max((one.stage.rank for one in past if one.stage is not Stage.HIRED), default=0),
                silver_medalist=is_silver_medalist(past),
                reason_lapses_on=reason_lapses_on(past),
                promise_open=candidate_id in promised,
                rating=max((one.rating for one in past if one.rating is not None), default=None),
                resume_on=resume.dated_on if resume else None,
                replied=candidate_id in replied,
            ),
        )


def matchable_texts(person: Candidate, resume: Resume | None, role_titles: Sequence[str]) -> list[str]:
    """Put together the words a role is compared with; titles applied for only where there is no resume."""
    told = [person.headline, person.skills, person.summary, person.experience]
    told += [] if resume else dict.fromkeys(role_titles)
    texts = ["\n".join(part for part in told if part), resume.visible_text if resume else None]
    return [text for text in texts if text]


def personal_of(person: Candidate) -> Personal:
    """Give what is recorded about a person and is not compared with a role."""
    return Personal(
        name=person.full_name,
        emails=tuple(email.address for email in person.emails),
        phones=tuple(phone.number for phone in person.phones),
        street=person.street,
        postcode=person.postcode,
        city=person.city,
    )


def _people(session: Session, candidate_ids: Sequence[int]) -> dict[int, Candidate]:
    wanted = (
        select(Candidate)
        .where(Candidate.id.in_(candidate_ids))
        .options(selectinload(Candidate.emails), selectinload(Candidate.phones))
        .execution_options(populate_existing=True)
    )
    return {person.id: person for person in session.scalars(wanted)}


def _applications(
    session: Session, candidate_ids: Sequence[int]
) -> tuple[dict[int, list[PastApplication]], dict[int, list[str]]]:
    wanted = (
        select(Application, RejectionReason.against_candidate)
        .outerjoin(RejectionReason, Application.reason_id == RejectionReason.id)
        .where(Application.candidate_id.in_(candidate_ids))
        .order_by(Application.candidate_id, Application.id)
    )
    applications: dict[int, list[PastApplication]] = defaultdict(list)
    titles: dict[int, list[str]] = defaultdict(list)
    for row, against in session.execute(wanted):
        titles[row.candidate_id].append(row.role_title)
        applications[row.candidate_id].append(
            PastApplication(
                stage=row.stage,
                disposition=row.disposition,
                counts_against=against,
                reason_holds_until=row.reason_holds_until,
                ended_on=row.ended_on,
                rating=row.rating,
                is_strong_elsewhere=row.is_strong_elsewhere,
            )
        )
    return applications, titles


def _promised(session: Session, candidate_ids: Sequence[int]) -> set[int]:
    standing = select(Promise.candidate_id).where(
        Promise.candidate_id.in_(candidate_ids), Promise.kept_at.is_(None), Promise.let_go_at.is_(None)
    )
    return set(session.scalars(standing))


def _replied(session: Session, candidate_ids: Sequence[int]) -> set[int]:
    answered = select(Contact.candidate_id).where(
        Contact.candidate_id.in_(candidate_ids), Contact.direction == Direction.THEIRS
    )
    return set(session.scalars(answered))
