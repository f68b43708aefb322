"""Until when somebody may be kept. Nothing ends by itself before an administrator has chosen a policy.

Pure; `candidates.kept_too_long` asks the database whom it bites.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from talentpool.errors import InvalidInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionPolicy:
    """One country's rule: how long after which event somebody without a basis is kept."""

    country: str
    label: str
    counts_from: str  # "rejection" (the end of the last application) or "receipt" (its date)
    days_without_basis: int
    source: str
    keep_at_least_days: int = 0  # erased earlier, a sealed copy stays until then

    def cut_off(self, *, today: date) -> date:
        """Give the last day whose events still let somebody be kept today."""
        return today - timedelta(days=self.days_without_basis)


def retention_policy(value: Mapping[str, Any], country: str) -> RetentionPolicy:
    """Read one country's rule; raises InvalidInputError for a country nobody has written one for."""
    told = value.get(country.upper())
    if told is None:
        known = ", ".join(sorted(value))
        raise InvalidInputError(
            f"There is no retention policy for {country!r}; choose one of {known}, or none and decide later."
        )
    return RetentionPolicy(
        country=country.upper(),
        label=told["label"],
        counts_from=told["from"],
        days_without_basis=told["days_without_basis"],
        source=told["source"],
        keep_at_least_days=told.get("keep_at_least_days", 0),
    )
