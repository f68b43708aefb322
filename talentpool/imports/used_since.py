"""What people have worked with since an import brought it, and so stays when the import is undone.

Anything that points at a person or a role counts, in whatever table, by the foreign keys of the database itself;
what the program made by itself, such as ranked lists, does not.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Application, Candidate, Contact, Fact, Merge, Note, Promise, Resume
from talentpool.consent.models import LawfulBasis
from talentpool.database import Base, table_of
from talentpool.imports.change_log import as_json
from talentpool.imports.models import ImportChange
from talentpool.roles.models import Role

# What an import adds to people, the records that point at others first.
IMPORTED: tuple[type[Base], ...] = (Promise, Application, Resume, Fact, Contact, Note, LawfulBasis)
# Made by the program itself, or gone with the import in a way of its own.
MADE_BY_ITSELF = frozenset(
    {"matches", "import_problems", "import_changes", "suppressions", "candidate_emails", "candidate_phones", "candidate_links",
     "revealed_people", "source_rows"}
)  # fmt: skip
CHANGED, ADDED_TO, USED = "changed since", "added to since", "used since"


def people_used_since(session: Session, ids: Sequence[int], import_id: int) -> dict[int, str]:
    """Say who of these people, created by an import, has been changed or added to by others, and how."""
    candidates = table_of(Candidate)
    found = dict.fromkeys(_edited(session, candidates, ids, import_id), CHANGED)
    for table, column in _pointing_at(candidates):
        if table.name in MADE_BY_ITSELF:
            continue
        others = select(column).where(column.in_(ids))
        if table.name == Merge.__tablename__:
            others = others.where(table.c.undone_at.is_(None))
        if "import_id" in table.c:
            others = others.where(table.c.import_id.is_distinct_from(import_id))
        found |= dict.fromkeys(session.scalars(others), ADDED_TO)
    by_imports = select(ImportChange.candidate_id).where(
        ImportChange.candidate_id.in_(ids), ImportChange.import_id != import_id
    )
    found |= {each: ADDED_TO for each in session.scalars(by_imports) if each}
    for model in (Application, Promise):
        table = table_of(model)
        used = changed_since(session, table, import_id, owners=ids)
        found |= dict.fromkeys(used.values(), CHANGED)
    return found


def changed_since(
    session: Session, table: Table, import_id: int, *, owners: Sequence[int] | None = None
) -> dict[int, int]:
    """Find records of an import that somebody has changed since: their ids, each with its person.

    Without `owners` it looks at people who were there before the import.
    """
    wanted = select(table.c.id, table.c.candidate_id).where(table.c.import_id == import_id)
    if owners is None:
        candidates = table_of(Candidate)
        before = select(candidates.c.id).where(candidates.c.import_id.is_distinct_from(import_id))
        wanted = wanted.where(table.c.candidate_id.in_(before))
    else:
        wanted = wanted.where(table.c.candidate_id.in_(owners))
    if "updated_at" in table.c:
        edited = wanted.add_columns(table.c.updated_at).where(table.c.updated_at != table.c.created_at)
        return _not_by_import(session, table, edited, import_id)
    if "kept_at" in table.c:
        wanted = wanted.where(or_(table.c.kept_at.is_not(None), table.c.let_go_at.is_not(None)))
        return {row.id: row.candidate_id for row in session.execute(wanted)}
    return {}


def _not_by_import(
    session: Session, table: Table, edited: Select[tuple[int, int, object]], import_id: int
) -> dict[int, int]:
    """Leave out what a later row of the same import changed last."""
    rows = session.execute(edited).all()
    own = select(ImportChange.record_id, ImportChange.after).where(
        ImportChange.import_id == import_id,
        ImportChange.record == table.name,
        ImportChange.record_id.in_([row.id for row in rows]),
    )
    by_itself = {(each, (after or {}).get("updated_at")) for each, after in session.execute(own)}
    return {row.id: row.candidate_id for row in rows if (row.id, as_json(row.updated_at)) not in by_itself}


def _edited(session: Session, table: Table, ids: Sequence[int], import_id: int) -> set[int]:
    edited = select(table.c.id, table.c.id.label("candidate_id"), table.c.updated_at).where(
        table.c.id.in_(ids), table.c.updated_at != table.c.created_at
    )
    return set(_not_by_import(session, table, edited, import_id))


def _pointing_at(table: Table) -> list[tuple[Table, ColumnElement[int]]]:
    found: list[tuple[Table, ColumnElement[int]]] = []
    for other in table.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table:
                found.append((other, key.parent))
    return found


def roles_used_since(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Say which of these roles, made for an import, somebody has changed or works with."""
    roles = table_of(Role)
    edited = select(roles.c.id).where(
        roles.c.id.in_(ids),
        or_(roles.c.updated_at != roles.c.created_at, and_(roles.c.posted_at.is_not(None))),
    )
    found = dict.fromkeys(session.scalars(edited), CHANGED)
    for _, column in _pointing_at(roles):
        pointing = select(roles.c.id).where(roles.c.id.in_(ids), exists().where(column == roles.c.id))
        found |= dict.fromkeys(session.scalars(pointing), USED)
    return found
