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


def compiled_or_plain(
    loop: Callable[..., object], plain: Callable[..., object], *, is_large: bool
) -> Callable[..., object]:
    """Give a loop compiled where that is worth it and possible, or else what does the same with whole arrays."""
    return (is_large and compiled_loop(loop)) or plain


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


def find_hashes(ascending: NDArray[np.uint64], wanted: NDArray[np.uint64], places: NDArray[np.int64]) -> int:
    """Look for each hash where it would stand if all were spread evenly, and from there outwards.

    The guess is mended once by what stands there. All guesses are read before any search, which lets the processor
    fetch them from memory together; the sum is given so that the reading is done.
    """
    size, touched = np.uint64(len(ascending)), np.uint64(0)
    last, half = np.int64(len(ascending) - 1), np.uint64(32)
    for number in range(len(wanted)):
        places[number] = np.int64(((wanted[number] >> half) * size) >> half)
        touched += ascending[places[number]]
    for number in range(len(wanted)):
        key, met = wanted[number], ascending[places[number]]
        if key >= met:
            places[number] = min(last, places[number] + np.int64((((key - met) >> half) * size) >> half))
        else:
            places[number] = max(
                np.int64(0), places[number] - np.int64((((met - key) >> half) * size) >> half)
            )
        touched += ascending[places[number]]
    for number in range(len(wanted)):
        key, low = wanted[number], places[number]
        high, step = low + 1, np.int64(4)
        while low > 0 and ascending[low] > key:
            high, low, step = low, max(np.int64(0), low - step), 2 * step
        while high <= last and ascending[high] <= key:
            low, high, step = high, min(last + 1, high + step), 2 * step
        while high - low > 1:
            middle = (low + high) >> 1
            if ascending[middle] <= key:
                low = middle
            else:
                high = middle
        places[number] = low if ascending[low] == key else np.int64(-1)
    return int(touched)


def add_columns(
    starts: NDArray[Any],
    rows: NDArray[Any],
    counts: NDArray[Any],
    places: NDArray[Any],
    factors: NDArray[Any],
    table: NDArray[Any],
    sums: NDArray[Any],
) -> int:
    """Add the weights of the columns at these places to the sums of their rows, column by column; -1 is none.

    Slices have no negative places, which saves the loop from asking: it takes half the time. The columns' beginnings
    are read once before, so that they are fetched from memory together.
    """
    touched = np.int64(0)
    for number in range(len(places)):
        if places[number] >= 0:
            start = starts[places[number]]
            touched += rows[start : start + 1].sum() + counts[start : start + 1].sum()
    for number in range(len(places)):
        column, factor = places[number], factors[number]
        if column >= 0 and factor:
            met = rows[starts[column] : starts[column + 1]]
            mentions = counts[starts[column] : starts[column + 1]]
            for place in range(len(met)):
                sums[met[place]] += table[mentions[place]] * factor
    return int(touched)


def count_wanted(
    starts: NDArray[Any],
    terms: NDArray[Any],
    counts: NDArray[Any],
    rows: NDArray[Any],
    wanted: NDArray[Any],
    found: NDArray[Any],
) -> None:
    """Put into `found` (rows by terms) how often resumes mention each term wanted (-1: none).

    A resume's terms ascend; so does most of what is wanted, which is then found going on from the one before.
    """
    for number in range(len(rows)):
        mine = terms[starts[rows[number]] : starts[rows[number] + 1]]
        mentions = counts[starts[rows[number]] : starts[rows[number] + 1]]
        place, last = 0, np.int64(-1)
        for term in range(len(wanted)):
            asked = wanted[term]
            if asked < 0:
                continue
            if asked < last:
                place = 0
            while place < len(mine) and mine[place] < asked:
                place += 1
            if place < len(mine) and mine[place] == asked:
                found[number, term] = mentions[place]
            last = asked


def number_keys(keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number different keys in the order in which they are met: where each stands first, and the number of every one."""
    compiled = compiled_loop(number_in_slots) if len(keys) >= COMPILED_SIZE else None
    if compiled is None:
        _, first, sorted_numbers = np.unique(keys, return_index=True, return_inverse=True)
        met = np.argsort(first)
        place_of_sorted = np.empty(len(met), np.int64)
        place_of_sorted[met] = np.arange(len(met))
        return first[met].astype(np.int64), place_of_sorted[sorted_numbers]
    slots = np.full(1 << (2 * len(keys)).bit_length(), -1, np.int32)
    first, numbers = np.empty(len(keys), np.int64), np.empty(len(keys), np.int64)
    found = compiled(keys, slots, first, numbers)
    return first[:found], numbers


def number_in_slots(
    keys: NDArray[np.uint64],
    slots: NDArray[np.int32],
    first: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> int:
    """Number keys; gives how many different ones there are.

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
        numbers[place] = slots[slot]
    return found
