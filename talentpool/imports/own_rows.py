"""The lines of our own export as rows: one for each person, with everything the lines say. Pure."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from talentpool.candidates.entries import EmailEntry, LinkEntry, PersonEntry, PhoneEntry
from talentpool.candidates.identity import email_key
from talentpool.candidates.whole_person import WholePerson
from talentpool.imports.cells import LONGEST_SHOWN, CellProblem
from talentpool.imports.csv_rows import CellFault, NumberedRow
from talentpool.imports.own_form import PERSON, read_whole
from talentpool.imports.row import ParsedRow


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow(NumberedRow):
    """One person as the file has them: the first line as `cells`, and all lines."""

    lines: tuple[list[str], ...]


def person_rows(rows: Iterator[NumberedRow]) -> Iterator[PersonRow]:
    """Put the lines of each person together."""
    together: list[NumberedRow] = []
    for row in rows:
        if together and row.cells[0] == PERSON:
            yield _person_row(together)
            together = []
        together.append(row)
    if together:
        yield _person_row(together)


def _person_row(rows: Sequence[NumberedRow]) -> PersonRow:
    faults = tuple(fault for row in rows for fault in row.faults)
    return PersonRow(
        line=rows[0].line, cells=rows[0].cells, faults=faults, lines=tuple(row.cells for row in rows)
    )


def parse_person(row: NumberedRow, header: Sequence[str], reasons: Container[str]) -> ParsedRow:
    """Read one person; a value somebody has spoilt is noted, never fatal."""
    problems = [_problem_of(fault, header) for fault in row.faults]

    def note(column: str, value: str, message: str) -> None:
        remedy = "Take the value from the export again, or add it by hand."
        problems.append(
            CellProblem(column=column, value=value[:LONGEST_SHOWN], message=message, remedy=remedy)
        )

    whole = read_whole(row.lines if isinstance(row, PersonRow) else [row.cells], header, note)
    if whole is None:
        return ParsedRow(line=row.line, person=PersonEntry(), problems=tuple(problems))
    # Whose address is blocked is told by the address itself, not by what a file says it is compared as.
    emails = tuple(replace(one, address_key=email_key(one.address)) for one in whole.emails)
    whole = replace(whole, emails=emails)
    for one in whole.applications:
        if one.reason is not None and one.reason not in reasons:
            note("Application reason", one.reason, "This reason is not in the list of this installation.")
    return _parsed(row, whole, problems)


def _problem_of(fault: CellFault, header: Sequence[str]) -> CellProblem:
    column = header[fault.column] if fault.column is not None else None
    return CellProblem(column=column, value=fault.value, message=fault.message, remedy=fault.remedy)


def _parsed(row: NumberedRow, whole: WholePerson, problems: Sequence[CellProblem]) -> ParsedRow:
    return ParsedRow(
        line=row.line,
        person=_entry(whole),
        emails=tuple(
            EmailEntry(**{name: getattr(one, name) for name in EmailEntry.__slots__}) for one in whole.emails
        ),
        phones=tuple(
            PhoneEntry(**{name: getattr(one, name) for name in PhoneEntry.__slots__}) for one in whole.phones
        ),
        links=tuple(LinkEntry(url=one.url, url_key=one.url_key) for one in whole.links),
        whole=whole,
        problems=tuple(dict.fromkeys(problems)),
    )


def _entry(whole: WholePerson) -> PersonEntry:
    return PersonEntry(**{name: getattr(whole.person, name) for name in PersonEntry.__slots__})
