"""One look through all rows before anything is written: how many there are, and how the columns write things.

In which order a column writes day and month, and on which scale it rates, only all of its values can tell.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from talentpool.errors import InvalidInputError
from talentpool.imports.columns import Column, ColumnMapping
from talentpool.imports.csv_rows import NEVER_CLOSED, NumberedRow
from talentpool.imports.dates import DateOrder, orders_of
from talentpool.imports.fields import DATES, DATES_OR_FLAGS, Field
from talentpool.imports.value_mapping import MAPPED, MOST_VALUES
from talentpool.imports.values import RatingScale, read_number, scale_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What all rows together say: their number, the order of each date column, the scale of each rating."""

    rows: int
    orders: Mapping[int, DateOrder]  # by the place of the column
    scales: Mapping[int, RatingScale]
    values: Mapping[int, Mapping[str, int]]  # of stages, endings and reasons: how many rows have each
    last_is_short: bool = False  # the last row has fewer cells than the header
    ends_open: bool = False  # a quotation mark is open at the end: what follows it are pieces of one cell


@dataclass(slots=True)
class _DateEvidence:
    column: Column
    only: set[DateOrder] = field(default_factory=set)
    either: str | None = None  # a value that could be read both ways


def survey_rows(
    rows: Iterable[NumberedRow], mapping: ColumnMapping, *, date_order: DateOrder | None
) -> Survey:
    """Look through the rows; raises InvalidInputError where a column's dates can be read in two ways.

    `date_order` is for those columns alone: a column whose values say their order keeps it.
    """
    dates = [_DateEvidence(column) for column in mapping.columns if column.field in DATES | DATES_OR_FLAGS]
    ratings = {column.index: [float("inf"), float("-inf")] for column in mapping.of(Field.RATING)}
    words = {column.index: Counter[str]() for column in mapping.columns if column.field in MAPPED}
    count, last, is_open = 0, None, False
    for row in rows:
        count, last = count + 1, row
        is_open = any(fault.message == NEVER_CLOSED for fault in row.faults) or (is_open and row.is_short)
        for evidence in dates:
            _look_at_date(evidence, row.cells[evidence.column.index])
        for index, counted in words.items():
            value = row.cells[index]
            if value and (value in counted or len(counted) < MOST_VALUES):
                counted[value] += 1
        for index, seen in ratings.items():
            number = read_number(row.cells[index])
            if number is not None:
                seen[:] = [min(seen[0], number), max(seen[1], number)]
    return Survey(
        rows=count,
        orders={one.column.index: _order(one, date_order) for one in dates},
        scales={index: scale_of(*seen) for index, seen in ratings.items() if seen[0] <= seen[1]},
        values=words,
        last_is_short=last is not None and last.is_short,
        ends_open=is_open,
    )


def _look_at_date(evidence: _DateEvidence, value: str) -> None:
    if not value:
        return
    possible = orders_of(value)
    if len(possible) == 1:
        evidence.only |= possible
    elif possible and evidence.either is None:
        evidence.either = value


def _order(evidence: _DateEvidence, chosen: DateOrder | None) -> DateOrder:
    if len(evidence.only) == 1:
        return next(iter(evidence.only))
    if chosen is not None:
        return chosen
    if evidence.either is not None:
        reason = "has days above 12 in both places" if evidence.only else "could have day or month first"
        raise InvalidInputError(
            f"The dates of column {evidence.column.header!r} are ambiguous, for instance {evidence.either!r}: the column "
            f"{reason}. Say which comes first with --date-order dmy or --date-order mdy."
        )
    return DateOrder.DMY
