"""What a weight may be: within which bounds, whole or not, and which have to stand in an order. Pure.

The bounds keep a list sensible and quick to make, whatever somebody types; none is a recommendation. What each
weight brings was measured for docs/matching_quality.md.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from talentpool.matching.settings import Bands, FeedbackWeights, RoleWeights, SignalWeights, WordWeights

PARTS: Mapping[str, type] = {
    "role": RoleWeights,
    "feedback": FeedbackWeights,
    "signals": SignalWeights,
    "bands": Bands,
    "words": WordWeights,
}
NEEDS_NEW_INDEX = frozenset({"words"})
"""Parts that decide how resumes are counted; everything else is weighed when a list is made."""
USUAL_BOUNDS = (0.0, 100.0)
BOUNDS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("words", "count_power"): (0.1, 2),
    ("words", "count_cap"): (1, 1_000),
    ("words", "headline_words"): (0, 1_000),
    ("role", "count_power"): (0.1, 2),
    ("role", "short_terms"): (1, 1_000),
    ("role", "long_terms"): (2, 10_000),
    ("role", "short_slope"): (0, 1),
    ("role", "long_slope"): (0, 1),
    ("feedback", "people"): (0, 500),
    ("feedback", "terms"): (0, 500),
    ("feedback", "weight"): (0, 10),
    ("feedback", "least_people"): (1, 500),
    ("feedback", "rounds"): (0, 4),
    ("feedback", "shortlisted_weight"): (0, 10),
    ("feedback", "dismissed_weight"): (0, 10),
    ("signals", "stage"): (0, 1),
    ("signals", "silver_medalist"): (0, 1),
    ("signals", "reason_lapsed"): (0, 1),
    ("signals", "promise_open"): (0, 1),
    ("signals", "rating"): (0, 1),
    ("signals", "freshness"): (0, 1),
    ("signals", "freshness_half_life_days"): (1, 36_500),
    ("signals", "replied"): (0, 1),
    ("bands", "strong_key_words"): (0, 1),
    ("bands", "good_key_words"): (0, 1),
    ("bands", "strong_advert"): (0, 1),
    ("bands", "good_advert"): (0, 1),
}
LESS_THAN = (
    ("role", "short_terms", "long_terms"),
    ("bands", "good_key_words", "strong_key_words"),
    ("bands", "good_advert", "strong_advert"),
)
"""Pairs of which the first must be the smaller."""

Place = tuple[str, str]


def weight_places() -> list[Place]:
    """List every weight by part and name, in the order in which a page shows them."""
    return [(part, field.name) for part, kind in PARTS.items() for field in fields(kind)]


def is_whole(place: Place) -> bool:
    """Say whether a weight is a count."""
    return any(field.type is int for field in fields(PARTS[place[0]]) if field.name == place[1])


def read_weight(place: Place, typed: str) -> float | int:
    """Read one weight as somebody types it; raises ValueError with the sentence that says what is wrong.

    >>> read_weight(("signals", "stage"), "0,02")
    0.02
    """
    least, most = BOUNDS.get(place, USUAL_BOUNDS)
    kind = "a whole number" if is_whole(place) else "a number"
    try:
        value = float(typed.strip().replace(",", ".").replace("\u2212", "-"))
    except ValueError:
        value = float("nan")
    if not least <= value <= most or (is_whole(place) and value != int(value)):
        raise ValueError(f"Write {kind} from {least:g} to {most:g}.")
    return int(value) if is_whole(place) else value


def order_problems(weights: Mapping[str, Mapping[str, Any]]) -> dict[Place, str]:
    """Name the weights that have to be smaller than another and are not."""
    return {
        (part, smaller): f"This has to be less than {larger.replace('_', ' ')} ({weights[part][larger]:g})."
        for part, smaller, larger in LESS_THAN
        if not weights[part][smaller] < weights[part][larger]
    }
