"""What somebody who leaves hands over: roles, people, promises and letters under way, to one colleague, at once.

History stays with whoever made it; only what is still owed moves. Tokens of other systems do not: they stop with the
account, since whoever made one may have kept it. The trail keeps the ids of what moved, so that
all of it can be taken back, except what has been given to somebody else since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, literal, select, update
from sqlalchemy.orm import Session

from talentpool.accounts.administration import disable_account, enable_account
from talentpool.accounts.api_tokens import give_tokens_back
from talentpool.accounts.audit import record_event
from talentpool.accounts.models import AccountKind, AuditEvent, Recruiter
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Candidate, Contact, Direction, Promise
from talentpool.closing.close import By
from talentpool.database import Base, many, table_of
from talentpool.errors import ConflictError, InvalidInputError
from talentpool.roles.models import Role, RoleState

HANDED_OVER, TAKEN_BACK = "account_handed_over", "account_handover_undone"
CONVERSATIONS = "conversations"  # with people who had no owner
LETTERS_UNDER_WAY = ("draft", "pending", "retrying")
REQUESTS_OPEN = ("unconfirmed", "open")


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One kind of thing somebody still owes: how it is called, where it stands, and what of it is theirs."""

    label: str
    table: Table
    column: str
    theirs: ColumnElement[bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOver:
    """What moved, by what it is called, and the names of the API tokens that stopped with the account."""

    moved: dict[str, int]
    stopped: tuple[str, ...]


def owed(session: Session, leaver: Recruiter, *, now: datetime) -> dict[str, int]:
    """Count what would move, by what it is called; nothing is named of which there is none."""
    counted: dict[str, int] = {}
    for one in _kinds(session, leaver.id, now):
        number = session.scalar(select(func.count()).select_from(one.table).where(one.theirs)) or 0
        if number:
            counted[one.label] = counted.get(one.label, 0) + number
    return counted


def successors(session: Session, leaver: Recruiter) -> list[Recruiter]:
    """List who can take over: whoever signs in and may do what the leaver may."""
    wanted = select(Recruiter).where(Recruiter.disabled_at.is_(None), Recruiter.id != leaver.id)
    if leaver.kind is not AccountKind.HIRING_MANAGER:
        wanted = wanted.where(Recruiter.kind != AccountKind.HIRING_MANAGER)
    return list(session.scalars(wanted.order_by(Recruiter.name, Recruiter.id)))


def hand_over(session: Session, leaver: Recruiter, successor_id: int, by: By) -> HandedOver:
    """Move everything owed to a colleague and close the account, which stops its tokens.

    Raises InvalidInputError for somebody who cannot take over, ConflictError for an account that is closed, or the
    last administrator's.
    """
    if leaver.disabled_at is not None:
        raise ConflictError(f"The account of {leaver.name} is disabled already; load the page again.")
    successor = next((one for one in successors(session, leaver) if one.id == successor_id), None)
    if successor is None:
        raise InvalidInputError("Choose from the list who takes over.")
    moved: list[dict[str, Any]] = []
    for one in list(_kinds(session, leaver.id, by.now)):
        ids = list(session.scalars(select(one.table.c.id).where(one.theirs).order_by(one.table.c.id)))
        _give(session, one.table, one.column, ids, successor)
        if ids:
            moved.append({"what": one.label, "table": one.table.name, "column": one.column, "ids": ids})
    stopped = disable_account(session, leaver, now=by.now)
    tokens = [token.id for token in stopped]
    _audit(session, HANDED_OVER, leaver, by, {"to": successor.id, "moved": moved, "tokens": tokens})
    return HandedOver(
        moved={one["what"]: len(one["ids"]) for one in moved}, stopped=tuple(token.name for token in stopped)
    )


def take_handover_back(session: Session, leaver: Recruiter, by: By) -> int:
    """Open the account again and give back what moved and nobody has moved on; gives how many things."""
    event = _last_event(session, leaver.id)
    if event is None or event.action != HANDED_OVER:
        raise ConflictError(f"Nothing of {leaver.name} is handed over; there is nothing to undo.")
    enable_account(leaver)
    give_tokens_back(session, event.details.get("tokens", ()))
    given_back = 0
    for one in event.details["moved"]:
        table, column = Base.metadata.tables[one["table"]], one["column"]
        before = None if one["what"] == CONVERSATIONS else leaver
        for batch in many(one["ids"]):
            still_theirs = (table.c.id.in_(batch)) & (table.c[column] == event.details["to"])
            kept = list(session.scalars(select(table.c.id).where(still_theirs)))
            _give(session, table, column, kept, before)
            given_back += len(kept)
    _audit(session, TAKEN_BACK, leaver, by, {"from": event.details["to"], "things": given_back})
    return given_back


def _kinds(session: Session, leaver_id: int, now: datetime) -> Iterator[Owed]:
    roles, promises, people = table_of(Role), table_of(Promise), table_of(Candidate)
    letters = Base.metadata.tables["messages"]
    goes_on = roles.c.state != RoleState.CLOSED
    yield Owed(
        label="roles", table=roles, column="owner_id", theirs=(roles.c.owner_id == leaver_id) & goes_on
    )
    yield Owed(
        label="roles to hire for",
        table=roles,
        column="hiring_manager_id",
        theirs=(roles.c.hiring_manager_id == leaver_id) & goes_on,
    )
    is_open = promises.c.kept_at.is_(None) & promises.c.let_go_at.is_(None)
    yield Owed(
        label="promises",
        table=promises,
        column="owner_id",
        theirs=(promises.c.owner_id == leaver_id) & is_open,
    )
    yield Owed(label="people", table=people, column="owner_id", theirs=people.c.owner_id == leaver_id)
    talking = _talking_to(session, leaver_id, now)
    yield Owed(
        label=CONVERSATIONS,
        table=people,
        column="owner_id",
        theirs=people.c.id.in_(talking) & people.c.owner_id.is_(None),
    )
    yield Owed(
        label="letters not sent yet",
        table=letters,
        column="recruiter_id",
        theirs=(letters.c.recruiter_id == leaver_id) & letters.c.state.in_(LETTERS_UNDER_WAY),
    )
    yield from _kinds_of_their_desk(leaver_id, now)


def _kinds_of_their_desk(leaver_id: int, now: datetime) -> Iterator[Owed]:
    """Give what others wait for or use: requests about data, short lists out at managers, searches."""
    requests, links, searches = (
        Base.metadata.tables[name] for name in ("data_requests", "shortlist_links", "saved_searches")
    )
    yield Owed(
        label="data requests",
        table=requests,
        column="owner_id",
        theirs=(requests.c.owner_id == leaver_id) & requests.c.state.in_(REQUESTS_OPEN),
    )
    yield Owed(
        label="short lists at managers",
        table=links,
        column="sent_by",
        theirs=(links.c.sent_by == leaver_id) & links.c.revoked_at.is_(None) & (links.c.expires_at > now),
    )
    yield Owed(
        label="saved searches",
        table=searches,
        column="owner_id",
        theirs=(searches.c.owner_id == leaver_id) & searches.c.removed_at.is_(None),
    )


def _talking_to(session: Session, leaver_id: int, now: datetime) -> list[int]:
    """Find whose answer is still fresh and who was written to by the leaver last."""
    wrote = select(Contact.id).where(Contact.recruiter_id == leaver_id, Contact.direction == Direction.OURS)
    if session.scalar(wrote.limit(1)) is None:
        return []
    since = now - timedelta(days=load_contact_policy(session).conversation_days)
    answered = select(Contact.candidate_id).where(Contact.direction == Direction.THEIRS, Contact.at >= since)
    ours = (
        select(Contact.candidate_id, Contact.recruiter_id)
        .where(Contact.candidate_id.in_(answered), Contact.direction == Direction.OURS)
        .order_by(Contact.at, Contact.id)
    )
    last_by = dict(session.execute(ours).all())
    return [candidate_id for candidate_id, recruiter_id in last_by.items() if recruiter_id == leaver_id]


def _give(session: Session, table: Table, column: str, ids: list[int], to: Recruiter | None) -> None:
    values: dict[str, Any] = {column: to.id if to is not None else None}
    if to is not None and table.name == "messages":
        ours = func.coalesce(
            literal(", ") + table.c.return_path, ""
        )  # the mailbox we read, where there is one
        values["reply_to"] = literal(to.email) + ours  # answers have to reach somebody who is here, and us
    for batch in many(ids):
        session.execute(update(table).where(table.c.id.in_(batch)).values(values))
    session.expire_all()


def _last_event(session: Session, leaver_id: int) -> AuditEvent | None:
    wanted = select(AuditEvent).where(
        AuditEvent.object_kind == "recruiter",
        AuditEvent.object_id == leaver_id,
        AuditEvent.action.in_((HANDED_OVER, TAKEN_BACK)),
    )
    return session.scalars(wanted.order_by(AuditEvent.id.desc()).limit(1)).first()


def _audit(session: Session, action: str, leaver: Recruiter, by: By, details: Mapping[str, Any]) -> None:
    record_event(
        session,
        action,
        object_kind="recruiter",
        object_id=leaver.id,
        recruiter_id=by.recruiter_id,
        now=by.now,
        details=details,
    )
    session.flush()
