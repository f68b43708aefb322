"""One action that removes a person everywhere: rows, files, mail in the folder; the index follows by itself.

What stays recognises nobody who is not told who it is: keyed hashes of the addresses and of the number, so that no
import, merge or restore brings the person back, and the number in lines of the audit log and of old match runs.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, Table, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.accounts.audit import record_event
from talentpool.candidates.changes import record_changes
from talentpool.candidates.contact_holds import awaiting_copy
from talentpool.candidates.models import (
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Merge,
    Resume,
)
from talentpool.candidates.names import names_go_together
from talentpool.candidates.recognition import Key, contact_hash, is_ones_own, recognising_keys
from talentpool.consent.data_requests import NOT_OVER
from talentpool.consent.models import DataRequest, RequestState, SuppressionScope
from talentpool.consent.suppression import record_key, suppress, suppression_key
from talentpool.database import Base
from talentpool.erasure.models import ToldOf
from talentpool.erasure.recipients import note_to_tell
from talentpool.errors import ConflictError, NotFoundError

SOURCE = "erased"
MESSAGES, BEING_SENT = "messages", "sending"  # known by name: outreach is a room of its own
CONTACTS: Mapping[str, InstrumentedAttribute[str]] = {
    "email": CandidateEmail.address_key,
    "phone": CandidatePhone.number_key,
    "url": CandidateLink.url_key,
}


class MessageLeavingError(ConflictError):
    """Nobody is erased while a message to them is being sent; in a minute it is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Traces:
    """What would be found of a person if anything were left: to be searched for, and then forgotten."""

    candidate_id: int
    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    texts: tuple[str, ...]  # of the resumes
    rows: Mapping[str, int]  # table -> how many rows of it are about the person
    resume_files: tuple[str, ...]
    message_keys: tuple[str, ...]
    export_keys: tuple[str, ...]  # of files with everything on record, made for a request
    requests: tuple[int, ...]  # of the person, which end with the erasure


def look_up_traces(session: Session, candidate_id: int) -> Traces:
    """Say what there is of a person, for the preview and for the search afterwards; raises NotFoundError."""
    candidate = session.get(Candidate, candidate_id)
    if candidate is None:
        raise NotFoundError(f"There is no candidate {candidate_id}; perhaps the person was erased already.")
    resumes = session.execute(
        select(Resume.visible_text, Resume.file_key).where(Resume.candidate_id == candidate_id)
    ).all()
    messages = Base.metadata.tables[MESSAGES]
    keys = session.scalars(select(messages.c.message_key).where(messages.c.candidate_id == candidate_id))
    exports = select(DataRequest.export_key).where(DataRequest.candidate_id == candidate_id)
    return Traces(
        candidate_id=candidate_id,
        name=candidate.full_name,
        emails=tuple(email.address for email in candidate.emails),
        phones=tuple(phone.number for phone in candidate.phones),
        texts=tuple(text for text, _ in resumes if text),
        rows=_count_rows(session, candidate_id),
        resume_files=tuple({key for _, key in resumes if key} | _files_set_aside(session, candidate_id)),
        message_keys=tuple(keys),
        export_keys=tuple(key for key in session.scalars(exports) if key),
        requests=tuple(session.scalars(_ending_requests(candidate_id))),
    )


def require_erasable(session: Session, candidate_id: int, *, now: datetime) -> None:
    """Raise ConflictError while something forbids it: an access request unanswered, a message being sent."""
    require_copy_answered(session, candidate_id, now=now)
    messages = Base.metadata.tables[MESSAGES]
    leaving = select(messages.c.id).where(
        messages.c.candidate_id == candidate_id, messages.c.state == BEING_SENT
    )
    if session.scalars(leaving.limit(1)).first() is not None:
        raise MessageLeavingError(
            "A message to this person is being sent this very moment; try again in a minute."
        )


def require_copy_answered(session: Session, candidate_id: int, *, now: datetime) -> None:
    """Raise ConflictError while somebody waits to see their data."""
    if awaiting_copy(session, [candidate_id], today=now.date()):
        raise ConflictError(
            "The person has asked to see their data, and that is not answered yet; answer it first, then erase."
        )


def erase_person(
    session: Session, candidate_id: int, *, secret: bytes, recruiter_id: int | None, now: datetime
) -> Traces:
    """Remove a person from the database, and hold every address of theirs back for ever; what they asked is over.

    The caller removes the files of the traces, then commits. Raises NotFoundError and ConflictError.
    """
    _hold(session, candidate_id)
    require_erasable(session, candidate_id, now=now)
    traces = look_up_traces(session, candidate_id)
    suppress(
        session,
        erased_keys(session, candidate_id, secret),
        scope=SuppressionScope.ERASED,
        source=SOURCE,
        now=now,
    )
    note_to_tell(session, candidate_id, ToldOf.ERASURE, now=now)
    _end_requests(session, traces.requests, now=now)
    _delete_rows(session, candidate_id)
    record_changes(session, [candidate_id], now=now)
    record_event(
        session,
        "candidate_erased",
        object_kind="candidate",
        object_id=candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"rows": sum(traces.rows.values()), "files": len(traces.resume_files)},
    )
    return traces


