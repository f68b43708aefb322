"""What stands of the decisions about people for a role: whom its list leaves out, and whose resumes were judged.

One query for one role or for many; whose decision it was does not matter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from talentpool.matching.feedback import Judgements
from talentpool.rediscovery.exclusions import Rule
from talentpool.rediscovery.models import FeedbackKind, FeedbackScope, MatchFeedback
from talentpool.roles.models import Role

REASONS_OF_THE_RESUME = ("level", "skills")
"""Reasons that say something about what a resume says; pay or place do not."""

Columns = tuple[int, str, int, FeedbackKind, FeedbackScope, str | None, date | None]
Decision = Row[*Columns]


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What stands for one role; for one that is still being written it is nothing, and no rule of it counts."""

    left_out: Mapping[Rule, Sequence[int]] = field(default_factory=dict)
    judged: Judgements = Judgements()


def decided_about(session: Session, roles: Sequence[Role], *, today: date) -> dict[int, Decided]:
    """Give what stands for each of some roles, by id: what was decided for it, or for all roles of its title."""
    own, similar = defaultdict[int, list[Decision]](list), defaultdict[str, list[Decision]](list)
    for row in session.execute(_standing(roles)):
        own[row.role_id].append(row)
        if row.scope is FeedbackScope.SIMILAR_ROLES:
            similar[row.folded_title].append(row)
    return {role.id: _decided(own[role.id], similar[role.folded_title], today) for role in roles}


def _standing(roles: Sequence[Role]) -> Select[*Columns]:
    feedback = MatchFeedback
    of_title = and_(
        feedback.scope == FeedbackScope.SIMILAR_ROLES,
        Role.folded_title.in_({role.folded_title for role in roles}),
    )
    return (
        select(
            feedback.role_id, Role.folded_title, feedback.candidate_id, feedback.kind, feedback.scope,
            feedback.reason, feedback.until,
        )
        .join(Role, Role.id == feedback.role_id)
        .where(feedback.undone_at.is_(None), or_(feedback.role_id.in_([role.id for role in roles]), of_title))
        .order_by(feedback.id)
    )  # fmt: skip


def _decided(own: Sequence[Decision], similar: Sequence[Decision], today: date) -> Decided:
    here = [row for row in own if row.until is None or row.until > today]
    return Decided(
        left_out={
            Rule.DISMISSED: _people([*here, *similar], FeedbackKind.DISMISSED),
            Rule.SNOOZED: _people(here, FeedbackKind.SNOOZED),
        },
        judged=Judgements(
            shortlisted=tuple(_people(own, FeedbackKind.SHORTLISTED)),
            dismissed=tuple(row.candidate_id for row in own if row.reason in REASONS_OF_THE_RESUME),
        ),
    )


def _people(rows: Iterable[Decision], kind: FeedbackKind) -> list[int]:
    return [row.candidate_id for row in rows if row.kind is kind]
