"""The cells of one row, asked for by meaning; what cannot be taken is noted, never lost silently."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from talentpool.imports.columns import Column, ColumnMapping, Use
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.dates import looks_like_a_date, parse_date
from talentpool.imports.fields import Field
from talentpool.imports.survey import Survey
from talentpool.imports.vocabulary import Vocabulary

LONGEST_SHOWN = 300  # characters of a value in a problem


@dataclass(frozen=True, kw_only=True, slots=True)
class CellProblem:
    """A cell, or a whole row, that could not be taken as it stands, and what to do about it."""

    column: str | None
    value: str
    message: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the cells of one file are to be read; the same for all its rows."""

    vocabulary: Vocabulary
    mapping: ColumnMapping
    survey: Survey
    today: date
    country: str | None  # whose phone numbers are written without a prefix
    columns: dict[Field, tuple[Column, ...]]
    kept: tuple[Column, ...]


def make_reading(
    vocabulary: Vocabulary, mapping: ColumnMapping, survey: Survey, *, today: date, country: str | None
) -> Reading:
    """Prepare the reading of a file's rows."""
    return Reading(
        vocabulary=vocabulary,
        mapping=mapping,
        survey=survey,
        today=today,
        country=country,
        columns={each: mapping.of(each) for each in Field},
        kept=mapping.used_as(Use.KEPT),
    )


@dataclass(slots=True)
class RowCells:
    """One row under a reading, with the problems found so far."""

    row: NumberedRow
    reading: Reading
    problems: list[CellProblem] = field(default_factory=list)

    def values(self, wanted: Field) -> Iterator[tuple[Column, str]]:
        """Walk over the filled cells of one meaning."""
        for column in self.reading.columns[wanted]:
            if value := self.row.cells[column.index]:
                yield column, value

    def text(self, wanted: Field, longest: int | None = None) -> str:
        """Give the cell of one meaning, empty if there is none; one too long is cut and noted."""
        if not self.reading.columns[wanted]:  # most meanings have no column: asked for on every row
            return ""
        for column, value in self.values(wanted):
            if longest is None or len(value) <= longest:
                return value
            self.note(
                column, value, f"The text is longer than {longest} characters and was cut.", "Shorten it."
            )
            return value[:longest]
        return ""

    def joined(self, wanted: Field) -> str | None:
        """Give the cells of one meaning below each other, None if all are empty."""
        return "\n".join(dict.fromkeys(value for _, value in self.values(wanted))) or None

    def day(self, wanted: Field, *, may_be_flag: bool = False) -> date | None:
        """Give the date of one meaning; a cell that is none is noted, unless it may be a plain yes or no."""
        if not self.reading.columns[wanted]:
            return None
        for column, value in self.values(wanted):
            found = self._date_in(column, value)
            if found is None and may_be_flag:
                continue
            if found is None:
                self.note(column, value, self._why_no_date(value), "Write it as 2026-11-23.")
            return found
        return None

    def is_day(self, column: Column, value: str) -> bool:
        """Say whether a cell holds a date."""
        return self._date_in(column, value) is not None

    def _date_in(self, column: Column, value: str) -> date | None:
        reading = self.reading
        order = reading.survey.orders.get(column.index)
        return parse_date(value, order=order, months=reading.vocabulary.months, today=reading.today)

    def _why_no_date(self, value: str) -> str:
        if looks_like_a_date(value, self.reading.vocabulary.months):
            return "There is no such day, or it lies outside a working life."
        return "This is not a date we can read."

    def kept_values(self) -> dict[str, str]:
        """Give what no meaning claims, by header, with the cells beyond the last column."""
        cells = self.row.cells
        kept = {column.header: cells[column.index] for column in self.reading.kept if cells[column.index]}
        if self.row.extra:
            kept["Beyond the last column"] = " | ".join(self.row.extra)
        return kept

    def note(self, column: Column, value: str, message: str, remedy: str) -> None:
        """Note that a cell could not be taken."""
        self.problems.append(
            CellProblem(column=column.header, value=value[:LONGEST_SHOWN], message=message, remedy=remedy)
        )
