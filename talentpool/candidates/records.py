"""Adding to what is known about people, many at once: one statement for each kind of record.

Whoever calls has decided what is new; here it is written, and everybody touched is marked for the index.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.entries import Additions, PersonEntry, ResumeEntry
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Contact,
    ContactChannel,
    Direction,
    Fact,
    Note,
    Promise,
    Resume,
)
from talentpool.database import Base, folded, table_of

LONGEST_FOLDED = 320


def record_additions(
    session: Session, additions: Sequence[Additions], *, import_id: int | None, now: datetime
) -> None:
    """Write what is new and fill in the ids of new people; a few statements whatever their number."""
    _add_people(session, [one for one in additions if one.candidate_id is None], import_id=import_id, now=now)
    _change_people(session, additions, now=now)
    _add_addresses(session, additions)
    application_ids = _add_applications(session, additions, import_id=import_id, now=now)
    _change_rows(session, Application, [row for one in additions for row in one.application_changes], now=now)
    came = {"import_id": import_id, "created_at": now}
    _add_resumes(session, additions, came)
    _insert(session, Fact, [(one.candidate_id, entry, came) for one in additions for entry in one.facts])
    _add_contacts(session, additions, import_id=import_id)
    _add_promises(session, additions, application_ids, came)
    notes = [
        {"candidate_id": one.candidate_id, "words": words, **came} for one in additions for words in one.notes
    ]
    notes += [
        {"candidate_id": one.candidate_id, **came, **_values(entry)}
        for one in additions
        for entry in one.dated_notes
    ]
    if notes:
        _insert_rows(session, Note, notes)
    record_changes(session, (known_id(one) for one in additions), now=now)


def known_id(additions: Additions) -> int:
    """Give the id of a person who has been written."""
    if additions.candidate_id is None:
        raise ValueError("This person has not been written yet.")
    return additions.candidate_id


def _add_people(session: Session, new: Sequence[Additions], *, import_id: int | None, now: datetime) -> None:
    rows = []
    for one in new:
        person = one.person or PersonEntry()
        rows.append(
            _values(person)
            | {
                "folded_name": folded(person.full_name)[:LONGEST_FOLDED],
                "source_data": dict(one.source_data),
                "import_id": import_id,
                "created_at": now,
                "updated_at": now,
            }
        )
    if rows:
        for one, candidate_id in zip(new, _insert_for_ids(session, Candidate, rows), strict=True):
            one.candidate_id = candidate_id


def _change_people(session: Session, additions: Sequence[Additions], *, now: datetime) -> None:
    changed = []
    for one in additions:
        if one.changes:
            row = {"id": one.candidate_id, **one.changes}
            if "full_name" in row:
                row["folded_name"] = folded(row["full_name"])[:LONGEST_FOLDED]
            changed.append(row)
    _change_rows(session, Candidate, changed, now=now)


def _change_rows(
    session: Session, table: type[Base], rows: Iterable[dict[str, Any]], *, now: datetime
) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row)), []).append({**row, "updated_at": now})
    for same in by_columns.values():
        session.execute(update(table), same)


def _add_addresses(session: Session, additions: Sequence[Additions]) -> None:
    nothing: dict[str, Any] = {}
    _insert(
        session,
        CandidateEmail,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.emails],
    )
    _insert(
        session,
        CandidatePhone,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.phones],
    )
    _insert(
        session,
        CandidateLink,
        [(one.candidate_id, entry, nothing) for one in additions for entry in one.links],
    )


def _add_applications(
    session: Session, additions: Sequence[Additions], *, import_id: int | None, now: datetime
) -> dict[tuple[int, int], int]:
    """Write applications; gives their ids by candidate and place among that candidate's new ones."""
    places, rows = [], []
    for one in additions:
        for place, entry in enumerate(one.applications):
            places.append((known_id(one), place))
            came = {"import_id": import_id, "created_at": now, "updated_at": now}
            rows.append(
                {
                    "candidate_id": one.candidate_id,
                    **_values(entry),
                    **came,
                    "source_data": dict(entry.source_data),
                }
            )
    if not rows:
        return {}
    return dict(zip(places, _insert_for_ids(session, Application, rows), strict=True))


def _add_resumes(session: Session, additions: Sequence[Additions], came: Mapping[str, Any]) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            **resume_values(entry),
            **came,
            "created_at": entry.created_at or came["created_at"],
        }
        for one in additions
        for entry in one.resumes
    ]
    if rows:
        _insert_rows(session, Resume, rows)


def resume_values(entry: ResumeEntry) -> dict[str, Any]:
    """Give the columns of a resume, beside whose it is and when it came."""
    values = _values(entry)
    del values["created_at"]  # what came when is said by whoever writes it down
    return values | {
        "has_file": entry.file_key is not None,
        "hidden_lines": [list(line) for line in entry.hidden_lines or ()] or None,
        "size_bytes": entry.size_bytes or len(entry.visible_text.encode()),
    }


def _add_contacts(session: Session, additions: Sequence[Additions], *, import_id: int | None) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            "at": datetime.combine(day, time(12), UTC),
            "channel": ContactChannel.OTHER,
            "direction": Direction.OURS,
            "is_unasked": True,
            "import_id": import_id,
        }
        for one in additions
        for day in one.contacted_on
    ]
    if rows:
        _insert_rows(session, Contact, rows)
    more = {"import_id": import_id}
    _insert(
        session, Contact, [(one.candidate_id, entry, more) for one in additions for entry in one.contacts]
    )


def _add_promises(
    session: Session,
    additions: Sequence[Additions],
    application_ids: Mapping[tuple[int, int], int],
    came: Mapping[str, Any],
) -> None:
    rows = [
        {
            "candidate_id": one.candidate_id,
            "words": entry.words,
            "due_on": entry.due_on,
            "kept_at": entry.kept_at,
            "let_go_at": entry.let_go_at,
            "application_id": entry.application_id
            if entry.application is None
            else application_ids[known_id(one), entry.application],
            **came,
        }
        for one in additions
        for entry in one.promises
    ]
    if rows:
        _insert_rows(session, Promise, rows)


def _insert(
    session: Session, table: type[Base], rows: Sequence[tuple[int | None, Any, Mapping[str, Any]]]
) -> None:
    if rows:
        values = [{"candidate_id": owner, **_values(entry), **more} for owner, entry, more in rows]
        _insert_rows(session, table, values)


def _insert_rows(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(table_of(table)), rows)


def _insert_for_ids(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert rows and give their ids in the order of the rows."""
    inserted = table_of(table)
    if session.get_bind().dialect.name == "sqlite":
        first = _next_id(session, inserted)
        numbered = [{"id": number, **row} for number, row in enumerate(rows, start=first)]
        session.execute(insert(inserted), numbered)
        return range(first, first + len(rows))
    return session.scalars(
        insert(inserted).returning(inserted.c.id, sort_by_parameter_order=True), rows
    ).all()


def _next_id(session: Session, table: Table) -> int:
    """Give the id that SQLite, which has one writer at a time, would give to the next row."""
    greatest = session.scalar(select(func.max(table.c.id))) or 0
    if table.dialect_options["sqlite"]["autoincrement"]:  # the ids of rows that are gone are not given again
        used = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        greatest = max(greatest, session.scalar(used, {"name": table.name}) or 0)
    return greatest + 1


def _values(entry: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in type(entry).__slots__}
