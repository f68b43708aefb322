"""A ZIP of resumes brought in on the pages: beside the tables of an upload, or alone.

What is known of it stands with the waiting import, as what was chosen about a table does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from talentpool.errors import InvalidInputError
from talentpool.imports.models import Import, ImportState, ImportUpload
from talentpool.imports.preparation import default_source
from talentpool.imports.resume_archive import ResumeArchive, is_resume_archive
from talentpool.imports.resume_table import FORM, Folders, read_folders
from talentpool.imports.saved_mappings import WORDS
from talentpool.imports.uploads import open_imports, path_of, require_open
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadedResumes:
    """A kept archive that can be read, and what is said of it on the pages."""

    path: Path
    file_name: str
    files: int
    content_hash: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderMeaning:
    """A folder of an archive: how many files lie in it, and what its name says about their applications."""

    name: str
    files: int
    means: Folders


def open_upload(
    session: Session, kept: Sequence[tuple[Path, str]], *, recruiter_id: int | None, now: datetime
) -> list[Import]:
    """Start the waiting imports of what was uploaded: tables, tables with a ZIP of their resumes, or that alone.

    Raises InvalidInputError if a file is neither, or if there are several archives.
    """
    found = [open_archive(path, name) for path, name in kept if is_archive(path, name)]
    if len(found) > 1:
        raise InvalidInputError(
            f"These are {len(found)} ZIP archives of resumes; pack the resumes into one and choose that."
        )
    paths = {one.path for one in found}
    tables = [one for one in kept if one[0] not in paths]
    if not tables:
        return [_open_alone(session, found[0], recruiter_id=recruiter_id, now=now)]
    records = open_imports(session, tables, recruiter_id=recruiter_id, now=now)
    for record in records if found else ():
        record.mapping = {**record.mapping, **_beside(found[0])}
    return records


def is_archive(path: Path, file_name: str) -> bool:
    """Say whether a kept upload is a ZIP of files rather than a table; raises InvalidInputError if it is broken."""
    try:
        return is_resume_archive(path)
    except InvalidInputError as error:
        raise InvalidInputError(str(error).replace(path.name, file_name)) from error


def require_archives(kept: Sequence[tuple[Path, str]]) -> None:
    """Refuse what was chosen as a ZIP of resumes and is none; raises InvalidInputError."""
    for path, name in kept:
        if not is_archive(path, name):
            raise InvalidInputError(
                f"{name} is no ZIP archive of resumes; pack the files into one and choose that."
            )


def open_archive(path: Path, file_name: str) -> UploadedResumes:
    """Look into a kept archive; raises InvalidInputError if nothing can be taken from it."""
    try:
        with ResumeArchive(path) as archive:
            found = UploadedResumes(
                path=path,
                file_name=file_name,
                files=len(archive.names),
                content_hash=archive.content_hash,
                size_bytes=archive.size_bytes,
            )
    except InvalidInputError as error:
        raise InvalidInputError(str(error).replace(path.name, file_name)) from error
    if not found.files:
        raise InvalidInputError(f"There is no file in {file_name}; choose a ZIP archive of resumes.")
    return found


def are_alone(record: Import) -> bool:
    """Say whether an import is, or was, of resumes without a table."""
    return bool(record.mapping.get("is_resumes")) or record.mapping.get("form") == FORM


def collected_on(record: Import) -> date | None:
    """Give the day somebody said the resumes of a waiting import were collected."""
    told = record.mapping.get("collected_on")
    return date.fromisoformat(told) if told else None


def is_word_missing(record: Import) -> bool:
    """Say whether nobody has said yet when resumes without a table were collected, and where."""
    return are_alone(record) and collected_on(record) is None


def say_where_from(record: Import, *, source: str, on: date) -> None:
    """Put down where resumes without a table come from, and when they were collected."""
    require_open(record)
    record.source = source.strip()[:160]
    record.mapping = {**record.mapping, "collected_on": on.isoformat()}


def folder_meanings(folder: Path, record: Import) -> list[FolderMeaning]:
    """Say for each folder of resumes without a table what it is taken for; files in none come first."""
    words = load_vocabulary(config_folder())
    with ResumeArchive(path_of(folder, record)) as archive:
        names = [name.replace("\\", "/") for name in archive.names]
    first = {str(PurePosixPath(name).parent): name for name in reversed(names)}
    counts = Counter(str(PurePosixPath(name).parent) for name in names)
    return [
        FolderMeaning(
            name="" if inside == "." else inside,
            files=counts[inside],
            means=read_folders(first[inside], words),
        )
        for inside in sorted(counts)
    ]


def _beside(found: UploadedResumes) -> dict[str, object]:
    return {"resumes": found.path.name, "resumes_name": found.file_name[:255], "resume_files": found.files}


def _open_alone(
    session: Session, found: UploadedResumes, *, recruiter_id: int | None, now: datetime
) -> Import:
    mapping: dict[str, object] = {
        "file": found.path.name,
        "columns": {},
        "words": {name: {} for name in WORDS},
        "date_order": None,
        "is_resumes": True,
        "resume_files": found.files,
    }
    record = Import(
        file_name=found.file_name[:255],
        content_hash=found.content_hash,
        source=default_source(found.file_name)[:160],
        mapping=mapping,
        state=ImportState.WAITING,
        bytes_total=found.size_bytes,
        counts={},
        recruiter_id=recruiter_id,
        started_at=now,
    )
    session.add(record)
    session.flush()
    session.add(ImportUpload(import_id=record.id, first_id=record.id, position=0))
    session.flush()
    return record
