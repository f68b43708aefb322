"""What is on record of the time between two runs of a role: who changed, whose reason lapsed, who was judged.

Gathered for one pair of runs or for many at once, in the same three queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Application, CandidateChange
from talentpool.rediscovery.changes import Between
from talentpool.rediscovery.models import FeedbackKind, MatchFeedback

Ids = NDArray[np.int64]

JUDGED = (FeedbackKind.SHORTLISTED, FeedbackKind.DISMISSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Two runs of one role, and the time between them: after the first, up to and with the second."""

    role_id: int
    before_id: int
    after_id: int
    start: datetime
    end: datetime

    def has(self, at: datetime | None) -> bool:
        """Say whether a moment lies in it."""
        return at is not None and self.start < at <= self.end


@dataclass(frozen=True, kw_only=True, eq=False)
class OnRecord:
    """What happened to people and roles, and when, from the first of many spans to the last; times side by side."""

    changed: Ids
    changed_at: NDArray[np.float64]  # seconds since 1970
    lapsed: Ids
    lapsed_on: Ids  # days, as `date.toordinal` counts them
    judged: Sequence[tuple[int, datetime, datetime | None]]  # role, made, taken back

    def between(self, span: Span) -> Between:
        """Give what lies in one of the spans."""
        start, end = span.start, span.end
        changed = (self.changed_at > start.timestamp()) & (self.changed_at <= end.timestamp())
        lapsed = (self.lapsed_on > start.toordinal()) & (self.lapsed_on <= end.toordinal())
        return Between(
            changed=self.changed[changed],
            lapsed=self.lapsed[lapsed],
            is_judged=any(
                role_id == span.role_id and (span.has(made) or (made <= start and span.has(undone)))
                for role_id, made, undone in self.judged
            ),
        )


def look_up(session: Session, spans: Sequence[Span]) -> OnRecord:
    """Gather what is on record of these spans; three queries, none for no span."""
    if not spans:
        return OnRecord(
            changed=_ids([]), changed_at=_times([]), lapsed=_ids([]), lapsed_on=_ids([]), judged=()
        )
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    changed = _changed(session, start, end)
    lapsed = _lapsed(session, start.date(), end.date())
    return OnRecord(
        changed=_ids([one for one, _ in changed]),
        changed_at=_times([at for _, at in changed]),
        lapsed=_ids([one for one, _ in lapsed]),
        lapsed_on=_ids([day.toordinal() for _, day in lapsed]),
        judged=_judged(session, {span.role_id for span in spans}, start),
    )


def _ids(numbers: Sequence[int]) -> Ids:
    return np.array(numbers, np.int64)


def _times(moments: Sequence[datetime]) -> NDArray[np.float64]:
    return np.array([at.timestamp() for at in moments], np.float64)


def _changed(session: Session, start: datetime, end: datetime) -> Sequence[tuple[int, datetime]]:
    at = CandidateChange.at
    rows = select(CandidateChange.candidate_id, at).where(at > start, at <= end).distinct()
    return [(row.candidate_id, row.at) for row in session.execute(rows)]


def _lapsed(session: Session, start: date, end: date) -> Sequence[tuple[int, date]]:
    """People for whom a recorded reason has stopped holding; it counts from its day on."""
    until = Application.reason_holds_until
    rows = select(Application.candidate_id, until).where(until > start, until <= end).distinct()
    return [(candidate_id, day) for candidate_id, day in session.execute(rows) if day is not None]


def _judged(
    session: Session, role_ids: set[int], start: datetime
) -> Sequence[tuple[int, datetime, datetime | None]]:
    """Decisions about people for these roles that were made or taken back since."""
    made, undone = MatchFeedback.created_at, MatchFeedback.undone_at
    rows = select(MatchFeedback.role_id, made, undone).where(
        MatchFeedback.role_id.in_(role_ids), MatchFeedback.kind.in_(JUDGED), or_(made > start, undone > start)
    )
    return [(row.role_id, row.created_at, row.undone_at) for row in session.execute(rows)]
