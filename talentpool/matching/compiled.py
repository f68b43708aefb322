"""The inner loop of a scan, compiled where numba is installed; the plain arrays give the same numbers.

Compiling takes a moment, so it is done when the first large pool is scanned and never on import.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from numpy.typing import NDArray

AddColumns = Callable[..., None]


def add_columns(
    rows: NDArray[Any],
    counts: NDArray[Any],
    starts: NDArray[Any],
    stops: NDArray[Any],
    factors: NDArray[Any],
    table: NDArray[Any],
    scores: NDArray[Any],
) -> None:
    """Add every column's weights to the scores of its rows, column by column."""
    for column in range(len(starts)):
        factor = factors[column]
        for place in range(starts[column], stops[column]):
            scores[rows[place]] += table[counts[place]] * factor


@lru_cache(maxsize=1)
def compiled_add_columns() -> AddColumns | None:
    """Give `add_columns` compiled, or None where numba is not installed."""
    if find_spec("numba") is None:
        return None
    from numba import njit

    compiled: AddColumns = njit(nogil=True)(add_columns)
    return compiled
