"""Until when somebody may be kept. Nothing ends by itself before an administrator has chosen a policy.

Pure; `candidates.kept_too_long` asks the database whom it bites.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from talentpool.consent.models import Basis
from talentpool.errors import InvalidInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionPolicy:
    """One country's rule: how long after which event somebody without a basis is kept."""

    country: str
    label: str
    counts_from: str  # "rejection" (the end of the last application) or "receipt" (its date)
    days_without_basis: int
    source: str
    basis_in_pool: Basis = Basis.CONSENT  # what somebody needs to stay longer
    days_in_pool: int | None = None  # for how long a consent counts in which no end was agreed
    keep_at_least_days: int = 0  # erased earlier, a sealed copy stays until then

    def cut_off(self, *, today: date) -> date:
        """Give the last day whose events still let somebody be kept today."""
        return today - timedelta(days=self.days_without_basis)

    @property
    def bases_that_keep(self) -> frozenset[Basis]:
        """Give the bases that let somebody stay: the one asked for, and what a contract or a law demands to keep."""
        return frozenset({self.basis_in_pool, Basis.CONTRACT, Basis.LEGAL})

    def ends_of_consent(self, recorded_on: date) -> date | None:
        """Give the last day of a consent in which no end was agreed; None where the policy names none."""
        return recorded_on + timedelta(days=self.days_in_pool) if self.days_in_pool is not None else None

    def endless_consent_since(self, *, today: date) -> date:
        """Give the first day from which a consent without an agreed end still counts today."""
        return today - timedelta(days=self.days_in_pool) if self.days_in_pool is not None else date.min


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
        basis_in_pool=Basis(told["basis_in_pool"]),
        days_in_pool=told.get("days_in_pool"),
        keep_at_least_days=told.get("keep_at_least_days", 0),
    )
