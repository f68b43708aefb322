"""A resume that came as a file: kept with what it says, compared with what is on record, and taken back.

What it says otherwise is only proposed; a recruiter decides value by value. Whatever was taken over is written
down, so that removing the resume restores what was there.
"""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.entries import ResumeEntry
from talentpool.candidates.identity import email_key, phone_key, share_a_name, url_key
from talentpool.candidates.ledger import Ledger, LeftAsItIs, take_back
from talentpool.candidates.models import Candidate, CandidateEmail, CandidateLink, CandidatePhone, Resume
from talentpool.candidates.records import resume_values
from talentpool.database import Base, folded, table_of
from talentpool.errors import ConflictError
from talentpool.resumes.file_names import MEDIA_TYPES, UNKNOWN_MEDIA_TYPE, safe_file_name
from talentpool.resumes.outcome import ResumeProblem, ResumeStatus, ResumeText
from talentpool.resumes.proposal import Proposal, propose

Change = list[str]  # field, what is on record, what the resume says
LABELS = {"name": "Name", "email": "E-mail", "phone": "Phone", "headline": "Headline", "link": "Page"}
MOST_HIDDEN_LINES = 200
LONGEST_HEADLINE = 500
_NOT_KEPT = frozenset({ResumeProblem.NO_BYTES, ResumeProblem.WRONG_KIND})


def is_kept(read: ResumeText) -> bool:
    """Say whether a file is kept: one that is refused, empty or no resume is not."""
    return read.status is not ResumeStatus.REFUSED and read.problem not in _NOT_KEPT


def resume_entry(
    data: bytes, read: ResumeText, *, file_name: str, dated_on: date | None, source: str | None
) -> ResumeEntry:
    """Put together the record of a file that was read; where it is kept is not known yet."""
    return ResumeEntry(
        content_hash=hashlib.sha256(data).hexdigest(),
        visible_text=read.visible_text if read.status is ResumeStatus.READABLE else "",
        dated_on=dated_on,
        status=read.status,
        problem=read.message[:500] if read.message else None,
        media_type=MEDIA_TYPES[read.kind] if read.kind else UNKNOWN_MEDIA_TYPE,
        size_bytes=len(data),
        file_name=safe_file_name(file_name),
        hidden_lines=hidden_lines_of(read),
        source=source,
    )


def hidden_lines_of(read: ResumeText) -> tuple[tuple[str, int, str], ...]:
    """List why, on which page and what is there for software and not for people."""
    lines = ((line.hidden or "", line.page, line.text) for line in read.hidden_lines if line.text.strip())
    return tuple((str(reason), page, text) for reason, page, text in lines)[:MOST_HIDDEN_LINES]


def has_resume(session: Session, candidate_id: int, content_hash: str) -> bool:
    """Say whether somebody's record holds this very file already."""
    same = select(Resume.id).where(Resume.candidate_id == candidate_id, Resume.content_hash == content_hash)
    return session.scalar(same) is not None


def add_resume(
    session: Session, candidate: Candidate, entry: ResumeEntry, links: Collection[str], *, now: datetime
) -> Resume:
    """Record a kept file, with what it proposes to change about the person."""
    proposal = propose(entry.visible_text, links=links, country=candidate.country)
    resume = Resume(
        candidate_id=candidate.id,
        **resume_values(entry),
        proposed=proposed_changes(candidate, proposal),
        created_at=now,
    )
    session.add(resume)
    session.flush()
    record_changes(session, [candidate.id], now=now)
    return resume


def proposed_changes(candidate: Candidate, proposal: Proposal) -> list[Change]:
    """List what a resume says that is not on record; nothing of it is certain."""
    changes: list[Change] = []
    if proposal.name and not (candidate.full_name and share_a_name(candidate.full_name, proposal.name.value)):
        changes.append(["name", candidate.full_name, proposal.name.value[:320]])
    emails = {email.address_key for email in candidate.emails}
    for found in proposal.emails:
        if email_key(found.value) not in emails:
            changes.append(["email", candidate.emails[0].address if candidate.emails else "", found.value])
    phones = {phone.number_key for phone in candidate.phones}
    for found in proposal.phones:
        if phone_key(found.value, candidate.country) not in phones:
            changes.append(["phone", candidate.phones[0].number if candidate.phones else "", found.value])
    headline = headline_of(proposal)
    if headline and folded(headline) != folded(candidate.headline or ""):
        changes.append(["headline", candidate.headline or "", headline])
    known = {link.url_key for link in candidate.links}
    for found in proposal.links:
        key = url_key(found.value)
        if key and "/" in key and key not in known:
            changes.append(["link", "", found.value[:2000]])
            known.add(key)
    return changes


