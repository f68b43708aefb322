"""Endings without a telling reason, with a proposal each where the history holds one, in groups to be accepted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.permissions import Permission, Viewer
from talentpool.candidates.models import Application, Candidate, Disposition, Note, ReasonKind, Stage
from talentpool.database import many
from talentpool.imports.vocabulary import Vocabulary
from talentpool.oversight.pool_report import seen_endings
from talentpool.oversight.reason_changes import KINDS
from talentpool.oversight.reason_proposals import Ending, Ground, Proposal, propose
from talentpool.oversight.reasons_health import WITH_REASONS, needs_a_reason
from talentpool.oversight.scope import ReportScope
from talentpool.roles.models import Role, RoleState

READ_MOST = 500  # endings looked at in one go, the newest; the next ones come up as these are mended
SHOWN_OF_A_GROUP = 15
LONGEST_SOURCE_WORDS = 200  # of a cell of the source that can be a reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedEnding:
    """One ending with its proposal, and what is needed to recognise it."""

    application_id: int
    candidate_id: int
    name: str
    role_title: str
    ended_on: date | None
    proposal: Proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalGroup:
    """Endings for which the same reason is proposed on the same ground."""

    code: str
    ground: Ground
    kind: ReasonKind
    endings: tuple[ProposedEnding, ...]

    @property
    def key(self) -> str:
        """Name the group in a form."""
        return f"{self.kind}.{self.code}.{self.ground}"

    @property
    def shown(self) -> tuple[ProposedEnding, ...]:
        """Give those that are listed one by one."""
        return self.endings[:SHOWN_OF_A_GROUP]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filling:
    """What can be filled in: the groups, the largest first; how many were read, and for how many there is nothing."""

    groups: tuple[ProposalGroup, ...]
    waiting: int
    read: int

    @property
    def proposed(self) -> int:
        """Count the endings with a proposal."""
        return sum(len(group.endings) for group in self.groups)


def load_filling(
    session: Session,
    scope: ReportScope,
    vocabulary: Vocabulary,
    *,
    vague: Collection[str],
    telling: Collection[str],
) -> Filling:
    """Read the newest endings without a telling reason and group what is proposed, in a fixed number of queries."""
    lacking = (needs_a_reason(vague), *seen_endings(scope))
    waiting = session.scalar(select(func.count(Application.id)).where(*lacking)) or 0
    newest = _newest(session, lacking)
    rows = [
        (row[0], row[1])
        for batch in many(newest)
        for row in session.execute(
            select(Application, Candidate.full_name)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.id.in_(batch))
        )
    ]
    order = {one: place for place, one in enumerate(newest)}
    rows.sort(key=lambda row: order[row[0].id])
    endings = _endings(session, [application for application, _name in rows], scope.viewer)
    proposals = {one.application_id: propose(one, vocabulary, telling=telling) for one in endings}
    return Filling(groups=_grouped(rows, proposals), waiting=waiting, read=len(rows))


def _newest(session: Session, lacking: Sequence[ColumnElement[bool]]) -> list[int]:
    """List the ids of the newest, asked ending by ending, so that an index gives them in their order."""
    found: list[tuple[date, int]] = []
    for disposition in WITH_REASONS:
        newest = (
            select(Application.ended_on, Application.id)
            .where(*lacking, Application.disposition == disposition)
            .order_by(Application.ended_on.desc().nulls_last(), Application.id.desc())
            .limit(READ_MOST)
        )
        found += [(ended_on or date.min, one) for ended_on, one in session.execute(newest)]
    return [one for _ended_on, one in sorted(found, reverse=True)[:READ_MOST]]


def _grouped(
    rows: Sequence[tuple[Application, str]], proposals: Mapping[int, Proposal | None]
) -> tuple[ProposalGroup, ...]:
    found: dict[tuple[ReasonKind, str, Ground], list[ProposedEnding]] = {}
    for application, name in rows:
        proposal = proposals[application.id]
        if proposal is None:
            continue
        ending = ProposedEnding(
            application_id=application.id,
            candidate_id=application.candidate_id,
            name=name,
            role_title=application.role_title,
            ended_on=application.ended_on,
            proposal=proposal,
        )
        found.setdefault((_kind(application), proposal.code, proposal.ground), []).append(ending)
    groups = (
        ProposalGroup(kind=kind, code=code, ground=ground, endings=tuple(endings))
        for (kind, code, ground), endings in found.items()
    )
    return tuple(sorted(groups, key=lambda group: (-len(group.endings), group.key)))


def _endings(session: Session, applications: Sequence[Application], viewer: Viewer) -> list[Ending]:
    role_ids = {one.role_id for one in applications if one.role_id is not None}
    closed, hired = _closed_roles(session, role_ids), _roles_with_a_hire(session, role_ids)
    notes = _notes(session, applications) if viewer.may(Permission.SEE_NOTES) else {}
    may_quote = viewer.may(Permission.SEE_INTERVIEWER_WORDS)
    return [
        Ending(
            application_id=one.id,
            kind=_kind(one),
            stage=one.stage,
            source_words=_source_words(one),
            interviewer_words=one.interviewer_words if may_quote else None,
            notes=tuple(notes.get((one.candidate_id, one.role_id), ())) if one.role_id else (),
            role_closed_on=closed.get(one.role_id or 0),
            was_somebody_hired=None if one.role_id is None else one.role_id in hired,
        )
        for one in applications
    ]


def _kind(application: Application) -> ReasonKind:
    is_theirs = application.disposition is KINDS[ReasonKind.WITHDRAWAL]
    return ReasonKind.WITHDRAWAL if is_theirs else ReasonKind.REJECTION


def _source_words(application: Application) -> tuple[str, ...]:
    """Give what the source said of the ending: its reason first, then the short cells it had beside it."""
    cells: list[Any] = [application.reason_text, *application.source_data.values()]
    return tuple(
        cell for cell in cells if isinstance(cell, str) and 0 < len(cell.strip()) <= LONGEST_SOURCE_WORDS
    )


def _closed_roles(session: Session, role_ids: Collection[int]) -> dict[int, date]:
    closed = select(Role.id, func.coalesce(Role.closed_on, func.date(Role.updated_at)))
    rows = session.execute(closed.where(Role.id.in_(role_ids), Role.state == RoleState.CLOSED))
    return dict(rows.all())


def _roles_with_a_hire(session: Session, role_ids: Collection[int]) -> set[int]:
    hires = select(Application.role_id).where(
        Application.stage == Stage.HIRED,
        Application.role_id.in_(role_ids),
        func.coalesce(Application.disposition, Disposition.HIRED) == Disposition.HIRED,
    )
    return {role_id for role_id in session.scalars(hires) if role_id is not None}


def _notes(session: Session, applications: Sequence[Application]) -> dict[tuple[int, int | None], list[str]]:
    """Load notes that were written about somebody for the very role of an ending."""
    people = {one.candidate_id for one in applications}
    found: dict[tuple[int, int | None], list[str]] = {}
    rows = select(Note.candidate_id, Note.role_id, Note.words).where(
        Note.candidate_id.in_(people), Note.role_id.is_not(None)
    )
    for candidate_id, role_id, words in session.execute(rows.order_by(Note.id)):
        found.setdefault((candidate_id, role_id), []).append(words)
    return found
