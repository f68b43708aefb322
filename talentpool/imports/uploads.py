"""A file brought in step by step: kept while somebody looks at its columns, then checked, then handed to work.

Until it is carried out, the record of a waiting import holds what was chosen about it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from talentpool.database import Sessions
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from talentpool.imports.columns import Column, Use
from talentpool.imports.dates import DateOrder
from talentpool.imports.importer import import_file
from talentpool.imports.mapping_file import make_mapping
from talentpool.imports.models import Import, ImportState
from talentpool.imports.preparation import ImportOptions, default_source, recognise_file
from talentpool.imports.presets import get_preset, load_presets
from talentpool.imports.report import ImportReport
from talentpool.imports.saved_mappings import WORDS, find_saved_mapping, save_mapping
from talentpool.settings import config_folder
from talentpool.work.queue import ask

SURE = 0.75  # what is taken with less is said to be a guess
SAMPLES_SHOWN = 3
LONGEST_SAMPLE = 60
SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".json"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnChoice:
    """One column of a waiting file: what stands in it, and what we take it for."""

    column: Column
    samples: tuple[str, ...]

    @property
    def is_guess(self) -> bool:
        """Say whether the column was taken for something we are not sure of."""
        return self.column.field is not None and self.column.confidence < SURE

    @property
    def choice(self) -> str:
        """Give the choice as a form has it: a field, `keep` or `refuse`."""
        if self.column.field is not None:
            return self.column.field.value
        return "refuse" if self.column.use is Use.REFUSED else "keep"


def keep_upload(folder: Path, file_name: str, save: Callable[[Path], object]) -> Path:
    """Keep an upload under a name of our own; `save` writes it there."""
    suffix = Path(file_name).suffix.lower()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{token_hex(16)}{suffix if suffix in SUFFIXES else '.csv'}"
    save(path)
    return path


def open_import(
    session: Session, path: Path, file_name: str, *, recruiter_id: int | None, now: datetime
) -> Import:
    """Start a waiting import of a kept upload; raises InvalidInputError if it is no table."""
    try:
        known = recognise_file(path, ImportOptions())
    except InvalidInputError as error:
        raise InvalidInputError(str(error).replace(path.name, file_name)) from error
    saved = find_saved_mapping(session, known.file.header)
    record = Import(
        file_name=file_name[:255],
        content_hash=known.file.content_hash,
        source=default_source(file_name)[:160],
        mapping={
            "file": path.name,
            "columns": dict(saved.mapping["columns"]) if saved else {},
            "words": {name: dict(saved.mapping[name]) for name in WORDS} if saved else {},
            "saved_as": saved.name if saved else None,
            "date_order": None,
            "preset": known.preset.code if known.preset else None,
        },
        state=ImportState.WAITING,
        bytes_total=known.file.size_bytes,
        counts={},
        recruiter_id=recruiter_id,
        started_at=now,
    )
    session.add(record)
    session.flush()
    return record


def get_import(session: Session, import_id: int) -> Import:
    """Load one import; raises NotFoundError."""
    record = session.get(Import, import_id)
    if record is None:
        raise NotFoundError(f"There is no import {import_id}.")
    return record


def is_open(record: Import) -> bool:
    """Say whether choices about an import can still be made: it waits and was not handed to work."""
    return record.state is ImportState.WAITING and "work_id" not in record.mapping


def column_choices(folder: Path, record: Import) -> list[ColumnChoice]:
    """Say for each column of a waiting file what it holds and what we take it for."""
    known = recognise_file(_path(folder, record), _options(record, dry_run=True))
    return [
        ColumnChoice(column=column, samples=_samples(known.sample, column.index))
        for column in known.mapping.columns
    ]


def preset_name(record: Import) -> str | None:
    """Name the system by whose preset a waiting file is read."""
    code = record.mapping.get("preset")
    return get_preset(load_presets(config_folder()), code).name if code else None


def choose(record: Import, columns: Mapping[str, str], *, source: str, date_order: DateOrder | None) -> None:
    """Put down what was chosen about the columns, the source and the order of dates."""
    _require_open(record)
    record.source = source.strip()[:160] or record.source
    record.mapping = {**record.mapping, "columns": dict(columns), "date_order": date_order}


def choose_words(record: Import, words: Mapping[str, Mapping[str, str]]) -> None:
    """Put down what stages, endings and reasons of a waiting file mean; raises InvalidInputError."""
    _require_open(record)
    make_mapping(words)
    record.mapping = {**record.mapping, "words": {name: dict(words.get(name, {})) for name in WORDS}}


def save_choices(session: Session, folder: Path, record: Import, name: str, *, now: datetime) -> None:
    """Keep what was chosen about a waiting file under a name, for the next file with the same columns."""
    _require_open(record)
    known = recognise_file(_path(folder, record), _options(record, dry_run=True))
    words = record.mapping.get("words") or {}
    document = {"columns": record.mapping["columns"]} | {each: words.get(each, {}) for each in WORDS}
    save_mapping(session, name, known.file.header, document, now=now)
    record.mapping = {**record.mapping, "saved_as": name}


def rehearse(
    sessions: Sessions, folder: Path, record: Import, *, secret: bytes, now: datetime
) -> ImportReport:
    """Say what an import would do; writes nothing. Raises InvalidInputError for a file that cannot be taken."""
    return import_file(
        sessions, _path(folder, record), _options(record, dry_run=True), secret=secret, now=now
    )


def ask_for_import(session: Session, record: Import, *, recruiter_id: int | None, now: datetime) -> None:
    """Hand an import to whoever does asked-for work; choices are closed from now on."""
    _require_open(record)
    details: dict[str, Any] = {
        "import_id": record.id,
        "file": record.mapping["file"],
        "file_name": record.file_name,
        "source": record.source,
        "columns": record.mapping["columns"],
        "words": record.mapping.get("words") or {},
        "preset": record.mapping.get("preset"),
        "date_order": record.mapping["date_order"],
    }
    work = ask(session, "import_file", details, asked_by=recruiter_id, now=now)
    record.mapping = {**record.mapping, "work_id": work.id}


def ask_for_undo(session: Session, record: Import, *, recruiter_id: int | None, now: datetime) -> None:
    """Ask for an import to be taken back; a stopped one can be too, one that has not begun is dropped instead."""
    if record.state is ImportState.WAITING:
        raise ConflictError(f"The import of {record.file_name} has not begun; nothing has to be undone.")
    if record.state is ImportState.RUNNING:
        raise ConflictError(f"{record.file_name} is being imported; it can be undone when that is over.")
    if record.undo_began_at is None:
        record.undo_began_at = now
        ask(session, "undo_import", {"import_id": record.id}, asked_by=recruiter_id, now=now)


def drop_import(session: Session, folder: Path, record: Import) -> None:
    """Forget a waiting import and its file."""
    _require_open(record)
    path = folder / Path(record.mapping["file"]).name
    session.delete(record)
    path.unlink(missing_ok=True)


def _require_open(record: Import) -> None:
    if not is_open(record):
        raise ConflictError(f"The import of {record.file_name} has begun; nothing about it can be changed.")


def _path(folder: Path, record: Import) -> Path:
    path = folder / Path(str(record.mapping.get("file", ""))).name
    if not path.is_file():
        raise NotFoundError(f"The file {record.file_name} is not kept any more; upload it again.")
    return path


def _options(record: Import, *, dry_run: bool) -> ImportOptions:
    order = record.mapping["date_order"]
    return ImportOptions(
        source=record.source,
        date_order=DateOrder(order) if order else None,
        mapping=make_mapping({"columns": record.mapping["columns"], **(record.mapping.get("words") or {})}),
        preset=record.mapping.get("preset"),
        file_name=record.file_name,
        dry_run=dry_run,
        recruiter_id=record.recruiter_id,
    )


def _samples(rows: list[list[str]], index: int) -> tuple[str, ...]:
    values = dict.fromkeys(" ".join(row[index].split()) for row in rows if index < len(row) and row[index])
    shown = list(values)[:SAMPLES_SHOWN]
    return tuple(v if len(v) <= LONGEST_SAMPLE else v[: LONGEST_SAMPLE - 1] + "…" for v in shown)
