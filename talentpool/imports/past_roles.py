"""Roles that only other systems remember: found by requisition or title, made as closed roles when new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from talentpool.database import many
from talentpool.imports.role_keys import RoleKey, folded_title, rediscovered_key
from talentpool.imports.row import ParsedRow
from talentpool.roles.models import Role, RoleState


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where records come from, and when they came."""

    source: str
    import_id: int | None
    now: datetime


def ensure_roles(
    session: Session, rows: Iterable[ParsedRow], role_ids: dict[RoleKey, int], *, origin: Origin
) -> int:
    """Learn the ids of the roles the rows speak of, making those nobody knows; gives how many were made.

    A requisition code names one role wherever it was posted; a title alone only names a closed one, since an
    application of years ago was not for the role of that title that is open today, unless the person came out of
    that role's short list.
    """
    taken = list(rows)
    _find_ours(session, taken, role_ids)
    others = [parsed for parsed in taken if rediscovered_key(parsed) not in role_ids]
    wanted = {
        (folded_title(title), code): title
        for parsed in others
        for title, code in parsed.roles
        if title or code
    }
    missing = {key: title for key, title in wanted.items() if key not in role_ids}
    _find(session, missing, role_ids)
    new = {key: title for key, title in missing.items() if key not in role_ids}
    _make(session, new, role_ids, origin)
    return len(new)


def find_roles(session: Session, rows: Iterable[ParsedRow], role_ids: dict[RoleKey, int]) -> None:
    """Learn the ids of the roles the rows speak of, making none."""
    rows = list(rows)
    _find_ours(session, rows, role_ids)
    keys = {(folded_title(title), code) for parsed in rows for title, code in parsed.roles}
    _find(session, {key: "" for key in keys if key not in role_ids}, role_ids)


def _find_ours(session: Session, rows: Iterable[ParsedRow], role_ids: dict[RoleKey, int]) -> None:
    """Find by title the one role that was posted here before somebody of its short list applied for it there."""
    days = {
        key: parsed.application.applied_on
        for parsed in rows
        if parsed.application and (key := rediscovered_key(parsed)) and key not in role_ids
    }
    posted: dict[str, list[tuple[int, date]]] = {}
    for batch in many({title for title, _ in days}):
        wanted = select(Role.folded_title, Role.id, Role.posted_at).where(
            Role.folded_title.in_(batch), Role.posted_at.is_not(None)
        )
        for title, role_id, posted_at in session.execute(wanted):
            if posted_at is not None:
                posted.setdefault(title, []).append((role_id, posted_at.date()))
    for key, applied_on in days.items():
        fitting = [role_id for role_id, on in posted.get(key[0], ()) if applied_on and on <= applied_on]
        if len(fitting) == 1:
            role_ids[key] = fitting[0]


def _find(session: Session, missing: dict[RoleKey, str], role_ids: dict[RoleKey, int]) -> None:
    codes = {code: key for key in missing if (code := key[1])}
    by_code: dict[str, int] = {}
    for batch in many(sorted(codes)):
        found = (
            select(Role.requisition_code, Role.id)
            .where(Role.requisition_code.in_(batch))
            .order_by(Role.id.desc())
        )
        by_code |= {code: role_id for code, role_id in session.execute(found) if code}
    titles = {key[0] for key in missing if not key[1] and key[0]}
    by_title: dict[str, int] = {}
    for batch in many(sorted(titles)):
        closed = select(Role.folded_title, Role.id).where(
            Role.folded_title.in_(batch), Role.state == RoleState.CLOSED, Role.requisition_code.is_(None)
        )
        rows = session.execute(closed.order_by(Role.id.desc()))
        by_title |= {row.folded_title: row.id for row in rows}
    for key in missing:
        role_id = by_code.get(key[1]) if key[1] else by_title.get(key[0])
        if role_id is not None:
            role_ids[key] = role_id


def _make(session: Session, new: dict[RoleKey, str], role_ids: dict[RoleKey, int], origin: Origin) -> None:
    made: dict[RoleKey, RoleKey] = {}  # titles under one requisition are one role
    for key in new:
        made.setdefault(("", key[1]) if key[1] else key, key)
    rows: list[dict[str, Any]] = [
        {
            "title": new[key] or f"Requisition {key[1]}",
            "folded_title": key[0] or f"requisition {key[1]}".lower(),
            "requisition_code": key[1],
            "text": "",
            "is_remote": False,
            "facts_asked": [],
            "state": RoleState.CLOSED,
            "is_confidential": False,
            "source": origin.source,
            "source_data": {},
            "import_id": origin.import_id,
            "created_at": origin.now,
            "updated_at": origin.now,
        }
        for key in made.values()
    ]
    if rows:
        returned = session.scalars(insert(Role).returning(Role.id, sort_by_parameter_order=True), rows)
        ids = dict(zip(made, returned, strict=True))
        for key in new:
            role_ids[key] = ids[("", key[1]) if key[1] else key]
