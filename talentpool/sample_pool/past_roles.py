"""Makes up the roles people applied for in the last seven years.

Every trade opened a role of each speciality ten times; several people applied for each. A role
is dated by its age, so the history moves along with the day the pool is made for.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from talentpool.sample_pool.material import Trade, for_country
from talentpool.sample_pool.wording import chance_for

OPENED_DAYS_AGO = (38, 120, 230, 390, 570, 800, 1130, 1480, 1860, 2330)
_OPEN_FOR_DAYS = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRole:
    """A role that was open once: its number, title, level (0 junior to 3 lead) and first day."""

    requisition: str
    title: str
    speciality: int
    level: int
    opened_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A role somebody applied for, and the day."""

    role: PastRole
    applied_on: date


def past_roles(trade: Trade, country: str, *, today: date) -> tuple[PastRole, ...]:
    """Give the trade's past roles in a country, newest first within each speciality."""
    chance = chance_for("past roles", trade.code, country)
    return tuple(
        _past_role(
            trade,
            country,
            opened_on=today - timedelta(days=age + chance.randint(-age // 9, age // 9)),
            speciality=speciality,
            place=place,
        )
        for speciality in range(len(trade.specialities))
        for place, age in enumerate(OPENED_DAYS_AGO)
    )


def _past_role(trade: Trade, country: str, *, opened_on: date, speciality: int, place: int) -> PastRole:
    level = 1 + (place + speciality) % 3
    return PastRole(
        requisition=f"{trade.code}-{country}-{opened_on.year % 100}{speciality + 1}{place:02d}",
        title=for_country(trade.specialities[speciality].titles, country)[level],
        speciality=speciality,
        level=level,
        opened_on=opened_on,
    )


def choose_role(
    roles: tuple[PastRole, ...], chance: Random, *, age_days: tuple[int, int], level: int, today: date
) -> Attempt:
    """Choose a role that was open so many days ago, of about that level, and the day of applying.

    Where none was open then, it is the role opened nearest to it.
    """
    newest, oldest = (today - timedelta(days=days) for days in age_days)
    then_open = [
        role
        for role in roles
        if oldest <= role.opened_on + timedelta(days=_OPEN_FOR_DAYS) and role.opened_on <= newest
    ]
    fitting = [role for role in then_open if role.level == level] or then_open
    role = chance.choice(fitting) if fitting else min(roles, key=lambda role: abs(role.opened_on - newest))
    first = max(role.opened_on, min(oldest, role.opened_on + timedelta(days=_OPEN_FOR_DAYS)))
    last = max(first, min(newest, role.opened_on + timedelta(days=_OPEN_FOR_DAYS)))
    return Attempt(role=role, applied_on=first + timedelta(days=chance.randint(0, (last - first).days)))
