"""The monthly label check: a few recent rejections, drawn at random, to be confirmed or corrected by a person.

How often the recorded reason is confirmed says how far the reasons of the reports can be trusted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from talentpool.accounts.models import AuditEvent
from talentpool.candidates.models import Application, Disposition
from talentpool.oversight.measures import share_of
from talentpool.oversight.pool_report import ended_in
from talentpool.oversight.reason_changes import OBJECT, ReasonAction
from talentpool.oversight.scope import ReportScope, month_before

SAMPLE = 10  # a quarter of an hour's reading; ten of ten confirmed still leaves one in four possible (rule of three)
RECENT_MONTHS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelCheck:
    """This month's sample: what is left to look at, and how the answers so far agree with the record."""

    month: date
    left: tuple[Application, ...]
    checked: int
    agreed: int

    @property
    def agreement(self) -> float | None:
        """Give the share of the checked ones that were confirmed, 0..1; None before the first."""
        return share_of(self.agreed, self.checked)


def load_label_check(session: Session, scope: ReportScope) -> LabelCheck:
    """Draw this month's sample for the viewer; the same people all month, less those anybody has answered."""
    month = month_before(scope.today, 0)
    recent = ReportScope(viewer=scope.viewer, today=scope.today, months=RECENT_MONTHS)
    with_reason = (Application.disposition == Disposition.REJECTED, Application.reason_id.is_not(None))
    ids = set(session.scalars(select(Application.id).where(*ended_in(recent), *with_reason)))
    answers = {one: agreed for one, agreed in _answers(session, month).items() if one in ids}
    chosen = [one for one in drawn(ids, month) if one not in answers]
    wanted = select(Application).where(Application.id.in_(chosen)).order_by(Application.id)
    left = session.scalars(wanted.options(joinedload(Application.reason), joinedload(Application.candidate)))
    return LabelCheck(month=month, left=tuple(left), checked=len(answers), agreed=sum(answers.values()))


def drawn(ids: Iterable[int], month: date) -> list[int]:
    """Draw at random, the same for the same month.

    >>> drawn(range(1000), date(2026, 11, 1)) == drawn(reversed(range(1000)), date(2026, 11, 1))
    True
    """
    return sorted(ids, key=lambda one: sha256(f"{month}/{one}".encode()).digest())[:SAMPLE]


def _answers(session: Session, month: date) -> dict[int, bool]:
    """Load whether each answer of this month confirmed the record, without those taken back."""
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    events = session.execute(
        select(AuditEvent.id, AuditEvent.object_id, AuditEvent.action, AuditEvent.details)
        .where(AuditEvent.object_kind == OBJECT, AuditEvent.at >= since)
        .order_by(AuditEvent.id)
    ).all()
    undone = {object_id for _id, object_id, action, _told in events if action == ReasonAction.TAKEN_BACK}
    return {
        told["application_id"]: told["agreed"]
        for event_id, _object, action, told in events
        if action == ReasonAction.CHECKED and event_id not in undone
    }
