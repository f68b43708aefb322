"""The answer to “why do you have my data?”, ready to copy or send: what is on record, in sentences."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent
from talentpool.candidates.kept_too_long import kept_until
from talentpool.candidates.models import Candidate
from talentpool.consent.eligibility import BASIS_WORDS, day
from talentpool.consent.models import DataRequest, LawfulBasis, RequestKind
from talentpool.database import Base
from talentpool.erasure.access_export import title_for_them

OPENINGS = {
    RequestKind.ACCESS: "You asked to see what we have on record about you.",
    RequestKind.ERASURE: "You asked us to erase what we have on record about you.",
    RequestKind.CORRECTION: "You asked us to correct what we have on record about you.",
    RequestKind.QUESTION: "You asked why we have your data.",
}
PURPOSE = (
    "We keep it to find people we already know when a new role opens. A list of words is compared with the role; "
    "a person decides."
)


def ready_answer(session: Session, request: DataRequest, *, today: date) -> str:
    """Write the answer: source, date, purpose, basis, who saw it, who wrote, and when it ends."""
    candidate = session.get(Candidate, request.candidate_id) if request.candidate_id is not None else None
    if candidate is None:
        return "We have nothing on record about you any more."
    name = candidate.full_name.split(" ")[0] if candidate.full_name else "there"
    parts = [
        f"Hello {name},",
        f"{OPENINGS[request.kind]} Your request reached us on {day(request.received_on)}.",
        f"{_source(candidate)} {PURPOSE}",
        _basis(session, candidate.id),
        _seen(session, candidate.id),
        _written(session, candidate.id),
        _end(session, candidate.id, today),
        "You may have it corrected or erased, or say no to any further use, at any time: answer this message.",
    ]
    return "\n\n".join(part for part in parts if part)


def _source(candidate: Candidate) -> str:
    since = candidate.collected_on or candidate.created_at.date()
    by = candidate.came_through or candidate.source
    came = f" It came to us through {by}." if by else ""
    applied = ", ".join(dict.fromkeys(one.role_title for one in candidate.applications))
    roles = f" You applied for: {applied}." if applied else ""
    return f"We have had your data since {day(since)}.{came}{roles}"


def _basis(session: Session, candidate_id: int) -> str:
    wanted = select(LawfulBasis).where(LawfulBasis.candidate_id == candidate_id)
    found = session.scalars(wanted.order_by(LawfulBasis.recorded_on.desc(), LawfulBasis.id.desc())).first()
    if found is None:
        return "No consent of yours and no other basis is on record, so nobody writes to you about roles."
    if found.withdrawn_on is not None:
        return f"You withdrew your consent on {day(found.withdrawn_on)}."
    until = f", until {day(found.expires_on)}" if found.expires_on else ""
    version = f" (text {found.text_version})" if found.text_version else ""
    return f"The basis is {BASIS_WORDS[found.basis]}, recorded on {day(found.recorded_on)}{version}{until}."


def _seen(session: Session, candidate_id: int) -> str:
    wanted = select(AuditEvent.recruiter_id, AuditEvent.at).where(
        AuditEvent.object_kind == "candidate",
        AuditEvent.object_id == candidate_id,
        AuditEvent.action.like("%viewed"),
    )
    looks = Counter(who for who, _ in session.execute(wanted))
    shown = _shown(session, candidate_id)
    if not looks:
        return f"Nobody here has opened your record since we began to note it. {shown}"
    people = f"{len(looks)} of our recruiting staff" if len(looks) > 1 else "One of our recruiting staff"
    return f"{people} opened your record, {_times(sum(looks.values()))} in all. {shown}"


def _shown(session: Session, candidate_id: int) -> str:
    """Say whom beside recruiters it was shown to, and how often it left as a file."""
    people, links, roles = (
        Base.metadata.tables[name] for name in ("shortlist_link_people", "shortlist_links", "roles")
    )
    shown = (
        select(title_for_them(roles))
        .join(links, links.c.role_id == roles.c.id)
        .join(people, people.c.link_id == links.c.id)
        .where(people.c.candidate_id == candidate_id)
    )
    titles = ", ".join(dict.fromkeys(session.scalars(shown.order_by(links.c.id))))
    taken = select(func.count()).where(
        AuditEvent.object_kind == "candidate",
        AuditEvent.object_id == candidate_id,
        AuditEvent.action == "candidate_exported",
    )
    count = session.scalar(taken) or 0
    told = (
        f"It was shown to the hiring manager for: {titles}." if titles else "No hiring manager was shown it."
    )
    return f"{told} It was taken out as a file {_times(count)}." if count else told


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _written(session: Session, candidate_id: int) -> str:
    messages = Base.metadata.tables["messages"]  # another room's, known by its table
    sent = select(func.count(), func.max(messages.c.sent_at)).where(
        messages.c.candidate_id == candidate_id, messages.c.sent_at.is_not(None)
    )
    count, last = session.execute(sent).one()
    if not count:
        return "No message was sent to you from here."
    return f"{count} {'message was' if count == 1 else 'messages were'} sent to you, the last on {day(last.date())}."


def _end(session: Session, candidate_id: int, today: date) -> str:
    until = kept_until(session, candidate_id, today=today)
    if until is None:
        return ""
    if until < today:
        return f"The time for which we may keep it ended on {day(until)}; it goes with the next run."
    return f"It ends by itself on {day(until)} unless you say otherwise."
