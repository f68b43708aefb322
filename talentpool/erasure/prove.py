"""The proof of an erasure: the person is searched for where data lies, and must not be found.

Searched for are every address and number, the name where nobody else bears it, and words of the resumes that no other
resume has. Only counts are kept of what is found.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from sqlalchemy import JSON, String, Table, Text, TypeDecorator, cast, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from talentpool.candidates.models import Candidate, Resume
from talentpool.database import Base, folded
from talentpool.erasure.erase import Traces, pointers

UNIQUE_WORDS = 5
SHORTEST_WORD = 6  # letters of a word of a resume that may be searched for
MOST_WORDS_TRIED = 400
BYTES_AT_A_TIME = 1 << 20
HELD = "held"  # the folder of sealed copies
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},40}}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Where something was still found, and how often; nowhere, if the person is gone."""

    searched_for: int  # different things
    found: dict[str, int]  # "table.column" or the path of a file in the home -> places

    @property
    def is_gone(self) -> bool:
        """Say whether nothing was found anywhere."""
        return not self.found


def things_to_search(session: Session, traces: Traces) -> list[str]:
    """Choose what to search for, before the person is erased; all in lower case."""
    wanted = [*traces.emails, *traces.phones, *_words_of_nobody_else(session, traces)]
    same_name = (
        select(func.count()).select_from(Candidate).where(Candidate.folded_name == folded(traces.name))
    )
    if " " in traces.name.strip() and session.scalar(same_name) == 1:
        wanted.append(traces.name)
    return list(dict.fromkeys(each.casefold().strip() for each in wanted if each.strip()))


def prove(session: Session, home: Path, things: Sequence[str]) -> Proof:
    """Search every text of the database and every file of the home.

    Told apart are SQLite's log, which is written back before, sealed copies under a hold in law, and backups: those
    end by their own age, and a restore erases again.
    """
    found: Counter[str] = Counter()
    for table in Base.metadata.sorted_tables:
        found.update(_found_in_table(session, table, things))
    for path in files_of(home):
        if hits := found_in_file(path, things):
            found[str(path.relative_to(home))] += hits
    return Proof(searched_for=len(things), found=dict(found))


def written_forms(things: Sequence[str]) -> list[str]:
    """Give things as a text has them and as JSON may: an accent spelt as a number."""
    return sorted({*things, *(json.dumps(thing)[1:-1] for thing in things)})


def _words_of_nobody_else(session: Session, traces: Traces) -> list[str]:
    """Pick words of the resumes that stand in nobody else's, in no role and in no setting."""
    words = dict.fromkeys(word.casefold() for text in traces.texts for word in _WORD.findall(text))
    picked: list[str] = []
    for word in sorted(words, key=lambda each: -len(each))[:MOST_WORDS_TRIED]:
        others = select(Resume.id).where(
            Resume.candidate_id != traces.candidate_id,
            func.lower(Resume.visible_text).contains(word, autoescape=True),
        )
        if session.scalars(others.limit(1)).first() is None and not _is_said_elsewhere(session, word):
            picked.append(word)
        if len(picked) == UNIQUE_WORDS:
            break
    return picked


def _is_said_elsewhere(session: Session, word: str) -> bool:
    """Say whether a word stands in a table that is about nobody: roles, runs, settings."""
    about_people = {pointer.table for pointer in pointers()} | {Base.metadata.tables["candidates"]}
    return any(
        _found_in_table(session, table, [word])
        for table in Base.metadata.sorted_tables
        if table not in about_people
    )


def _found_in_table(session: Session, table: Table, things: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in table.columns if things else ():
        if not _holds_text(column.type):
            continue
        text = func.lower(cast(column, Text))
        hit = or_(*(text.contains(thing, autoescape=True) for thing in written_forms(things)))
        count = session.scalar(select(func.count()).select_from(table).where(hit)) or 0
        if count:
            found[f"{table.name}.{column.name}"] = count
    return found


def _holds_text(kind: TypeEngine[Any]) -> bool:
    inner = kind.impl if isinstance(kind, TypeDecorator) else kind
    return isinstance(inner, String | JSON)


def files_of(home: Path) -> Iterator[Path]:
    """Walk over the files of a home that are searched."""
    for path in sorted(home.rglob("*")):
        is_told_apart = (
            path.name.startswith("talentpool.db-") or HELD in path.parts or "backups" in path.parts
        )
        if path.is_file() and not is_told_apart:
            yield path


def found_in_file(path: Path, things: Sequence[str]) -> int:
    """Count which of these things stand in a file, or in a member of it where it is a ZIP or a workbook."""
    if is_zipfile(path):
        return _found_in_members(path, things)
    with suppress(OSError), path.open("rb") as file:  # it may go while we look
        return _found_in(file, things)
    return 0


def _found_in_members(path: Path, things: Sequence[str]) -> int:
    hits = 0
    with suppress(OSError, BadZipFile, RuntimeError, NotImplementedError), ZipFile(path) as packed:
        for member in packed.infolist():
            with packed.open(member) as file:
                hits += _found_in(file, things)
    return hits


def _found_in(file: IO[bytes], things: Sequence[str]) -> int:
    wanted = [thing.encode() for thing in things]
    longest = max(map(len, wanted), default=1)
    hits, tail = 0, b""
    while piece := file.read(BYTES_AT_A_TIME):
        window = (tail + piece).lower()
        hits += sum(thing in window for thing in wanted)
        tail = piece[-longest:]
    return hits
