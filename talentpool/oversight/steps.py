"""From surfaced to hired: the steps of a rediscovery, how far somebody came, and how many came that far. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    """What happened to a match; whoever came to a step counts for every step before it."""

    SURFACED = "surfaced"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    CONTACTED = "contacted"
    REPLIED = "replied"
    INTERVIEWED = "interviewed"
    HIRED = "hired"

    @property
    def rank(self) -> int:
        """Count the steps up to this one: surfaced is 1, hired is 7."""
        return STEPS.index(self) + 1


STEPS = tuple(Step)


def funnel(counts_by_furthest: Mapping[Step, int]) -> dict[Step, int]:
    """Say how many came to each step or further, from how many stopped at each.

    >>> funnel({Step.SURFACED: 5, Step.HIRED: 1})[Step.CONTACTED]
    1
    """
    reached: dict[Step, int] = {}
    total = 0
    for step in reversed(STEPS):
        total += counts_by_furthest.get(step, 0)
        reached[step] = total
    return {step: reached[step] for step in STEPS}
