"""Who nearly got the role, for a reason that says nothing against them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from talentpool.candidates.models import Disposition, Stage

NEARLY_HIRED = frozenset({Stage.FINAL_ROUND, Stage.OFFERED})


@dataclass(frozen=True, kw_only=True, slots=True)
class PastApplication:
    """What the history of one application says to a ranking."""

    stage: Stage
    disposition: Disposition | None
    counts_against: bool | None  # the reason's own word; None when no reason is recorded
    reason_holds_until: date | None
    ended_on: date | None
    rating: float | None
    is_strong_elsewhere: bool = False


def is_silver_medalist(applications: Iterable[PastApplication]) -> bool:
    """Say whether any application reached the final round or an offer and failed for no fault of theirs.

    Whoever closed a role may say so too: strong enough for another one.

    Without a recorded reason nobody is called one: the claim would be ours, not the record's.
    """
    return any(past.is_strong_elsewhere or _nearly_got_it(past) for past in applications)


def _nearly_got_it(past: PastApplication) -> bool:
    return (
        past.stage in NEARLY_HIRED
        and past.disposition in (Disposition.REJECTED, Disposition.WITHDRAWN, Disposition.ROLE_CLOSED)
        and (past.counts_against is False or past.disposition is Disposition.ROLE_CLOSED)
    )


def reason_lapses_on(applications: Iterable[PastApplication]) -> date | None:
    """Find the day on which the reason of the latest rejection stops holding; None if it holds on."""
    rejected = [past for past in applications if past.disposition is Disposition.REJECTED]
    latest = max(rejected, key=lambda past: past.ended_on or date.min, default=None)
    return latest.reason_holds_until if latest else None
