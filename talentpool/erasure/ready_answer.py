"""The answer to “why do you have my data?”, ready to copy or send: what is on record, in sentences of one language."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AuditEvent
from talentpool.candidates.kept_too_long import kept_until
from talentpool.candidates.models import Candidate
from talentpool.consent.models import DataRequest, LawfulBasis
from talentpool.database import Base
from talentpool.erasure.access_export import NOT_PUBLIC, title_for_them
from talentpool.erasure.answer_words import ENGLISH, AnswerWords, answer_words
from talentpool.erasure.models import GivenHow
from talentpool.erasure.recipients import HANDED_OVER, load_given

LEFT_AS_A_FILE = ("candidate_exported", HANDED_OVER)


def ready_answer(session: Session, request: DataRequest, *, today: date, language: str = ENGLISH) -> str:
    """Write the answer: source, date, purpose, basis, who saw it, who has it, who wrote, and when it ends."""
    candidate = session.get(Candidate, request.candidate_id) if request.candidate_id is not None else None
    words = answer_words(language)
    if candidate is None:
        return words.say("gone")
    name = candidate.full_name or words.say("nobody")
    first_name = name.split(" ")[0] if candidate.full_name else name
    reached = words.say("reached", day=words.day(request.received_on))
    parts = [
        words.say("greeting", name=name, first_name=first_name),
        f"{words.openings[request.kind]} {reached}",
        f"{_source(candidate, words)} {words.say('purpose')}",
        _basis(session, candidate.id, words),
        " ".join([_seen(session, candidate.id, words), *_shown(session, candidate.id, words)]),
        _written(session, candidate.id, words),
        _end(session, candidate.id, today, words),
        words.say("rights"),
    ]
    return "\n\n".join(part for part in parts if part)


def _source(candidate: Candidate, words: AnswerWords) -> str:
    since = candidate.collected_on or candidate.created_at.date()
    by = candidate.came_through or candidate.source
    came = words.say("through", by=by) if by else ""
    applied = ", ".join(dict.fromkeys(one.role_title for one in candidate.applications))
    roles = words.say("applied", titles=applied) if applied else ""
    return f"{words.say('since', day=words.day(since))}{came}{roles}"


def _basis(session: Session, candidate_id: int, words: AnswerWords) -> str:
    wanted = select(LawfulBasis).where(LawfulBasis.candidate_id == candidate_id)
    found = session.scalars(wanted.order_by(LawfulBasis.recorded_on.desc(), LawfulBasis.id.desc())).first()
    if found is None:
        return words.say("no_basis")
    if found.withdrawn_on is not None:
        return words.say("withdrawn", day=words.day(found.withdrawn_on))
    return words.say(
        "basis",
        basis=words.bases[found.basis],
        day=words.day(found.recorded_on),
        version=words.say("version", version=found.text_version) if found.text_version else "",
        until=words.say("until", day=words.day(found.expires_on)) if found.expires_on else "",
    )


def _seen(session: Session, candidate_id: int, words: AnswerWords) -> str:
    wanted = select(AuditEvent.recruiter_id, AuditEvent.at).where(
        AuditEvent.object_kind == "candidate",
        AuditEvent.object_id == candidate_id,
        AuditEvent.action.like("%viewed"),
    )
    looks = Counter(who for who, _ in session.execute(wanted))
    if not looks:
        return words.say("nobody_looked")
    times = words.times(sum(looks.values()))
    return words.say("one_looked" if len(looks) == 1 else "many_looked", people=len(looks), times=times)


def _shown(session: Session, candidate_id: int, words: AnswerWords) -> list[str]:
    """Say whom beside recruiters it was shown to, how often it left as a file, and to whom it was passed on."""
    people, links, roles = (
        Base.metadata.tables[name] for name in ("shortlist_link_people", "shortlist_links", "roles")
    )
    shown = (
        select(title_for_them(roles))
        .join(links, links.c.role_id == roles.c.id)
        .join(people, people.c.link_id == links.c.id)
        .where(people.c.candidate_id == candidate_id)
    )
    found = dict.fromkeys(session.scalars(shown.order_by(links.c.id)))
    titles = ", ".join(words.say("not_public") if title == NOT_PUBLIC else title for title in found)
    taken = select(func.count()).where(
        AuditEvent.object_kind == "candidate",
        AuditEvent.object_id == candidate_id,
        AuditEvent.action.in_(LEFT_AS_A_FILE),
    )
    count = session.scalar(taken) or 0
    told = [words.say("shown", titles=titles) if titles else words.say("not_shown")]
    told += [words.say("taken_out", times=words.times(count))] * bool(count)
    given = [
        f"{one.to_whom} ({words.day(one.given_on)})"
        for one in load_given(session, candidate_id)
        if one.how is GivenHow.PASSED_ON
    ]
    return told + [words.say("passed_on", recipients="; ".join(given))] * bool(given)


def _written(session: Session, candidate_id: int, words: AnswerWords) -> str:
    messages = Base.metadata.tables["messages"]  # another room's, known by its table
    sent = select(func.count(), func.max(messages.c.sent_at)).where(
        messages.c.candidate_id == candidate_id, messages.c.sent_at.is_not(None)
    )
    count, last = session.execute(sent).one()
    if not count:
        return words.say("none_sent")
    return words.say("one_sent" if count == 1 else "many_sent", count=count, day=words.day(last.date()))


def _end(session: Session, candidate_id: int, today: date, words: AnswerWords) -> str:
    until = kept_until(session, candidate_id, today=today)
    if until is None:
        return ""
    return words.say("ended" if until < today else "ends", day=words.day(until))
