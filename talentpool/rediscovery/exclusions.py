"""Who is left out of a ranking, and by which rule: one query a rule, ids only, whatever the pool.

People who rest after a contact, or for whom no basis is recorded, are not left out: they stay in the list,
marked. Confidential roles and restricted people are a matter of who looks, see `results`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from talentpool.candidates.contact_records import ACTIVE_DAYS
from talentpool.candidates.kept_too_long import people_past_retention
from talentpool.candidates.models import Application, Candidate, Disposition
from talentpool.consent.models import LawfulBasis, Suppression, SuppressionScope
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """Everybody left out, each under the first rule that bites, in the order of the rules."""

    ids_by_rule: dict[str, Ids]

    @property
    def ids(self) -> Ids:
        """Give everybody left out, whatever the rule."""
        parts = list(self.ids_by_rule.values())
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def left_out_of_all(session: Session, *, today: date) -> dict[Rule, list[int]]:
    """Find who is left out whatever the role; asked once where many roles are matched at a time."""
    return {
        Rule.OBJECTED: _ids(session, objected(today)),
        Rule.PAST_RETENTION: people_past_retention(session, today=today),
        Rule.EMPLOYED_HERE: _ids(session, _employed(today)),
        Rule.ACTIVE_HERE: _ids(session, _active(today)),
    }


def exclusions(
    session: Session, role: Role | None, *, today: date, of_all: Mapping[Rule, Sequence[int]] | None = None
) -> Excluded:
    """Find who is left out for a role; without one (a preview) nobody can be dismissed or snoozed yet."""
    found_by_rule = dict(left_out_of_all(session, today=today) if of_all is None else of_all)
    if role is not None:
        found_by_rule[Rule.DISMISSED] = _ids(session, _dismissed(role, today))
        found_by_rule[Rule.SNOOZED] = _ids(session, _snoozed(role, today))
    taken: set[int] = set()
    ids_by_rule = {}
    for rule, ids in found_by_rule.items():
        found = sorted(set(ids) - taken)
        taken.update(found)
        ids_by_rule[str(rule)] = np.array(found, np.int64)
    return Excluded(ids_by_rule=ids_by_rule)


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


def _dismissed(role: Role, today: date) -> Select[int]:
    """People dismissed for this role, for roles of the same title, or until a date not yet reached."""
    this_role = and_(MatchFeedback.role_id == role.id, MatchFeedback.scope == FeedbackScope.THIS_ROLE)
    until = and_(
        MatchFeedback.role_id == role.id,
        MatchFeedback.scope == FeedbackScope.UNTIL,
        MatchFeedback.until > today,
    )
    similar = and_(
        MatchFeedback.scope == FeedbackScope.SIMILAR_ROLES,
        or_(MatchFeedback.role_id == role.id, Role.folded_title == role.folded_title),
    )
    return (
        select(MatchFeedback.candidate_id)
        .join(Role, MatchFeedback.role_id == Role.id)
        .where(
            MatchFeedback.kind == FeedbackKind.DISMISSED,
            MatchFeedback.undone_at.is_(None),
            or_(this_role, until, similar),
        )
    )


def _snoozed(role: Role, today: date) -> Select[int]:
    return select(MatchFeedback.candidate_id).where(
        MatchFeedback.kind == FeedbackKind.SNOOZED,
        MatchFeedback.undone_at.is_(None),
        MatchFeedback.role_id == role.id,
        MatchFeedback.until > today,
    )
