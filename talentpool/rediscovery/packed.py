"""Everybody's place in a run, and everybody left out, as compressed arrays: some bytes a person."""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

ID_BYTES, SCORE_BYTES = 8, 4
LEVEL = 1  # a request waits for it
ID_NOISY, ID_SHORT = 2, 3
"""The last two bytes of ids hardly compress; the first five are zeros up to 16 million people, and left out then."""
STEP_NOISY = 1
"""So does the last byte of the step from one score to the next."""


def pack_ranked(candidate_ids: Ids, scores: NDArray[np.floating]) -> bytes:
    """Pack candidates and scores, best first; four bytes a score, as everybody was scanned.

    Scores fall in small steps, so the steps between their bits are kept. Two streams follow one another: the bytes
    that compress, and those that only take time.

    >>> ids, scores = unpack_ranked(pack_ranked(np.array([7, 3]), np.array([0.5, 0.25])))
    >>> ids.tolist(), scores.tolist()
    ([7, 3], [0.5, 0.25])
    """
    ids = _by_byte(candidate_ids.astype("<i8"))
    is_short = not len(candidate_ids) or 0 <= candidate_ids.min() <= candidate_ids.max() < 1 << 8 * ID_SHORT
    bits = scores.astype("<f4").view("<u4")
    steps = _by_byte(np.diff(bits, prepend=np.uint32(0)).astype("<u4"))
    quiet = ids[ID_NOISY : ID_SHORT if is_short else ID_BYTES], steps[STEP_NOISY:]
    noisy = ids[:ID_NOISY], steps[:STEP_NOISY]
    return zlib.compress(_joined(quiet), LEVEL) + zlib.compress(_joined(noisy), 0)


def unpack_ranked(packed: bytes) -> tuple[Ids, Scores]:
    """Unpack candidates and scores, best first; also as they were packed before there were two streams."""
    stream = zlib.decompressobj()
    first = stream.decompress(packed)
    if not stream.unused_data:
        planes = np.frombuffer(first, np.uint8).reshape(ID_BYTES + SCORE_BYTES, -1)
        return _numbers(planes[:ID_BYTES]).view("<i8"), _numbers(planes[ID_BYTES:]).view("<f4")
    noisy = np.frombuffer(zlib.decompress(stream.unused_data), np.uint8).reshape(ID_NOISY + STEP_NOISY, -1)
    people = noisy.shape[1]
    quiet = np.frombuffer(first, np.uint8).reshape(-1, people) if people else np.empty((4, 0), np.uint8)
    told = len(quiet) - (SCORE_BYTES - STEP_NOISY)
    ids, steps = np.zeros((ID_BYTES, people), np.uint8), np.empty((SCORE_BYTES, people), np.uint8)
    ids[:ID_NOISY], ids[ID_NOISY : ID_NOISY + told] = noisy[:ID_NOISY], quiet[:told]
    steps[:STEP_NOISY], steps[STEP_NOISY:] = noisy[ID_NOISY:], quiet[told:]
    bits = np.cumsum(_numbers(steps).view("<u4"), dtype="<u4")
    return _numbers(ids).view("<i8"), bits.view("<f4")


def _joined(planes: tuple[NDArray[np.uint8], ...]) -> bytes:
    return b"".join(part.tobytes() for part in planes)


def _by_byte(numbers: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Put the first bytes of all numbers together, then the second ones: like stands beside like."""
    return numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T


def _numbers(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put the bytes of each number together again."""
    return np.ascontiguousarray(planes.T).reshape(-1)


def pack_excluded(ids_by_rule: Mapping[str, Ids], rules: list[str]) -> bytes:
    """Pack who was left out by which of `rules`, whose order the run keeps in its funnel."""
    ids = [ids_by_rule[rule].astype("<i8") for rule in rules]
    numbers = [np.full(len(part), place, "<i8") for place, part in enumerate(ids)]
    whole = [*ids, *numbers] or [np.empty(0, "<i8")]
    return zlib.compress(np.concatenate(whole).tobytes(), LEVEL)


def unpack_excluded(packed: bytes, rules: list[str]) -> dict[str, Ids]:
    """Unpack who was left out, by rule, in the order of the rules."""
    raw = np.frombuffer(zlib.decompress(packed), "<i8")
    ids, numbers = raw[: len(raw) // 2], raw[len(raw) // 2 :]
    return {rule: ids[numbers == place] for place, rule in enumerate(rules)}
