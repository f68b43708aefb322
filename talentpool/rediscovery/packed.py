"""Everybody's place in a run, and everybody left out, as compressed arrays: some bytes a person."""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

ID_BYTES, SCORE_BYTES = 8, 4
LEVEL = 1  # a request waits for it
NOISY = (0, 1, ID_BYTES)
"""Planes of bytes that hardly compress: the last two of ids, the last of the steps from score to score."""
QUIET = tuple(plane for plane in range(ID_BYTES + SCORE_BYTES) if plane not in NOISY)


def pack_ranked(candidate_ids: Ids, scores: NDArray[np.floating]) -> bytes:
    """Pack candidates and scores, best first; four bytes a score, as everybody was scanned.

    Scores fall in small steps, so the steps between their bits are kept. Two streams follow one another: the bytes
    that compress, and those that only take time.

    >>> ids, scores = unpack_ranked(pack_ranked(np.array([7, 3]), np.array([0.5, 0.25])))
    >>> ids.tolist(), scores.tolist()
    ([7, 3], [0.5, 0.25])
    """
    bits = scores.astype("<f4").view("<u4")
    steps = np.diff(bits, prepend=np.uint32(0)).astype("<u4")
    planes = np.concatenate((_by_byte(candidate_ids.astype("<i8")), _by_byte(steps)))
    return zlib.compress(planes[list(QUIET)].tobytes(), LEVEL) + zlib.compress(
        planes[list(NOISY)].tobytes(), 0
    )


def unpack_ranked(packed: bytes) -> tuple[Ids, Scores]:
    """Unpack candidates and scores, best first; also as they were packed before there were two streams."""
    quiet = zlib.decompressobj()
    first = quiet.decompress(packed)
    if not quiet.unused_data:
        planes = np.frombuffer(first, np.uint8).reshape(ID_BYTES + SCORE_BYTES, -1)
        return _numbers(planes[:ID_BYTES]).view("<i8"), _numbers(planes[ID_BYTES:]).view("<f4")
    planes = np.empty((ID_BYTES + SCORE_BYTES, len(first) // len(QUIET)), np.uint8)
    planes[list(QUIET)] = np.frombuffer(first, np.uint8).reshape(len(QUIET), -1)
    planes[list(NOISY)] = np.frombuffer(zlib.decompress(quiet.unused_data), np.uint8).reshape(len(NOISY), -1)
    bits = np.cumsum(_numbers(planes[ID_BYTES:]).view("<u4"), dtype="<u4")
    return _numbers(planes[:ID_BYTES]).view("<i8"), bits.view("<f4")


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