def erased_keys(session: Session, candidate_id: int, secret: bytes) -> list[str]:
    """Give the keyed hashes by which the person is recognised again, and nobody else with them.

    That is by the number here and those that were merged into it, by every id in another system, and by the addresses,
    numbers and pages: alone where they say who somebody is, and each with the name, also that of a merged record.
    """
    merged = select(Merge.other_id, Merge.dropped_source, Merge.dropped_external_id, Merge.other_name).where(
        Merge.survivor_id == candidate_id, Merge.undone_at.is_(None)
    )
    own = select(Candidate.id, Candidate.source, Candidate.external_id, Candidate.full_name)
    records = [*session.execute(own.where(Candidate.id == candidate_id)), *session.execute(merged)]
    names = {name for *_, name in records}
    contacts = _contacts(session, candidate_id)
    shared = {
        key for key in contacts if is_ones_own(*key) and _has_another(session, candidate_id, names, key)
    }
    return [
        *(suppression_key(secret, "person", str(number)) for number, *_ in records),
        *(
            suppression_key(secret, "record", record_key(source, external_id))
            for _, source, external_id, _ in records
            if source and external_id
        ),
        *(contact_hash(secret, key) for key in recognising_keys(names, contacts, shared=shared)),
    ]


def _contacts(session: Session, candidate_id: int) -> list[Key]:
    return [
        (kind, key)
        for kind, column in CONTACTS.items()
        for key in session.scalars(select(column).where(column.class_.candidate_id == candidate_id))
    ]


def _has_another(session: Session, candidate_id: int, names: Collection[str], key: Key) -> bool:
    """Say whether somebody of other names has the address too."""
    kind, value = key
    column = CONTACTS[kind]
    held = select(Candidate.full_name).join(column.class_, column.class_.candidate_id == Candidate.id)
    others = session.scalars(held.where(column == value, Candidate.id != candidate_id))
    return not all(any(names_go_together(name, other) for name in names) for other in others)


def _ending_requests(candidate_id: int) -> Select[int]:
    is_open = or_(DataRequest.state.in_(NOT_OVER), DataRequest.erasure_asked_at.is_not(None))
    return (
        select(DataRequest.id)
        .where(DataRequest.candidate_id == candidate_id, is_open)
        .order_by(DataRequest.id)
    )


def _end_requests(session: Session, request_ids: Collection[int], *, now: datetime) -> None:
    """Answer by the erasure whatever the person asked and nobody has answered, however the erasure came about."""
    over = {"state": RequestState.ANSWERED, "answered_at": now}
    session.execute(update(DataRequest).where(DataRequest.id.in_(request_ids)).values(over))


def remove_files(paths: Iterable[Path]) -> int:
    """Remove files about people; gives how many there were."""
    removed = 0
    for path in paths:
        removed += path.exists()
        path.unlink(missing_ok=True)
    return removed


def _hold(session: Session, candidate_id: int) -> None:
    """Let nobody else write about the person before this ends: imports, merges and senders take turns here."""
    found = session.execute(select(Candidate.id).where(Candidate.id == candidate_id).with_for_update())
    if found.scalar() is None:
        raise NotFoundError(f"There is no candidate {candidate_id}; perhaps the person was erased already.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointer:
    """A column that points at a candidate, and whether its row outlives them without the link."""

    table: Table
    column: str
    outlives: bool


def pointers() -> list[Pointer]:
    """List every column that points at a candidate, by the keys of the tables: a new table is never forgotten."""
    return [
        Pointer(table=table, column=key.parent.name, outlives=key.ondelete == "SET NULL")
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Candidate.__tablename__
    ]


def _count_rows(session: Session, candidate_id: int) -> dict[str, int]:
    counts: dict[str, int] = {Candidate.__tablename__: 1}
    for pointer in pointers():
        about = select(func.count()).where(pointer.table.c[pointer.column] == candidate_id)
        if not pointer.outlives:
            name = pointer.table.name
            counts[name] = counts.get(name, 0) + (session.scalar(about) or 0)
    return {name: count for name, count in counts.items() if count}


def _delete_rows(session: Session, candidate_id: int) -> None:
    """Delete every row about the person, those that point at others first; what outlives them loses its link."""
    _empty_requests(session, candidate_id)
    session.flush()
    for pointer in reversed(pointers()):
        about = pointer.table.c[pointer.column] == candidate_id
        if pointer.outlives:
            session.execute(pointer.table.update().where(about).values({pointer.column: None}))
        else:
            session.execute(pointer.table.delete().where(about))
    session.execute(Candidate.__table__.delete().where(Candidate.id == candidate_id))  # type: ignore[attr-defined]
    session.expunge_all()


def _empty_requests(session: Session, candidate_id: int) -> None:
    """Leave of what the person asked only that it was asked, and when."""
    nothing = {"words": None, "answer": None, "identity_words": None, "export_key": None}
    session.execute(update(DataRequest).where(DataRequest.candidate_id == candidate_id).values(nothing))


def _files_set_aside(session: Session, candidate_id: int) -> set[str]:
    """Give the files of resumes that a merge into this person has set aside."""
    records = session.scalars(select(Merge.record).where(Merge.survivor_id == candidate_id))
    return {
        entry["row"]["file_key"]
        for record in records
        for entry in record.get("set_aside", ())
        if entry["table"] == Resume.__tablename__ and entry["row"].get("file_key")
    }
