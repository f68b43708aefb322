"""The pool, or some of it, as a file that comes back as it was: everything on record about each person.

Read in small batches, so that a pool of any size goes through the same memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.candidates.whole_people import load_whole_people
from talentpool.candidates.whole_person import WholePerson
from talentpool.errors import InvalidInputError
from talentpool.imports.own_form import HEADER, lines_of
from talentpool.imports.own_people import own_source
from talentpool.sheets import write_file

PEOPLE_A_BATCH = 200
MOST_EXCEL_ROWS = 1_048_576


def exported_ids(session: Session, seen: ColumnElement[bool]) -> Sequence[int]:
    """List everybody there is to export, in the order in which they came."""
    return session.scalars(select(Candidate.id).where(seen).order_by(Candidate.id)).all()


def write_people(
    session: Session,
    ids: Sequence[int],
    path: Path,
    *,
    secret: bytes,
    roles: ColumnElement[bool] | None = None,
) -> int:
    """Write these people to a file, .csv or .xlsx by its name; gives how many lines they took.

    `roles` leaves the roles whose applications are told; None leaves all. Raises InvalidInputError if they are more than a workbook can hold.
    """
    for_excel = path.suffix.lower() == ".xlsx"
    source = own_source(secret)
    load = partial(load_whole_people, secret=secret, own_source=source, roles=roles)
    lines = _lines(session, sorted(ids), load, for_excel=for_excel)
    counted = _Counted(lines, most=MOST_EXCEL_ROWS - 1 if for_excel else None)
    write_file(path, HEADER, counted)
    return counted.count


@dataclass(slots=True)
class _Counted:
    """Lines passed on and counted; refused past `most`."""

    lines: Iterator[list[str]]
    most: int | None
    count: int = 0

    def __iter__(self) -> Iterator[list[str]]:
        for line in self.lines:
            self.count += 1
            if self.most is not None and self.count > self.most:
                raise InvalidInputError(
                    f"A workbook holds {self.most:,} lines, and these people need more; export them as CSV."
                )
            yield line


def _lines(
    session: Session,
    ids: Sequence[int],
    load: Callable[[Session, Sequence[int]], dict[int, WholePerson]],
    *,
    for_excel: bool,
) -> Iterator[list[str]]:
    for start in range(0, len(ids), PEOPLE_A_BATCH):
        batch = ids[start : start + PEOPLE_A_BATCH]
        people = load(session, batch)
        for each in batch:
            if each in people:
                yield from lines_of(people[each], for_excel=for_excel)
