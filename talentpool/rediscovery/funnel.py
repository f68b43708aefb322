"""The exclusion funnel: how many are in the pool, and how many each rule leaves. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Requirement
from talentpool.matching.ranking import Lacking
from talentpool.rediscovery.exclusions import KEPT_LABELS, LEFT_OUT_BECAUSE, Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class FunnelStep:
    """One rule: whom it removed and who is left; `lacking_only_this` for a requirement made a filter."""

    rule: str
    label: str
    because: str
    removed: int
    left: int
    lacking_only_this: int | None = None

    def to_json(self) -> dict[str, object]:
        """Write the step the way a run keeps it."""
        return asdict(self)


def funnel_of(
    pool: int,
    ids_by_rule: Mapping[str, NDArray[np.int64]],
    lacking: Sequence[Lacking],
) -> tuple[FunnelStep, ...]:
    """Count the pool down, rule by rule; everybody is removed once, by the first rule that bites."""
    steps = []
    left = pool
    filters = {f"{Rule.LACKS}:{place}": one for place, one in enumerate(lacking)}
    for rule, ids in ids_by_rule.items():
        left -= len(ids)
        filtered = filters.get(rule)
        steps.append(
            FunnelStep(
                rule=rule,
                label=f"mention {words_of(filtered.requirement)}" if filtered else KEPT_LABELS[Rule(rule)],
                because=f"{words_of(filtered.requirement)}: not mentioned"
                if filtered
                else LEFT_OUT_BECAUSE[Rule(rule)],
                removed=len(ids),
                left=left,
                lacking_only_this=filtered.lacking_only_this if filtered else None,
            )
        )
    return tuple(steps)


def with_filters(
    ids_by_rule: Mapping[str, NDArray[np.int64]], lacking: Sequence[Lacking]
) -> dict[str, NDArray[np.int64]]:
    """Put the filters after the other rules, each person under the first filter they lack."""
    together = dict(ids_by_rule)
    taken = np.empty(0, np.int64)
    for place, one in enumerate(lacking):
        together[f"{Rule.LACKS}:{place}"] = np.setdiff1d(one.candidate_ids, taken)
        taken = np.union1d(taken, one.candidate_ids)
    return together


def words_of(requirement: Requirement) -> str:
    """Name a requirement the way a recruiter reads it: `terraform or pulumi`."""
    return " or ".join(requirement.any_of)
