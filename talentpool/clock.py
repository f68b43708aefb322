"""The one place that asks the machine for the time; everything else is handed a `now`."""

from datetime import UTC, date, datetime


def current_time() -> datetime:
    """Tell the time now, aware and in UTC."""
    return datetime.now(UTC)


def current_date() -> date:
    """Tell today's date in UTC, which retention and due dates are counted in."""
    return current_time().date()
