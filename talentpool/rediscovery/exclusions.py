"""Who is left out of a ranking, and by which rule: one query a rule, ids only, whatever the pool.

Whom a recruiter has dismissed or snoozed is a matter of `decided`. People who rest after a contact, or for whom no
basis is recorded, are not left out: they stay in the list, marked. Confidential roles and restricted people are a matter of who looks, see `results`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from talentpool.candidates.contact_records import ACTIVE_DAYS
from talentpool.candidates.kept_too_long import people_past_retention
from talentpool.candidates.models import Application, Candidate, Disposition
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.roles.models import Role, RoleState

Ids = NDArray[np.int64]


class Rule(StrEnum):
    """Why somebody is left out; requirements made a filter follow after these."""

    OBJECTED = "objected"
    PAST_RETENTION = "past_retention"
    EMPLOYED_HERE = "employed_here"
    ACTIVE_HERE = "active_here"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"
    LACKS = "lacks"  # lacks:0 is the first requirement made a filter


KEPT_LABELS = {
    Rule.OBJECTED: "may be considered",
    Rule.PAST_RETENTION: "within retention",
    Rule.EMPLOYED_HERE: "not hired or employed here",
    Rule.ACTIVE_HERE: "not active here",
    Rule.DISMISSED: "not dismissed for this role",
    Rule.SNOOZED: "not snoozed",
}
"""What is true of those who are left after a rule; the funnel's steps."""

LEFT_OUT_BECAUSE = {
    Rule.OBJECTED: "objected to being considered, or took the consent back",
    Rule.PAST_RETENTION: "kept longer than the retention policy allows",
    Rule.EMPLOYED_HERE: "hired or employed here",
    Rule.ACTIVE_HERE: "has an open application here",
    Rule.DISMISSED: "dismissed for this role",
    Rule.SNOOZED: "snoozed for this role",
}
"""What kept one person out, in a sentence about them."""


def left_out_of_all(session: Session, *, today: date) -> dict[Rule, list[int]]:
    """Find who is left out whatever the role, by rule; asked once where many roles are matched at a time."""
    return {
        Rule.OBJECTED: _ids(session, objected(today)),
        Rule.PAST_RETENTION: people_past_retention(session, today=today),
        Rule.EMPLOYED_HERE: _ids(session, _employed(today)),
        Rule.ACTIVE_HERE: _ids(session, _active(today)),
    }


def under_one_rule(
    ids_by_rule: Mapping[Rule, Iterable[int]], *, after: Mapping[str, Ids] | None = None
) -> dict[str, Ids]:
    """Put everybody under the first rule that bites, in the order of the rules; each rule's ids ascend.

    Whoever is under a rule in `after` stays there.
    """
    found = dict(after or {})
    for rule, ids in ids_by_rule.items():
        fresh = np.unique(np.fromiter(ids, np.int64))
        for taken in found.values():
            fresh = fresh[~np.isin(fresh, taken)] if len(fresh) and len(taken) else fresh
        found[str(rule)] = fresh
    return found


def _ids(session: Session, wanted: Select[int]) -> list[int]:
    return list(session.scalars(wanted))


def objected(today: date) -> Select[int]:
    """Select people who objected, and people whose newest basis on record was taken back."""
    objected = select(Suppression.candidate_id).where(
        Suppression.scope.in_([SuppressionScope.PROCESSING, SuppressionScope.ERASED]),
        Suppression.lifted_at.is_(None),
    )
    newer = aliased(LawfulBasis)
    is_newest = ~exists().where(
        newer.candidate_id == LawfulBasis.candidate_id,
        newer.recorded_on <= today,
        tuple_(newer.recorded_on, newer.id) > tuple_(LawfulBasis.recorded_on, LawfulBasis.id),
    )
    withdrawn = select(LawfulBasis.candidate_id).where(
        LawfulBasis.withdrawn_on <= today, LawfulBasis.recorded_on <= today, is_newest
    )
    return select(Candidate.id).where(or_(Candidate.id.in_(objected), Candidate.id.in_(withdrawn)))


def _employed(today: date) -> Select[int]:
    """People who work here; somebody whose time here has ended is an alumnus and stays in."""
    hired = select(Application.candidate_id).where(Application.disposition == Disposition.HIRED)
    since = select(Candidate.id).where(Candidate.employed_from <= today)
    return select(Candidate.id).where(
        Candidate.id.in_(hired.union(since)),
        or_(Candidate.employed_until.is_(None), Candidate.employed_until >= today),
    )


def _active(today: date) -> Select[int]:
    """People in process here now: no ending recorded, a recent sign of life, on a role that is not closed.

    Roles another system remembers come in closed; an application its import left open is running there.
    """
    recent = func.coalesce(Application.active_on, Application.applied_on) >= today - timedelta(
        days=ACTIVE_DAYS
    )
    return (
        select(Application.candidate_id)
        .outerjoin(Role, Application.role_id == Role.id)
        .where(
            Application.disposition.is_(None),
            recent,
            or_(Role.id.is_(None), Role.state != RoleState.CLOSED, Application.import_id.is_not(None)),
        )
        .distinct()
    )
