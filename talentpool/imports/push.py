"""People pushed by another system: what came is checked, imported as a followed source, and answered record by record."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, Field

from talentpool.database import Sessions
from talentpool.imports.application import SAY_WHAT_IT_MEANS
from talentpool.imports.importer import import_file
from talentpool.imports.mapping_file import ChosenMapping
from talentpool.imports.people_json import (
    COLUMNS,
    FORM,
    HEADER,
    CheckedRecord,
    Outline,
    check_records,
    rows_of,
)
from talentpool.imports.plan import Outcome
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import OUTCOMES, ImportReport
from talentpool.imports.run import HELD, PROPOSED
from talentpool.imports.source_file import SourceFile
from talentpool.imports.sync import CLOCKS_DIFFER
from talentpool.resumes.limits import MEBIBYTE, USUAL_LIMITS

PUSHED = "push-"  # how the folder of one request begins
STRONGEST_FIRST = (Outcome.CREATED, Outcome.UPDATED, Outcome.BLOCKED, Outcome.LEFT_OUT, Outcome.UNCHANGED)
MAY_NOT_DELETE = "This token may not report deletions; an administrator can make one that may."
BLOCKED = "This person was erased here or objected to being kept, so nothing was taken."
AHEAD = "as_of is ahead of our clock; it was taken as now."
MANY_DELETED = "So many deletions at once wait until an administrator has looked at them."
SEND_ANOTHER = "Send a word that is known, such as Applied, Interview, Rejected or Hired."
NOT_BASE64 = "resume_file.content is not base64; the person was taken without the file."
TOO_LARGE = (
    f"resume_file is larger than {USUAL_LIMITS.file_bytes // MEBIBYTE} MB; the person was taken without it."
)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")  # all that a file's name tells us


class RecordAnswer(BaseModel):
    """What became of one record."""

    record: int = Field(description="Its place in the request, from 1.")
    external_id: str | None
    outcome: Outcome
    problems: list[str] = Field(description="One sentence for each.")


class PushAnswer(BaseModel):
    """What became of one request."""

    source: str
    as_of: datetime
    import_id: int | None = Field(
        description="Under which it can be looked at and undone; none where nothing changed."
    )
    counts: dict[str, int] = Field(description="Records by outcome, and erasures proposed or held back.")
    people: list[RecordAnswer]
    notes: list[str] = Field(description="What holds for the whole request.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who pushes: its name and source, and what it may do."""

    name: str
    source: str
    may_report_deletions: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the people come to: the database, the originals of resumes, and files for the time being."""

    sessions: Sessions
    resume_folder: Path
    upload_folder: Path
    secret: bytes


def push_people(outline: Outline, sender: Sender, place: Place, *, now: datetime) -> PushAnswer:
    """Take people in; the same again changes nothing. What is wrong with one record is said with it."""
    records = [_within_rights(one, sender) for one in check_records(outline.people)]
    as_of = min(outline.as_of or now, now)
    problems = {one.number: list(one.problems) for one in records}
    report = None
    if any(one.person is not None for one in records):
        with _files_of(records, place.upload_folder, problems) as (folder, names):
            options = ImportOptions(
                source=sender.source,
                mapping=ChosenMapping(columns=COLUMNS),
                preset="none",
                file_name=f"pushed by {sender.name}",
                table=_table(records, names),
                said_at=as_of,
                resumes=folder if names else None,
                resume_folder=place.resume_folder,
            )
            report = import_file(place.sessions, Path(FORM), options, secret=place.secret, now=now)
    ahead = outline.as_of is not None and outline.as_of > now + CLOCKS_DIFFER
    return _answer(
        records, problems, report, source=sender.source, as_of=as_of, notes=[AHEAD] if ahead else []
    )


def _within_rights(record: CheckedRecord, sender: Sender) -> CheckedRecord:
    if record.person is None or not record.person.deleted or sender.may_report_deletions:
        return record
    return CheckedRecord(
        number=record.number, external_id=record.external_id, person=None, problems=(MAY_NOT_DELETE,)
    )


@contextmanager
def _files_of(
    records: Sequence[CheckedRecord], upload_folder: Path, problems: Mapping[int, list[str]]
) -> Iterator[tuple[Path, dict[int, str]]]:
    """Lay the files of the records into a folder, each under its record's number, as long as they are needed."""
    upload_folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=PUSHED, dir=upload_folder) as made:
        names = {}
        for record in records:
            file = record.person.resume_file if record.person else None
            data = _bytes_of(file.content, problems[record.number]) if file else None
            if file is None or data is None:
                continue
            suffix = _SUFFIX.search(file.name)
            name = f"{record.number}/resume{suffix.group() if suffix else ''}"
            path = Path(made, name)
            path.parent.mkdir()
            path.write_bytes(data)
            names[record.number] = name
        yield Path(made), names


def _bytes_of(content: str, problems: list[str]) -> bytes | None:
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        problems.append(NOT_BASE64)
        return None
    if len(data) > USUAL_LIMITS.file_bytes:
        problems.append(TOO_LARGE)
        return None
    return data


def _table(records: Sequence[CheckedRecord], names: Mapping[int, str]) -> SourceFile:
    rows = list(rows_of(records, names))
    content = "\x1e".join("\x1f".join(row.cells) for row in rows).encode()
    return SourceFile(
        path=Path(FORM),
        header=HEADER,
        content_hash=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        has_header=True,
        form=FORM,
        rows=lambda: iter(rows),
    )


def _answer(
    records: Sequence[CheckedRecord],
    problems: Mapping[int, list[str]],
    report: ImportReport | None,
    *,
    source: str,
    as_of: datetime,
    notes: list[str],
) -> PushAnswer:
    for one in report.problems if report else ():
        said = one.problem
        place = f"{said.column}: " if said.column else ""
        remedy = SEND_ANOTHER if said.remedy == SAY_WHAT_IT_MEANS else said.remedy
        problems[one.line].append(f"{place}{said.message} {remedy}".strip())
    people = [_became(record, problems[record.number], report) for record in records]
    counts = {name: sum(one.outcome == name for one in people) for name in OUTCOMES}
    counts |= {name: report.details.get(name, 0) if report else 0 for name in (PROPOSED, HELD)}
    if counts[HELD]:
        notes = [*notes, MANY_DELETED]
    return PushAnswer(
        source=source,
        as_of=as_of,
        import_id=report.import_id if report else None,
        counts=counts,
        people=people,
        notes=notes,
    )


def _became(record: CheckedRecord, problems: list[str], report: ImportReport | None) -> RecordAnswer:
    """Say what became of a record: of its rows the strongest word; without any, nothing was new in it."""
    if record.person is None:
        outcome = Outcome.LEFT_OUT
    else:
        said = (report.outcomes if report else {}).get(record.number, [])
        outcome = next((one for one in STRONGEST_FIRST if one in said), Outcome.UNCHANGED)
    told = list(dict.fromkeys([*problems, *([BLOCKED] if outcome is Outcome.BLOCKED else [])]))
    return RecordAnswer(record=record.number, external_id=record.external_id, outcome=outcome, problems=told)
