"""Promises: “we will be in touch”, made to one candidate, owned by one recruiter, due on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, insert, nulls_last, or_, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Application, Candidate, Promise
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import about_visible_roles

LONGEST_WORDS = 500
DUE_SOON_DAYS = 7
SHOWN_MOST = 120  # open promises on one page, the first due; more is not a list anybody works through


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseLine:
    """One promise with whom it was made to and who owns it."""

    promise: Promise
    candidate_name: str
    owner_name: str | None
    fits: Role | None = None  # an open role posted since, which the viewer may see


@dataclass(frozen=True, kw_only=True, slots=True)
class Promises:
    """Promises by what they ask of us today; one whose role has come is due whatever its day."""

    matched: tuple[PromiseLine, ...]
    overdue: tuple[PromiseLine, ...]
    due_soon: tuple[PromiseLine, ...]
    later: tuple[PromiseLine, ...]
    kept: tuple[PromiseLine, ...]

    @property
    def is_cut(self) -> bool:
        """Say whether there may be more open ones than a page shows."""
        return len(self.matched) + len(self.overdue) + len(self.due_soon) + len(self.later) >= SHOWN_MOST

    @property
    def waiting(self) -> int:
        """Count those whose role has come, overdue, or due within a week."""
        return len(self.matched) + len(self.overdue) + len(self.due_soon)


def make_promise(
    session: Session, candidate_id: int, *, words: str, due_on: date | None, owner_id: int, now: datetime
) -> Promise:
    """Promise somebody to be in touch; raises InvalidInputError without words."""
    promise = Promise(
        candidate_id=candidate_id, words=_checked(words), due_on=due_on, owner_id=owner_id, created_at=now
    )
    session.add(promise)
    record_changes(session, [candidate_id], now=now)
    session.flush()
    return promise


def make_promises(
    session: Session,
    candidate_ids: Sequence[int],
    *,
    words: str,
    due_on: date | None,
    owner_id: int,
    now: datetime,
) -> list[Promise]:
    """Promise the same to several people in one act; gives the promises, who share its moment."""
    said = {"words": _checked(words), "due_on": due_on, "owner_id": owner_id, "created_at": now}
    session.execute(insert(Promise), [{**said, "candidate_id": one} for one in candidate_ids])
    record_changes(session, candidate_ids, now=now)
    return _made_together(session, owner_id, now)[-len(candidate_ids) :]


def let_go_together(session: Session, promise: Promise, *, now: datetime) -> list[Promise]:
    """Let go of everything that was promised in one act with this; gives what was let go."""
    together = _made_together(session, promise.owner_id, promise.created_at)
    for one in together:
        one.let_go_at = now
    record_changes(session, [one.candidate_id for one in together], now=now)
    return together


def _made_together(session: Session, owner_id: int | None, made_at: datetime) -> list[Promise]:
    made = select(Promise).where(
        Promise.owner_id.is_not_distinct_from(owner_id),
        Promise.created_at == made_at,
        Promise.kept_at.is_(None),
        Promise.let_go_at.is_(None),
    )
    return list(session.scalars(made.order_by(Promise.id)))


def _checked(words: str) -> str:
    said = words.strip()
    if not said:
        raise InvalidInputError("Say what is promised, for instance: write when a platform role opens.")
    if len(said) > LONGEST_WORDS:
        raise InvalidInputError(f"The promise is longer than {LONGEST_WORDS} characters; shorten it.")
    return said


def get_promise(session: Session, promise_id: int, *, seen_roles: ColumnElement[bool]) -> Promise:
    """Load one promise, if it is about no role or one that may be seen; raises NotFoundError."""
    wanted = select(Promise).where(Promise.id == promise_id, _is_told(seen_roles))
    promise = session.scalars(wanted).first()
    if promise is None:
        raise NotFoundError(f"There is no promise {promise_id}.")
    return promise


def keep_promise(session: Session, promise: Promise, *, now: datetime) -> None:
    """Mark a promise as kept."""
    promise.kept_at, promise.let_go_at = now, None
    record_changes(session, [promise.candidate_id], now=now)


def let_go_of_promise(session: Session, promise: Promise, *, now: datetime) -> None:
    """Mark a promise as one that will not be kept, and is not owed any more."""
    promise.kept_at, promise.let_go_at = None, now
    record_changes(session, [promise.candidate_id], now=now)


def reopen_promise(session: Session, promise: Promise, *, now: datetime) -> None:
    """Take back that a promise was kept or let go."""
    promise.kept_at = promise.let_go_at = None
    record_changes(session, [promise.candidate_id], now=now)


def mark_matched(session: Session, candidate_ids: Sequence[int], role: Role) -> int:
    """Make open promises to people who fit a role posted since they were made due at once; gives how many."""
    if role.state is not RoleState.OPEN or role.posted_at is None or not candidate_ids:
        return 0
    is_open = select(Role.id).where(Role.state == RoleState.OPEN)
    owed = update(Promise).where(
        Promise.candidate_id.in_(list(candidate_ids)),
        Promise.kept_at.is_(None),
        Promise.let_go_at.is_(None),
        or_(Promise.matched_role_id.is_(None), Promise.matched_role_id.not_in(is_open)),
        Promise.created_at <= role.posted_at,
    )
    marked = session.execute(owed.values(matched_role_id=role.id).returning(Promise.id))
    return len(marked.all())


def load_promises(
    session: Session,
    *,
    today: date,
    seen: ColumnElement[bool],
    seen_roles: ColumnElement[bool],
    owner_id: int | None = None,
) -> Promises:
    """Load open promises by urgency and those kept in the last months; one recruiter's, or everybody's.

    `seen` and `seen_roles` say which candidates and roles the viewer may see.
    """
    is_open = Promise.kept_at.is_(None) & Promise.let_go_at.is_(None)
    mine = Promise.owner_id == owner_id if owner_id is not None else Promise.id.is_not(None)
    first_due = (Promise.matched_role_id.is_(None), nulls_last(Promise.due_on))
    opened = _lines(session, is_open & mine & seen, seen_roles, order=first_due)
    kept = _lines(
        session, Promise.kept_at.is_not(None) & mine & seen, seen_roles, order=(Promise.kept_at.desc(),)
    )
    soon = today + timedelta(days=DUE_SOON_DAYS)
    matched = tuple(line for line in opened if line.fits is not None)
    dated = [line for line in opened if line.promise.due_on is not None and line.fits is None]
    overdue = tuple(line for line in dated if line.promise.due_on < today)  # type: ignore[operator]
    due = tuple(line for line in dated if today <= line.promise.due_on <= soon)  # type: ignore[operator]
    urgent = {line.promise.id for line in (*matched, *overdue, *due)}
    later = tuple(line for line in opened if line.promise.id not in urgent)
    return Promises(matched=matched, overdue=overdue, due_soon=due, later=later, kept=tuple(kept[:50]))


def _is_told(seen_roles: ColumnElement[bool]) -> ColumnElement[bool]:
    """Leave promises but those made about an application to a role that may not be seen."""
    seen = select(Application.id).where(about_visible_roles(Application.role_id, seen_roles))
    return or_(Promise.application_id.is_(None), Promise.application_id.in_(seen))


def _lines(
    session: Session, wanted: ColumnElement[bool], seen_roles: ColumnElement[bool], *, order: Sequence[object]
) -> list[PromiseLine]:
    rows = session.execute(
        select(Promise, Candidate.full_name, Recruiter.name, Role)
        .join(Candidate, Candidate.id == Promise.candidate_id)
        .join(Recruiter, Recruiter.id == Promise.owner_id, isouter=True)
        .join(
            Role,
            and_(Role.id == Promise.matched_role_id, Role.state == RoleState.OPEN, seen_roles),
            isouter=True,
        )
        .where(wanted, _is_told(seen_roles))
        .order_by(*order, Promise.id)  # type: ignore[arg-type]
        .limit(SHOWN_MOST)
    )
    return [
        PromiseLine(promise=promise, candidate_name=name, owner_name=owner, fits=role)
        for promise, name, owner, role in rows
    ]
