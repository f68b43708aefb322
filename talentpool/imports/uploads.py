"""Files brought in step by step: kept while somebody looks at their columns, then checked, then handed to work.

Until it is carried out, the record of a waiting import holds what was chosen about it (`upload_choices`).
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from talentpool.imports.dates import DateOrder
from talentpool.imports.fields import ABOUT_AN_APPLICATION, Field
from talentpool.imports.mapping_file import make_mapping
from talentpool.imports.models import Import, ImportState, ImportUpload
from talentpool.imports.preparation import (
    ImportOptions,
    RecognisedFile,
    default_source,
    recognise_file,
)
from talentpool.imports.saved_mappings import WORDS, find_saved_mapping
from talentpool.work.queue import ask

SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".json", ".zip"}


def keep_upload(folder: Path, file_name: str, save: Callable[[Path], object]) -> Path:
    """Keep an upload under a name of our own; `save` writes it there."""
    suffix = Path(file_name).suffix.lower()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{token_hex(16)}{suffix if suffix in SUFFIXES else '.csv'}"
    save(path)
    return path


def open_imports(
    session: Session, kept: Sequence[tuple[Path, str]], *, recruiter_id: int | None, now: datetime
) -> list[Import]:
    """Start the waiting imports of files that came together, whoever has the people first.

    They are one export: of one source, joined by the ids in them. Raises InvalidInputError if one is no table.
    """
    files = sorted(((_recognised(path, name), name) for path, name in kept), key=lambda one: _order(one[0]))
    source = default_source(files[0][1])[:160]
    records: list[Import] = []
    for known, name in files:
        record = _record(session, known, name)
        record.source, record.recruiter_id, record.started_at = source, recruiter_id, now
        session.add(record)
        records.append(record)
    session.flush()
    for position, record in enumerate(records):
        session.add(ImportUpload(import_id=record.id, first_id=records[0].id, position=position))
    session.flush()
    return records


def _recognised(path: Path, file_name: str) -> RecognisedFile:
    try:
        return recognise_file(path, ImportOptions())
    except InvalidInputError as error:
        raise InvalidInputError(str(error).replace(path.name, file_name)) from error


def _order(known: RecognisedFile) -> tuple[bool, bool]:
    fields = {column.field for column in known.mapping.columns}
    names_people = bool(fields & {Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL})
    return not names_people, bool(fields & ABOUT_AN_APPLICATION)


def _record(session: Session, known: RecognisedFile, file_name: str) -> Import:
    saved = find_saved_mapping(session, known.file.header)
    return Import(
        file_name=file_name[:255],
        content_hash=known.file.content_hash,
        mapping={
            "file": known.file.path.name,
            "columns": dict(saved.mapping["columns"]) if saved else {},
            "words": {name: dict(saved.mapping[name]) for name in WORDS} if saved else {},
            "saved_as": saved.name if saved else None,
            "date_order": None,
            "preset": known.preset.code if known.preset else None,
        },
        state=ImportState.WAITING,
        bytes_total=known.file.size_bytes,
        counts={},
    )


def get_import(session: Session, import_id: int) -> Import:
    """Load one import; raises NotFoundError."""
    record = session.get(Import, import_id)
    if record is None:
        raise NotFoundError(f"There is no import {import_id}.")
    return record


def load_parts(session: Session, record: Import) -> list[Import]:
    """Load the imports of all files that came with this one, in the order in which they are brought in."""
    own = session.get(ImportUpload, record.id)
    if own is None:
        return [record]
    wanted = select(Import).join(ImportUpload, ImportUpload.import_id == Import.id)
    found = wanted.where(ImportUpload.first_id == own.first_id).order_by(ImportUpload.position)
    return list(session.scalars(found))


def upload_of(session: Session, record: Import) -> ImportUpload:
    """Load what is kept about an uploaded file, for writing."""
    upload = session.get(ImportUpload, record.id)
    if upload is None:  # uploaded before files could come together
        upload = ImportUpload(import_id=record.id, first_id=record.id, position=0)
        session.add(upload)
    return upload


def is_open(record: Import) -> bool:
    """Say whether choices about an import can still be made: it waits and was not handed to work."""
    return record.state is ImportState.WAITING and "work_id" not in record.mapping


def ask_for_import(session: Session, record: Import, *, recruiter_id: int | None, now: datetime) -> None:
    """Hand an import to whoever does asked-for work, all files of it; choices are closed from now on."""
    parts = load_parts(session, record)
    for part in parts:
        require_open(part)
    first, *others = (_told(part) for part in parts)
    work = ask(session, "import_file", {**first, "others": others}, asked_by=recruiter_id, now=now)
    for part in parts:
        part.mapping = {**part.mapping, "work_id": work.id}


def _told(record: Import) -> dict[str, Any]:
    return {
        "import_id": record.id,
        "file": record.mapping["file"],
        "file_name": record.file_name,
        "source": record.source,
        "columns": record.mapping["columns"],
        "words": record.mapping.get("words") or {},
        "preset": record.mapping.get("preset"),
        "date_order": record.mapping["date_order"],
        "resumes": record.mapping.get("resumes"),
        "collected_on": record.mapping.get("collected_on"),
    }


def give_up_waiting(session: Session, import_ids: Sequence[int], problem: str, *, now: datetime) -> None:
    """Say with the imports of an export that have not begun why they never will."""
    for import_id in import_ids:
        record = session.get(Import, import_id)
        if record is not None and record.state is ImportState.WAITING:
            record.state, record.problem, record.ended_at = ImportState.FAILED, problem, now


def ask_for_undo(session: Session, record: Import, *, recruiter_id: int | None, now: datetime) -> None:
    """Ask for an import to be taken back; a stopped one can be too, one that has not begun is dropped instead."""
    parts, name = load_parts(session, record), record.file_name
    if all(part.state is ImportState.WAITING for part in parts):
        raise ConflictError(f"The import of {name} has not begun; nothing has to be undone.")
    if any(part.state in (ImportState.RUNNING, ImportState.WAITING) for part in parts):
        raise ConflictError(f"{name} is being imported; it can be undone when that is over.")
    for part in reversed(parts):
        if part.undo_began_at is None:
            part.undo_began_at = now
            ask(session, "undo_import", {"import_id": part.id}, asked_by=recruiter_id, now=now)


def drop_import(session: Session, folder: Path, record: Import) -> None:
    """Forget a waiting import and all its files."""
    parts = load_parts(session, record)
    for part in parts:
        require_open(part)
    for part in reversed(parts):
        names = [part.mapping["file"], part.mapping.get("resumes")]
        session.delete(part)
        session.flush()
        for name in filter(None, names):
            (folder / Path(name).name).unlink(missing_ok=True)


def require_open(record: Import) -> None:
    """Refuse to change what is under way or over; raises ConflictError."""
    if not is_open(record):
        raise ConflictError(f"The import of {record.file_name} has begun; nothing about it can be changed.")


def path_of(folder: Path, record: Import) -> Path:
    """Say where the file of a waiting import is kept; raises NotFoundError if it is not there any more."""
    return _kept(folder, record.mapping.get("file"), record.file_name)


def resumes_of(folder: Path, record: Import) -> Path | None:
    """Say where the resumes beside a waiting table are kept; raises NotFoundError if they are not there any more."""
    told = record.mapping
    return _kept(folder, told["resumes"], told["resumes_name"]) if told.get("resumes") else None


def _kept(folder: Path, name: object, file_name: str) -> Path:
    path = folder / Path(str(name or "")).name
    if not path.is_file():
        raise NotFoundError(f"The file {file_name} is not kept any more; upload it again.")
    return path


def options_of(record: Import, *, dry_run: bool, resumes: Path | None = None) -> ImportOptions:
    """Give what was chosen about a waiting import."""
    order, collected_on = record.mapping["date_order"], record.mapping.get("collected_on")
    return ImportOptions(
        source=record.source,
        date_order=DateOrder(order) if order else None,
        mapping=make_mapping({"columns": record.mapping["columns"], **(record.mapping.get("words") or {})}),
        preset=record.mapping.get("preset"),
        file_name=record.file_name,
        dry_run=dry_run,
        recruiter_id=record.recruiter_id,
        resumes=resumes,
        collected_on=date.fromisoformat(collected_on) if collected_on else None,
    )
