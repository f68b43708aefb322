"""Inner loops of the search, compiled where numba is installed; plain arrays give the same numbers elsewhere.

Compiling takes a moment, so it is done when the first large pool is searched, kept on disk for the next
process, and never on import.
"""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

COMPILED_SIZE = 2_000
"""Below so many numbers the plain arrays are as quick."""


@cache
def compiled_loop(loop: Callable[..., Any]) -> Callable[..., Any] | None:
    """Give a loop compiled, or None where numba is not installed."""
    if find_spec("numba") is None:
        return None
    from numba import njit

    try:
        compiled: Callable[..., Any] = njit(nogil=True, cache=True)(loop)
    except RuntimeError:  # there is no folder that the compiled code could be kept in
        compiled = njit(nogil=True)(loop)
    return compiled


def places_of(ascending: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Find hashes among ascending ones: where each stands, or -1."""
    compiled = compiled_loop(find_hashes) if len(ascending) >= COMPILED_SIZE else None
    if compiled is not None:
        places = np.empty(len(wanted), np.int64)
        compiled(ascending, wanted, places)
        return places
    if not len(ascending):
        return np.full(len(wanted), -1)
    places = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[places] == wanted, places, -1)


def find_hashes(ascending: NDArray[np.uint64], wanted: NDArray[np.uint64], places: NDArray[np.int64]) -> None:
    """Look for each hash where it would stand if all were spread evenly, and from there outwards."""
    size = np.int64(len(ascending))
    for number in range(len(wanted)):
        key = wanted[number]
        low = np.int64(((key >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32))
        high, step = low + 1, np.int64(16)
        while low > 0 and ascending[low] > key:
            high, low, step = low, max(np.int64(0), low - step), 2 * step
        while high < size and ascending[high] <= key:
            low, high, step = high, min(size, high + step), 2 * step
        while high - low > 1:
            middle = (low + high) >> 1
            if ascending[middle] <= key:
                low = middle
            else:
                high = middle
        places[number] = low if ascending[low] == key else np.int64(-1)


def add_columns(
    rows: NDArray[Any],
    counts: NDArray[Any],
    starts: NDArray[Any],
    stops: NDArray[Any],
    factors: NDArray[Any],
    table: NDArray[Any],
    sums: NDArray[Any],
) -> None:
    """Add every column's weights to the sums of its rows, column by column."""
    for column in range(len(starts)):
        factor = factors[column]
        for place in range(starts[column], stops[column]):
            sums[rows[place]] += table[counts[place]] * factor


def sum_by_key(
    keys: NDArray[np.uint64], values: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Sum values by key, in the order given: where each key stands first, its sum, how often it is there."""
    compiled = compiled_loop(sum_in_slots) if len(keys) >= COMPILED_SIZE else None
    if compiled is None:
        _, first, numbers = np.unique(keys, return_index=True, return_inverse=True)
        sums: NDArray[np.float64] = np.bincount(numbers, values).astype(np.float64, copy=False)
        return first.astype(np.int64), sums, np.bincount(numbers).astype(np.int64)
    slots = np.full(1 << (2 * len(keys)).bit_length(), -1)
    first, sums, times = np.empty(len(keys), np.int64), np.zeros(len(keys)), np.zeros(len(keys), np.int64)
    found = compiled(keys, values, slots, first, sums, times)
    return first[:found], sums[:found], times[:found]


def sum_in_slots(
    keys: NDArray[np.uint64],
    values: NDArray[np.float64],
    slots: NDArray[np.int64],
    first: NDArray[np.int64],
    sums: NDArray[np.float64],
    times: NDArray[np.int64],
) -> int:
    """Sum values by key; gives how many keys there are.

    `slots` are -1 each, a power of two of them and more than twice the keys. Keys are hashes already, so their
    last bits choose the slot.
    """
    last, found = np.uint64(len(slots) - 1), 0
    for place in range(len(keys)):
        slot = keys[place] & last
        while slots[slot] >= 0 and keys[first[slots[slot]]] != keys[place]:
            slot = (slot + np.uint64(1)) & last
        if slots[slot] < 0:
            slots[slot] = found
            first[found] = place
            found += 1
        sums[slots[slot]] += values[place]
        times[slots[slot]] += 1
    return found
