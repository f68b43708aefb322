"""Who is kept longer than the policy of their office allows; nobody where none has been chosen.

Where no event is recorded nothing is computed: a date is never guessed.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from talentpool.accounts.models import Office
from talentpool.accounts.policies import load_policy
from talentpool.candidates.models import Application, Candidate
from talentpool.consent.models import Basis, LawfulBasis
from talentpool.consent.retention import RetentionPolicy, retention_policy


def people_past_retention(
    session: Session, *, today: date, choices: Mapping[int, str | None] | None = None
) -> list[int]:
    """Find the ids of everybody kept longer than the policy of their office (or the first office) allows.

    `choices` asks what it would be with another country's policy for some offices, by their ids.
    """
    found: list[int] = []
    for policy, belongs in _policies(session, choices or {}):
        found += _past(session, policy, belongs, today=today)
    return found


def consents_that_end(session: Session, *, today: date, soon: date) -> list[int]:
    """Find whose newest word is a consent without an agreed end that ends by the policy of their office until a day."""
    found: list[int] = []
    for policy, belongs in _policies(session, {}):
        if policy.days_in_pool is not None:
            earliest, latest = (policy.endless_consent_since(today=day) for day in (today, soon))
            ends = LawfulBasis.expires_on.is_(None) & LawfulBasis.recorded_on.between(earliest, latest)
            is_consent = (LawfulBasis.basis == Basis.CONSENT) & LawfulBasis.withdrawn_on.is_(None)
            wanted = select(Candidate.id).join(LawfulBasis, LawfulBasis.candidate_id == Candidate.id)
            found += session.scalars(wanted.where(belongs, ends, is_consent, _is_newest(today)))
    return found


def _policies(
    session: Session, choices: Mapping[int, str | None]
) -> list[tuple[RetentionPolicy, ColumnElement[bool]]]:
    """Give the policy of each office that has chosen one, and who belongs to it; strays belong to the first."""
    offices = session.scalars(select(Office).order_by(Office.id)).all()
    chosen = {office.id: office.retention_policy for office in offices} | dict(choices)
    if not any(chosen.values()):
        return []
    policies = load_policy(session, "retention").value
    found = []
    for place, office in enumerate(offices):
        if country := chosen[office.id]:
            belongs = Candidate.office_id == office.id
            belongs = belongs if place else or_(belongs, Candidate.office_id.is_(None))
            found.append((retention_policy(policies, country), belongs))
    return found


def first_policy(session: Session) -> RetentionPolicy | None:
    """Give the policy of the first office, which counts for whoever belongs to none; None where none is chosen."""
    office = session.scalar(select(Office).order_by(Office.id).limit(1))
    if office is None or not office.retention_policy:
        return None
    return retention_policy(load_policy(session, "retention").value, office.retention_policy)


def _past(
    session: Session, policy: RetentionPolicy, belongs: ColumnElement[bool], *, today: date
) -> list[int]:
    ended = Application.applied_on if policy.counts_from == "receipt" else Application.ended_on
    standing = exists().where(LawfulBasis.candidate_id == Candidate.id, *_keeps(policy, today))
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


def _keeps(policy: RetentionPolicy, today: date) -> list[ColumnElement[bool]]:
    """Say which bases keep somebody today: the newest word, if it is what is asked for, not taken back and not over."""
    counts = or_(
        LawfulBasis.basis != Basis.CONSENT,
        LawfulBasis.recorded_on >= policy.endless_consent_since(today=today),
    )
    return [
        LawfulBasis.basis.in_(policy.bases_that_keep),
        or_(LawfulBasis.withdrawn_on.is_(None), LawfulBasis.withdrawn_on > today),
        or_(LawfulBasis.expires_on >= today, LawfulBasis.expires_on.is_(None) & counts),
        _is_newest(today),
    ]


def _is_newest(today: date) -> ColumnElement[bool]:
    newer = aliased(LawfulBasis)
    later = tuple_(newer.recorded_on, newer.id) > tuple_(LawfulBasis.recorded_on, LawfulBasis.id)
    known = newer.recorded_on <= today
    return (LawfulBasis.recorded_on <= today) & ~exists().where(
        newer.candidate_id == LawfulBasis.candidate_id, known, later
    )


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
    days = [max(known) + timedelta(days=policy.days_without_basis)] if known else []
    keeps = select(LawfulBasis).where(LawfulBasis.candidate_id == candidate_id, *_keeps(policy, today))
    basis = session.scalars(keeps).first()
    if basis is None:
        return max(days, default=None)
    end = basis.expires_on
    if end is None and basis.basis is Basis.CONSENT:
        end = policy.ends_of_consent(basis.recorded_on)
    return max([*days, end]) if end is not None else None


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
