"""Whom a recruiter wants to keep, and whose consent ends soon, is asked once whether we may; silence means no."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.kept_too_long import consents_that_end
from talentpool.consent.eligibility import Verdict
from talentpool.consent.keeping import find_keeping
from talentpool.consent.models import Basis, ConsentCause, ConsentRequest, LawfulBasis
from talentpool.consent.wishes import load_open_wishes, note_asked
from talentpool.outreach.compose import Place
from talentpool.outreach.consent_letters import Question, ask_for_consent
from talentpool.outreach.guard import Guard
from talentpool.outreach.own_data_letters import Desk
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Ask everybody who is to be kept, and whose consent ends soon, and who was not asked yet; counts people."""
    if shift.workplace.settings.mail.transport == "off":
        return Outcome()
    with shift.reading() as session:
        wished = {wish.candidate_id: wish.recruiter_id for wish in load_open_wishes(session)}
        ending = [each for each in people_to_ask(session, now=shift.now) if each not in wished]
    to_ask = [(each, ConsentCause.REJECTION, by) for each, by in wished.items()]
    to_ask += [(each, ConsentCause.RENEWAL, None) for each in ending]
    asked, notes = 0, list[str]()
    for place, (candidate_id, cause, recruiter_id) in enumerate(to_ask):
        shift.go_on()
        shift.report(place, len(to_ask))
        with one_of_many(notes, f"Candidate {candidate_id}"):
            asked += _ask(shift, candidate_id, cause, recruiter_id)
    return Outcome(items=asked + len(notes), failures=len(notes), notes=tuple(notes))


def people_to_ask(session: Session, *, now: datetime) -> list[int]:
    """List the people whose newest consent stands and ends within the days the policy calls soon, agreed or by retention."""
    today, policy = now.date(), load_contact_policy(session)
    soon = today + timedelta(days=policy.consent_ends_soon_days)
    wanted = select(LawfulBasis.candidate_id).where(
        LawfulBasis.basis == Basis.CONSENT,
        LawfulBasis.withdrawn_on.is_(None),
        LawfulBasis.expires_on >= today,
        LawfulBasis.expires_on <= soon,
    )
    ids = sorted(set(session.scalars(wanted)))
    ending = {each for each in ids if _ends_soon(session, each, soon)}
    return sorted(ending.union(consents_that_end(session, today=today, soon=soon)))


def _ends_soon(session: Session, candidate_id: int, soon: date) -> bool:
    basis = find_keeping(session, candidate_id).basis
    if basis is None or basis.withdrawn_on is not None or basis.expires_on is None:
        return False
    return basis.expires_on <= soon


def _ask(shift: Shift, candidate_id: int, cause: ConsentCause, recruiter_id: int | None) -> bool:
    with shift.writing() as session:
        question = Question(
            candidate_id=candidate_id,
            cause=cause,
            recruiter_id=recruiter_id,
        )
        asked = ask_for_consent(session, question, _desk(shift))
        if not isinstance(asked, Verdict):
            for wish in load_open_wishes(session):
                if wish.candidate_id == candidate_id:
                    note_asked(wish, now=shift.now)
        return isinstance(asked, ConsentRequest)


def _desk(shift: Shift) -> Desk:
    settings = shift.workplace.settings
    return Desk(
        mail=settings.mail,
        guard=Guard(secret=shift.workplace.secret, find_snoozed=find_snoozed),
        place=Place(public_url=settings.web.public_url, secret=shift.workplace.secret, now=shift.now),
        config_folder=config_folder(),
    )
