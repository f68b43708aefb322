"""Dates as other systems write them: the values of a column say in which order day and month stand.

A date is never guessed. What could be read in two ways is asked for; what is no date of a working life is
refused, so that no retention is counted from a mistake.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from talentpool.imports.phrases import phrase_of

FIRST_YEAR = 1950
LONGEST_DATE = 64  # characters
YEARS_AHEAD = 50  # of today: consents and promises end within these
_LATEST = date(2100, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(18_264, 73_051)  # 1950 to 2099
_EPOCH_SECONDS = range(86_400, 4_102_444_800)  # to 2099

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_MONTH_ONLY = re.compile(r"(\d{4})-(\d{1,2})$|(\d{1,2})[/.](\d{4})$")
_NUMBERS = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?:,?[T ].*)?$")
_WORDS = re.compile(
    r"(?:[^\W\d]+,\s+)?(?:(\d{1,2})(?:st|nd|rd|th|er)?\.?[\s-]+(?:de\s+)?([^\W\d]+)\.?|([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?)[,\s-]+(?:de\s+|del\s+)?(\d{4}|\d{2})(?:,?\s+(?:at\s+)?\d.*)?$"
)
_MONTH_AND_YEAR = re.compile(r"([^\W\d]+)\.?[\s-]+(\d{4})$")


class DateOrder(StrEnum):
    """Whether the day or the month comes first."""

    DMY = "dmy"
    MDY = "mdy"


def orders_of(text: str) -> frozenset[DateOrder]:
    """Say in which orders a value can be read with different outcomes; empty where the order is no matter.

    >>> [len(orders_of(text)) for text in ("03/04/2024", "13/04/2024", "2024-04-03", "3.4.2024")]
    [2, 1, 0, 0]
    """
    found = _NUMBERS.match(text[:LONGEST_DATE].strip())
    if not found or found[2] == "." or found[1] == found[3]:
        return frozenset()
    first, second = int(found[1]), int(found[3])
    possible = {DateOrder.DMY: second <= 12, DateOrder.MDY: first <= 12}
    return frozenset(order for order, is_possible in possible.items() if is_possible)


def looks_like_a_date(text: str, months: Mapping[str, int]) -> bool:
    """Say whether a value is written as a date is, even if there is no such day.

    >>> looks_like_a_date("31/02/2024", {}), looks_like_a_date("soon", {})
    (True, False)
    """
    text = text[:LONGEST_DATE].strip()
    if _ISO.match(text) or _NUMBERS.match(text):
        return True
    return parse_date(text, order=DateOrder.DMY, months=months, today=_LATEST) is not None


def parse_date(text: str, *, order: DateOrder | None, months: Mapping[str, int], today: date) -> date | None:
    """Read a date, None if the text is none, lies outside a working life, or needs an order not given.

    Times are dropped; one with a zone counts in UTC.
    """
    if len(text) > LONGEST_DATE:
        return None
    text = text.strip()
    try:
        day = _read(text, order, months)
    except (ValueError, OverflowError):
        return None
    if day is None or not FIRST_YEAR <= day.year <= today.year + YEARS_AHEAD:
        return None
    return day


def _read(text: str, order: DateOrder | None, months: Mapping[str, int]) -> date | None:
    if found := _ISO.match(text):
        return _in_utc(text) or date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.match(text):
        return _numbers(found, order)
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return _number(text)
    if found := _MONTH_ONLY.match(text):
        year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
        return date(int(year), int(month), 1)
    return _words(text, months)


def _in_utc(text: str) -> date | None:
    if len(text) < 17:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()


def _numbers(found: re.Match[str], order: DateOrder | None) -> date | None:
    first, second, year = int(found[1]), int(found[3]), _full_year(found[4])
    if found[2] == "." or first == second:
        order = DateOrder.DMY
    if order is None:
        return None
    day, month = (first, second) if order is DateOrder.DMY else (second, first)
    return date(year, month, day)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= 50 else 2000)  # as POSIX and every ATS of the last decades


def _number(text: str) -> date | None:
    if len(text) == 8 and (found := _COMPACT.match(text)):
        return date(int(found[1]), int(found[2]), int(found[3]))
    value = float(text)
    if int(value) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(value))
    if len(text.partition(".")[0]) >= 12:
        value /= 1000
    if len(text.partition(".")[0]) >= 9 and int(value) in _EPOCH_SECONDS:
        return datetime.fromtimestamp(value, UTC).date()
    return None


def _words(text: str, months: Mapping[str, int]) -> date | None:
    if found := _WORDS.match(text):
        month = months.get(phrase_of(found[2] or found[3]))
        return date(_full_year(found[5]), month, int(found[1] or found[4])) if month else None
    if found := _MONTH_AND_YEAR.match(text):
        month = months.get(phrase_of(found[1]))
        return date(int(found[2]), month, 1) if month else None
    return None
