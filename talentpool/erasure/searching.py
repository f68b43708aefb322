"""Looks for people in whatever holds text: the tables of the database, and the files of the home.

Everything is read once, however many people are looked for.
"""

from codecs import getincrementaldecoder
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, is_zipfile

from sqlalchemy import JSON, ColumnElement, String, Table, Text, TypeDecorator, cast, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from talentpool.database import Base, Code
from talentpool.erasure.forms import Sought, as_read, has_number, national_digits, plain, squeezed
from talentpool.erasure.literals import Literals

ROWS_AT_A_TIME = 200
SIGNS_AT_A_TIME = 1 << 20
OVERLAP = 512  # signs of a file read twice, so that nothing hides between two pieces
UTF_16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
SAMPLE = 1 << 16
Found = tuple[int, str]  # candidate, thing


@dataclass(frozen=True, kw_only=True)
class Quarry:
    """What is looked for: forms, and telephone numbers by thing."""

    sought: Sequence[Sought]
    numbers: Mapping[Found, str] = field(default_factory=dict)  # who and which -> national digits

    @property
    def things(self) -> set[Found]:
        """Give what is looked for, each thing once, whatever its forms."""
        return {(one.candidate_id, one.thing) for one in self.sought} | set(self.numbers)

    @cached_property
    def strings(self) -> frozenset[bytes]:
        """Give the strings of which those stand in a squeezed text that is about any of this."""
        needs = {need for one in self.sought for need in one.needs}
        return frozenset(needs | {digits.encode() for digits in self.numbers.values()})

    @cached_property
    def _literals(self) -> Literals:
        return Literals(self.strings)

    @cached_property
    def _written(self) -> tuple[Literals, dict[bytes, set[Found]]]:
        things: dict[bytes, set[Found]] = {}
        for one in self.sought:
            things.setdefault(one.written, set()).add((one.candidate_id, one.thing))
        return Literals(things), things

    def find(self, text: str) -> set[Found]:
        """Find what stands in a text."""
        low = squeezed(text)
        return self.narrowed(self._literals.present(low)).find_where(text, low)

    def narrowed(self, present: Collection[bytes]) -> "Quarry":
        """Give what is left to look for where only these strings stand."""
        sought = [one for one in self.sought if all(need in present for need in one.needs)]
        numbers = {thing: digits for thing, digits in self.numbers.items() if digits.encode() in present}
        return Quarry(sought=sought, numbers=numbers)

    def find_where(self, text: str, low: bytes) -> set[Found]:
        """Find what stands in a text that is squeezed to `low`."""
        numbers = ((thing, digits) for thing, digits in self.numbers.items() if digits.encode() in low)
        found = {thing for thing, digits in numbers if has_number(text, digits)}
        forms = [one for one in self.sought if one.may_be_in(low)]
        if forms:
            compared = plain(text)
            found |= {(one.candidate_id, one.thing) for one in forms if one.is_in(compared)}
        return found

    def find_in_bytes(self, raw: bytes) -> set[Found]:
        """Find what stands in bytes of which some are a text, as it is written there."""
        literals, things = self._written
        return {thing for string in literals.present(raw.lower()) for thing in things[string]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One thing found in one column of one row."""

    candidate_id: int
    thing: str
    table: str
    column: str
    key: tuple[Any, ...]  # of the row
    about: int | None  # whom the row is about

    @property
    def place(self) -> str:
        """Say where it is: table and column."""
        return f"{self.table}.{self.column}"


def quarry_of(sought: Iterable[Sought], numbers: Iterable[tuple[int, str]]) -> Quarry:
    """Make ready to look for forms and telephone numbers."""
    national = {(owner, number): national_digits(number) for owner, number in numbers}
    return Quarry(
        sought=tuple(sought), numbers={thing: digits for thing, digits in national.items() if digits}
    )


class Rows:
    """A number of rows of one table with their texts, about somebody else than those who are looked for."""

    def __init__(self, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.table, self.columns, self._rows = table, columns, list(rows)
        self._keys, self._owners = len(table.primary_key.columns), len(_owners(table))
        self.low = squeezed(
            as_read("\n".join(value for row in self._rows for value in self._values(row) if value))
        )

    def hits(self, quarry: Quarry, present: Collection[bytes]) -> Iterator[Hit]:
        """Walk over what of the quarry stands in these rows, given which of its strings do."""
        maybe = quarry.narrowed(present)
        if not maybe.sought and not maybe.numbers:
            return
        for row in self._rows:
            for column, value in zip(self.columns, self._values(row), strict=True):
                text = as_read(value or "")
                for candidate_id, thing in maybe.find_where(text, squeezed(text)):
                    yield Hit(
                        candidate_id=candidate_id,
                        thing=thing,
                        table=self.table.name,
                        column=column,
                        key=tuple(row[: self._keys]),
                        about=self._about(row),
                    )

    def _values(self, row: Sequence[Any]) -> Sequence[str | None]:
        return row[self._keys + self._owners :]

    def _about(self, row: Sequence[Any]) -> int | None:
        owners = row[self._keys : self._keys + self._owners]
        return next((each for each in owners if each is not None), None)


def rows_of(session: Session, table: Table, *, but: Collection[int] = ()) -> Iterator[Rows]:
    """Walk over the texts of a table, without the rows about some people."""
    columns = [column for column in table.columns if _holds_text(column.type)]
    if not columns:
        return
    owners = _owners(table)
    texts = [cast(each, Text) if isinstance(each.type, JSON) else each for each in columns]
    wanted = select(*table.primary_key.columns, *owners, *texts)
    for owner in owners if but else ():
        wanted = wanted.where(_is_none_of(owner, but))
    names = [column.name for column in columns]
    streamed = session.execute(wanted, execution_options={"yield_per": ROWS_AT_A_TIME})
    for rows in streamed.partitions():
        yield Rows(table, names, rows)


def all_rows(session: Session, *, but: Collection[int] = ()) -> Iterator[Rows]:
    """Walk over the texts of all tables."""
    for table in Base.metadata.sorted_tables:
        yield from rows_of(session, table, but=but)


def _owners(table: Table) -> list[Any]:
    """List the columns of a table that say whom a row is about."""
    if table.name == "candidates":
        return [table.c.id]
    return [key.parent for key in table.foreign_keys if key.column.table.name == "candidates"]


def _is_none_of(column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    return column.is_(None) | column.not_in(ids)


def _holds_text(kind: TypeEngine[Any]) -> bool:
    if isinstance(kind, Code):  # one of our own words
        return False
    inner = kind.impl if isinstance(kind, TypeDecorator) else kind
    return isinstance(inner, String | JSON)


def find_in_file(path: Path, quarry: Quarry, *, is_raw: bool = False) -> set[Found]:
    """Find what stands in a file: a text in its encoding, a mail, the members of a ZIP or a workbook, or bytes."""
    with suppress(OSError), path.open("rb") as file:  # it may go while we look
        if is_raw:
            return _find_in_bytes(file, quarry)
        if path.suffix == ".eml":
            return quarry.find(_text_of_mail(file.read()))
        if is_zipfile(file):
            return _find_in_members(file, quarry)
        file.seek(0)
        return _find_in_text(file, quarry)
    return set()


def _find_in_bytes(file: IO[bytes], quarry: Quarry) -> set[Found]:
    found, tail = set[Found](), b""
    while piece := file.read(SIGNS_AT_A_TIME):
        found |= quarry.find_in_bytes(tail + piece)
        tail = piece[-OVERLAP:]
    return found


def _find_in_members(archive: IO[bytes], quarry: Quarry) -> set[Found]:
    found: set[Found] = set()
    with suppress(BadZipFile, RuntimeError, NotImplementedError), ZipFile(archive) as packed:
        for member in packed.infolist():
            found |= quarry.find(member.filename)
            with packed.open(member) as file:
                found |= _find_in_text(file, quarry)
    return found


def _find_in_text(file: IO[bytes], quarry: Quarry) -> set[Found]:
    found: set[Found] = set()
    piece, tail = file.read(SAMPLE), ""
    decoder = getincrementaldecoder(_encoding_of(piece))(errors="replace")
    while piece:
        window = tail + decoder.decode(piece)
        found |= quarry.find(window)
        tail, piece = window[-OVERLAP:], file.read(SIGNS_AT_A_TIME)
    return found


def _encoding_of(sample: bytes) -> str:
    """Guess how a text is written: marked UTF-16, UTF-16 by its zeros, UTF-8, or what old spreadsheets write."""
    for mark, encoding in UTF_16:
        if sample.startswith(mark):
            return encoding
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    decoder = getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _text_of_mail(content: bytes) -> str:
    """Give the headers and the texts of a mail, decoded."""
    mail = message_from_bytes(content, policy=policy.default)
    told = [f"{name}: {value}" for name, value in mail.items()]
    for part in mail.walk():
        if isinstance(part, EmailMessage) and part.get_content_maintype() == "text":
            with suppress(LookupError, ValueError):  # a charset nobody knows
                told.append(str(part.get_content()))
    return "\n".join(told)
