"""Who is kept longer than the policy of their office allows; nobody where none has been chosen.

Where no event is recorded nothing is computed: a date is never guessed.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from talentpool.accounts.models import Office
from talentpool.accounts.policies import load_policy
from talentpool.candidates.models import Application, Candidate
from talentpool.consent.models import LawfulBasis
from talentpool.consent.retention import RetentionPolicy, retention_policy


def people_past_retention(
    session: Session, *, today: date, choices: Mapping[int, str | None] | None = None
) -> list[int]:
    """Find the ids of everybody kept longer than the policy of their office (or the first office) allows.

    `choices` asks what it would be with another country's policy for some offices, by their ids.
    """
    offices = session.scalars(select(Office).order_by(Office.id)).all()
    chosen = {office.id: office.retention_policy for office in offices} | dict(choices or {})
    if not any(chosen.values()):
        return []
    policies = load_policy(session, "retention").value
    found: list[int] = []
    for place, office in enumerate(offices):
        if country := chosen[office.id]:
            policy = retention_policy(policies, country)
            found += _past(session, policy, office.id, with_strays=place == 0, today=today)
    return found


def first_policy(session: Session) -> RetentionPolicy | None:
    """Give the policy of the first office, which counts for whoever belongs to none; None where none is chosen."""
    office = session.scalar(select(Office).order_by(Office.id).limit(1))
    if office is None or not office.retention_policy:
        return None
    return retention_policy(load_policy(session, "retention").value, office.retention_policy)


def _past(
    session: Session, policy: RetentionPolicy, office_id: int, *, with_strays: bool, today: date
) -> list[int]:
    belongs = Candidate.office_id == office_id
    if with_strays:
        belongs = or_(belongs, Candidate.office_id.is_(None))
    ended = Application.applied_on if policy.counts_from == "receipt" else Application.ended_on
    standing = exists().where(
        and_(
            LawfulBasis.candidate_id == Candidate.id,
            LawfulBasis.withdrawn_on.is_(None),
            or_(LawfulBasis.expires_on.is_(None), LawfulBasis.expires_on >= today),
        )
    )
    another = aliased(Application)
    still_open = exists().where(and_(another.candidate_id == Candidate.id, another.disposition.is_(None)))
    past = (
        select(Candidate.id)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(belongs, ~standing, ~still_open)
        .group_by(Candidate.id)
        .having(func.max(func.coalesce(ended, Application.applied_on)) < policy.cut_off(today=today))
    )
    return list(session.scalars(past))


def kept_until(session: Session, candidate_id: int, *, today: date) -> date | None:
    """Give the day on which somebody's keeping ends by itself; None where no policy or no event says so."""
    policy = _policy_of(session, candidate_id)
    if policy is None:
        return None
    past = session.scalars(select(Application).where(Application.candidate_id == candidate_id)).all()
    if any(one.disposition is None for one in past):
        return None
    ends = [_event(one, policy) for one in past]
    known = [end for end in ends if end is not None]
    basis = select(LawfulBasis.expires_on).where(
        LawfulBasis.candidate_id == candidate_id,
        LawfulBasis.withdrawn_on.is_(None),
        or_(LawfulBasis.expires_on.is_(None), LawfulBasis.expires_on >= today),
    )
    standing = session.scalars(basis).all()
    if any(end is None for end in standing):
        return None
    days = [max(known) + timedelta(days=policy.days_without_basis)] if known else []
    return max([*days, *(end for end in standing if end is not None)], default=None)


def kept_at_least_until(session: Session, candidate_id: int) -> date | None:
    """Give the day before which the law of their office forbids to let the record go; None where it does not."""
    policy = _policy_of(session, candidate_id)
    if policy is None or not policy.keep_at_least_days:
        return None
    past = session.scalars(select(Application).where(Application.candidate_id == candidate_id))
    known = [day for one in past for day in (one.applied_on, one.ended_on, one.active_on) if day is not None]
    return max(known) + timedelta(days=policy.keep_at_least_days) if known else None


def _policy_of(session: Session, candidate_id: int) -> RetentionPolicy | None:
    candidate = session.get(Candidate, candidate_id)
    offices = session.scalars(select(Office).order_by(Office.id)).all()
    own = [office for office in offices if candidate and office.id == candidate.office_id]
    office = next(iter(own or offices), None)
    if candidate is None or office is None or not office.retention_policy:
        return None
    return retention_policy(load_policy(session, "retention").value, office.retention_policy)


def _event(application: Application, policy: RetentionPolicy) -> date | None:
    return (
        application.applied_on
        if policy.counts_from == "receipt"
        else (application.ended_on or application.applied_on)
    )
