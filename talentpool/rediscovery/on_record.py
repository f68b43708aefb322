"""What is on record about ranked people, as far as a viewer may know it.

A fixed number of queries whatever the number of people.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.models import Recruiter
from talentpool.candidates.blindness import SEES_NAMES, Blindness, load_hidden_people
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.models import Application, Candidate, Resume
from talentpool.candidates.profiles import newest_resumes
from talentpool.consent.eligibility import ContactState
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback
from talentpool.resumes.personal_lines import Personal


@dataclass(frozen=True, kw_only=True, slots=True)
class CardSight:
    """What a viewer is told of the people on a list: who is new to them, and what stays hidden from them."""

    new_ids: Collection[int] = ()
    blindness: Blindness = SEES_NAMES
    hidden_roles: Collection[int] = ()  # of applications to these nothing is told


@dataclass(frozen=True, kw_only=True, slots=True)
class OnRecord:
    """One ranked person, with what a card tells beside the receipt."""

    person: Candidate
    owner_name: str | None
    applications: Sequence[Application]
    resume: Resume | None
    contact: ContactState
    feedback: FeedbackKind | None
    feedback_id: int | None
    is_new: bool
    hidden: Personal | None  # what must not be recognised; none where the viewer may see who it is


def load_on_record(
    session: Session, ids: Sequence[int], *, role_id: int | None, sight: CardSight, today: date
) -> dict[int, OnRecord]:
    """Load what is on record about people, by their ids; whoever has left the pool is not among them."""
    people = _people(session, ids)
    told = {one: _told(person.applications, sight.hidden_roles) for one, (person, _owner) in people.items()}
    resumes = newest_resumes(session, ids)
    contacts = contact_states(session, ids, today=today)
    feedback = _feedback(session, role_id, ids)
    hidden = load_hidden_people(session, sight.blindness, ids)
    found = {}
    for each, (person, owner_name) in people.items():
        kind, feedback_id = feedback.get(each, (None, None))
        found[each] = OnRecord(
            person=person,
            owner_name=owner_name,
            applications=told[each],
            resume=resumes.get(each),
            contact=contacts[each],
            feedback=kind,
            feedback_id=feedback_id,
            is_new=each in sight.new_ids,
            hidden=hidden.get(each),
        )
    return found


def _people(session: Session, candidate_ids: Sequence[int]) -> dict[int, tuple[Candidate, str | None]]:
    wanted = (
        select(Candidate, Recruiter.name)
        .outerjoin(Recruiter, Candidate.owner_id == Recruiter.id)
        .where(Candidate.id.in_(candidate_ids))
        .options(selectinload(Candidate.applications).selectinload(Application.reason))
    )
    return {person.id: (person, owner) for person, owner in session.execute(wanted)}


def _told(applications: Sequence[Application], hidden_roles: Collection[int]) -> list[Application]:
    return [one for one in applications if one.role_id not in hidden_roles]


def _feedback(
    session: Session, role_id: int | None, candidate_ids: Sequence[int]
) -> dict[int, tuple[FeedbackKind, int]]:
    if role_id is None:
        return {}
    standing = (
        select(MatchFeedback.candidate_id, MatchFeedback.kind, MatchFeedback.id)
        .where(
            MatchFeedback.role_id == role_id,
            MatchFeedback.candidate_id.in_(candidate_ids),
            MatchFeedback.undone_at.is_(None),
        )
        .order_by(MatchFeedback.id)
    )
    return {candidate_id: (kind, number) for candidate_id, kind, number in session.execute(standing)}
