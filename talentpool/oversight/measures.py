"""Small figures of reports: a middle, a slow end, a share. Pure."""

from collections.abc import Sequence


def percentile(values: Sequence[int], share: float) -> int | None:
    """Give the smallest value that at least this share of them does not exceed (nearest rank); None without any.

    >>> percentile([1, 2, 3, 40], 0.5), percentile([1, 2, 3, 40], 0.9), percentile([], 0.5)
    (2, 40, None)
    """
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def share_of(part: int, whole: int) -> float | None:
    """Give what part of a whole that is, 0..1; None of nothing."""
    return part / whole if whole else None


def percent(share: float | None) -> str:
    """Write a share as a page does; a dash for none.

    >>> percent(0.666), percent(None)
    ('67 %', '–')
    """
    return "–" if share is None else f"{100 * share:.0f} %"
