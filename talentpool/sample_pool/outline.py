"""What is settled about a person's career before it is told: trade, place, years, level."""

from dataclasses import dataclass
from datetime import date

from talentpool.sample_pool.material import Speciality, Trade

_LEVEL_STARTS_AT_YEARS = (0, 2, 6, 12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """What is settled about a career before it is told."""

    trade: Trade
    speciality: Speciality
    country: str
    city: str
    years: int
    level: int
    seen_on: date
    long: bool = False
    from_abroad: bool = False


def level_after(years: int, ceiling: int) -> int:
    """Give the level reached after so many years: 0 junior, 1, 2 senior, 3 lead.

    >>> level_after(8, 3), level_after(20, 2), level_after(1, 3)
    (2, 2, 0)
    """
    reached = sum(years >= start for start in _LEVEL_STARTS_AT_YEARS) - 1
    return min(reached, ceiling)
