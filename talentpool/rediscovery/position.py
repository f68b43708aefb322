"""Where the matching index stands in the list of changed candidates, and what it has not seen yet.

Ids are given out in order but committed in any: a row may appear below rows already seen. So a position
remembers the gaps it has passed, looks into them again, and forgets them when no transaction can be that old.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import CandidateChange

LONGEST_TRANSACTION = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Ids from `first` to `last` that were missing when a position passed them."""

    first: int
    last: int
    passed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Everything up to `through` is in the index, but for what turns up in the gaps."""

    installation: str
    through: int
    gaps: tuple[Gap, ...] = ()

    def to_text(self) -> str:
        """Write it the way the manifest keeps it."""
        gaps = [[gap.first, gap.last, gap.passed_at.isoformat()] for gap in self.gaps]
        return json.dumps([self.installation, self.through, gaps])

    @classmethod
    def from_text(cls, text: str | None) -> "Position | None":
        """Read it back; None when there is nothing readable."""
        try:
            installation, through, gaps = json.loads(text or "")
        except ValueError:
            return None
        passed = (
            Gap(first=first, last=last, passed_at=datetime.fromisoformat(at)) for first, last, at in gaps
        )
        return cls(installation=installation, through=through, gaps=tuple(passed))

    def moved_past(self, seen: Iterable[int], *, now: datetime) -> "Position":
        """Move on past the ids seen; ids missing among them become gaps, old gaps are forgotten."""
        ids = sorted(seen)
        open_gaps = [gap for gap in self.gaps if gap.passed_at > now - LONGEST_TRANSACTION]
        gaps = [part for gap in open_gaps for part in _parts_left(gap, ids)]
        ahead = [self.through, *(one for one in ids if one > self.through)]
        gaps += [
            Gap(first=before + 1, last=after - 1, passed_at=now)
            for before, after in pairwise(ahead)
            if after > before + 1
        ]
        return Position(installation=self.installation, through=ahead[-1], gaps=tuple(gaps))


def newest_position(session: Session, installation: str, *, now: datetime) -> Position:
    """Give the position of an index that is made from the database as it stands."""
    settled = select(func.max(CandidateChange.id)).where(CandidateChange.at <= now - LONGEST_TRANSACTION)
    start = Position(installation=installation, through=session.scalar(settled) or 0)
    recent = select(CandidateChange.id).where(CandidateChange.id > start.through)
    return start.moved_past(session.scalars(recent), now=now)


def pending_changes(session: Session, position: Position | None, installation: str) -> dict[int, int] | None:
    """Find what an index has not seen: candidate id by change id; None when it has to be made anew.

    A reader whose view of the database is older than the index finds nothing: the index is ahead of it.
    """
    if position is None or position.installation != installation:
        return None
    if (session.scalar(select(func.max(CandidateChange.id))) or 0) < position.through:
        is_put_back = _newest_committed(session) < position.through
        return None if is_put_back else {}
    unseen = or_(
        CandidateChange.id > position.through,
        *(CandidateChange.id.between(gap.first, gap.last) for gap in position.gaps),
    )
    rows = select(CandidateChange.id, CandidateChange.candidate_id).where(unseen)
    return dict(session.execute(rows).all())


def _newest_committed(session: Session) -> int:
    """Ask past this session's own view of the database, which may be an old one."""
    reading = session.get_bind().engine.execution_options(will_write=False)
    with reading.connect() as connection:
        return connection.scalar(select(func.max(CandidateChange.id))) or 0


def _parts_left(gap: Gap, ids: list[int]) -> list[Gap]:
    """Cut the ids that turned up out of a gap."""
    edges = [gap.first - 1, *(one for one in ids if gap.first <= one <= gap.last), gap.last + 1]
    return [
        Gap(first=before + 1, last=after - 1, passed_at=gap.passed_at)
        for before, after in pairwise(edges)
        if after > before + 1
    ]
