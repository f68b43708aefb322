"""What is written after a field of the search, read and compared: days, whole months and years, words of a list.

What cannot be read is refused with what is expected.
"""

from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, false

from talentpool.candidates.pool_query import FieldTest, UnreadableQueryError
from talentpool.database import folded

Kind = TypeVar("Kind", bound=StrEnum)
IS = ":"


def in_span(test: FieldTest, day: Any) -> ColumnElement[bool]:
    """Compare a day with what was written: 2026 and 2026-03 are all their days."""
    first, last = _span(test)
    if test.relation in (IS, "="):
        return and_(day >= first, day <= last)
    edge = first if test.relation in ("<", ">=") else last
    return compared(day, test.relation, edge)


def _span(test: FieldTest) -> tuple[date, date]:
    parts = test.value.split("-")
    try:
        numbers = [int(part) for part in parts if part.isdecimal() and part.isascii()]
        if len(numbers) != len(parts) or not 1 <= len(parts) <= 3:
            raise ValueError
        first = date(*(numbers + [1, 1])[:3])
        if len(numbers) == 3:
            return first, first
        month = numbers[1] if len(numbers) == 2 else 12
        return first, date(first.year, month, monthrange(first.year, month)[1])
    except ValueError:
        raise unreadable(test, "a day is written as 2026-03-31, 2026-03 or 2026") from None


def compared(column: Any, relation: str, value: Any) -> ColumnElement[bool]:
    """Give the condition that a column stands so to a value."""
    by_relation: dict[str, ColumnElement[bool]] = {
        "=": column == value, "<": column < value, "<=": column <= value,
        ">": column > value, ">=": column >= value,
    }  # fmt: skip
    return by_relation[relation]


def is_so(relation: str, left: int, right: int) -> bool:
    """Say whether two numbers stand so to each other."""
    return {
        "=": left == right, "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right
    }[relation]  # fmt: skip


def contains(column: Any, value: str) -> ColumnElement[bool]:
    """Give the condition that a column has a text in it; an empty text is in none."""
    contained: ColumnElement[bool] = column.contains(value, autoescape=True) if value else false()
    return contained


def member(test: FieldTest, kind: type[Kind]) -> Kind:
    """Read one word of a list; raises UnreadableQueryError naming the list."""
    wanted = folded(test.value).replace(" ", "_").replace("-", "_")
    if wanted not in list(kind):
        raise unreadable(test, f"“{test.field}” is one of {', '.join(kind)}")
    return kind(wanted)


def unreadable(test: FieldTest, expected: str) -> UnreadableQueryError:
    """Make the refusal of what was written, with its place and what is expected."""
    return UnreadableQueryError(
        f"At sign {test.position} stands “{test.field}{test.relation}{test.value[:40]}”; {expected}.",
        test.position,
    )
