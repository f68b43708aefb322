"""How values read on a page: dates with their age, numbers with separators, names as initials."""

import re
import unicodedata
from datetime import date, datetime

LINK_WORDS = {"u": "[the link that stops all messages]", "me": "[the link to their own page]"}
_SIGNED_LINK = re.compile(r"https?://\S+?/(u|me)/[\w-]{82}(?:/\S*)?")


def number(value: int | float, digits: int = 0) -> str:
    """Write a number with thousands separators and a true minus: 4812 as 4,812."""
    return f"{value:,.{digits}f}".replace("-", "−")


def counted(value: int, one: str, many: str = "") -> str:
    """Write a number with its noun: 1 person, 4,812 people."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def day(value: date | datetime | None) -> str:
    """Write a date as 12 Mar 2026; a dash for none."""
    return f"{value.day} {value:%b} {value.year}" if value else "–"


def month(value: date | datetime | None) -> str:
    """Write a date as Mar 2026; a dash for none."""
    return f"{value:%b} {value.year}" if value else "–"


def moment(value: datetime | None) -> str:
    """Write a time as 12 Mar 2026, 14:05 UTC; a dash for none."""
    return f"{day(value)}, {value:%H:%M} UTC" if value else "–"


def distance(value: date | datetime, today: date) -> str:
    """Say how far a date is from today: 8 months ago, in 3 days, today."""
    days = ((value.date() if isinstance(value, datetime) else value) - today).days
    if abs(days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    length = _length(abs(days))
    return f"in {length}" if days > 0 else f"{length} ago"


def day_and_distance(value: date | datetime | None, today: date) -> str:
    """Write a date as 12 Mar 2026 (8 months ago); a dash for none."""
    return f"{day(value)} ({distance(value, today)})" if value else "–"


def initials(name: str | None) -> str:
    """Give the one or two letters that stand for a name, the end of a number, or a dot where there is none."""
    words = [word for word in (name or "").split() if unicodedata.category(word[0])[0] in "LN"]
    if not words:
        return "·"
    if words[-1].isdecimal():  # somebody called by number
        return words[-1][-3:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def without_links(letter: str) -> str:
    """Put words in the place of the links that are one person's alone, for others to read the letter.

    >>> without_links("Stop: https://talent.example.org/u/" + "A" * 82)
    'Stop: [the link that stops all messages]'
    """
    return _SIGNED_LINK.sub(lambda found: LINK_WORDS[found[1]], letter)


def pace(done: int, total: int, per_second: float) -> str:
    """Say how far work is, how fast it goes and how long it still takes.

    >>> pace(5_000, 20_000, 2_500.0)
    '5,000 of 20,000 rows · 2,500 a second · 6 seconds left'
    """
    words = [f"{done:,} of {counted(total, 'row')}"]
    if per_second > 0:
        seconds = round((total - done) / per_second)
        left = (
            counted(round(seconds / 60), "minute") if seconds >= 100 else counted(max(1, seconds), "second")
        )
        words += [f"{per_second:,.0f} a second", f"{left} left"]
    return " · ".join(words)


def _length(days: int) -> str:
    if days < 14:
        return counted(days, "day")
    if days < 60:
        return counted(days // 7, "week")
    if days < 730:
        return counted(round(days / 30.44), "month")
    return counted(round(days / 365.25), "year")