def headline_of(proposal: Proposal) -> str:
    """Put the most recent job into one line, empty where the resume names none."""
    if proposal.title is None:
        return ""
    employer = f" at {proposal.employer.value}" if proposal.employer else ""
    return f"{proposal.title.value}{employer}"[:LONGEST_HEADLINE]


def decide(session: Session, resume: Resume, chosen: Collection[int], *, now: datetime) -> int:
    """Take over the chosen proposals, by their places, and put the others aside; gives how many were taken."""
    if not resume.proposed:
        raise ConflictError("Somebody has decided about this resume already.")
    candidate = session.get_one(Candidate, resume.candidate_id)
    taken = [change for place, change in enumerate(resume.proposed) if place in chosen]
    ledger = Ledger(session)
    for field, _, new in taken:
        _take_over(session, ledger, candidate, field, new)
    if taken:
        _change_person(ledger, candidate, {"updated_at": now})
    resume.proposed, resume.taken_over = [], ledger.document() if taken else resume.taken_over
    record_changes(session, [candidate.id], now=now)
    session.flush()
    session.expire(candidate)
    return len(taken)


def remove_resume(session: Session, resume: Resume, *, now: datetime) -> list[LeftAsItIs]:
    """Remove a resume and give back what was there before it; gives what somebody has changed since.

    Its file goes once the transaction has ended well; whoever calls sees to that.
    """
    left = take_back(session, resume.taken_over) if resume.taken_over else []
    session.delete(resume)
    record_changes(session, [resume.candidate_id], now=now)
    return left


def _take_over(session: Session, ledger: Ledger, candidate: Candidate, field: str, new: str) -> None:
    if field == "name":
        _change_person(ledger, candidate, {"full_name": new, "folded_name": folded(new)[:320]})
    elif field == "headline":
        _change_person(ledger, candidate, {"headline": new})
    elif field == "email":
        _put_first(session, ledger, CandidateEmail, candidate.id, address=new, address_key=email_key(new))
    elif field == "phone":
        number_key = phone_key(new, candidate.country) or new
        _put_first(session, ledger, CandidatePhone, candidate.id, number=new, number_key=number_key)
    elif (page_key := url_key(new)) is not None:
        _add(session, ledger, CandidateLink, candidate_id=candidate.id, url=new, url_key=page_key)


def _change_person(ledger: Ledger, candidate: Candidate, values: dict[str, Any]) -> None:
    table = table_of(Candidate)
    row = ledger.session.execute(select(table).where(table.c.id == candidate.id)).mappings().one()
    ledger.change(table, dict(row), values)


def _put_first(session: Session, ledger: Ledger, model: type[Base], candidate_id: int, **values: str) -> None:
    """Add an address before those on record: the first one is the one we write to."""
    table = table_of(model)
    rows = session.execute(select(table).where(table.c.candidate_id == candidate_id)).mappings().all()
    key = next(name for name in values if name.endswith("_key"))
    if any(row[key] == values[key] for row in rows):
        return
    for row in rows:
        ledger.change(table, dict(row), {"position": row["position"] + 1})
    ledger.add(table, {"candidate_id": candidate_id, "position": 0, **values})


def _add(session: Session, ledger: Ledger, model: type[Base], **values: Any) -> None:
    table = table_of(model)
    key = next(name for name in values if name.endswith("_key"))
    same = select(table.c.id).where(
        table.c.candidate_id == values["candidate_id"], table.c[key] == values[key]
    )
    if session.scalar(same) is None:
        ledger.add(table, values)
