"""Everybody's place in a run, and everybody left out, as compressed arrays: some bytes a person."""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

ID_BYTES, SCORE_BYTES = 8, 4
LEVEL = 1  # ids and scores hardly compress further, and a request waits for it


def pack_ranked(candidate_ids: Ids, scores: NDArray[np.floating]) -> bytes:
    """Pack candidates and scores, best first; four bytes a score, as everybody was scanned.

    >>> ids, scores = unpack_ranked(pack_ranked(np.array([7, 3]), np.array([0.5, 0.25])))
    >>> ids.tolist(), scores.tolist()
    ([7, 3], [0.5, 0.25])
    """
    return zlib.compress(_by_byte(candidate_ids.astype("<i8")) + _by_byte(scores.astype("<f4")), LEVEL)


def unpack_ranked(packed: bytes) -> tuple[Ids, Scores]:
    """Unpack candidates and scores, best first."""
    planes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(ID_BYTES + SCORE_BYTES, -1)
    ids, scores = (np.ascontiguousarray(part.T) for part in np.split(planes, [ID_BYTES]))
    return ids.view("<i8")[:, 0], scores.view("<f4")[:, 0]


def _by_byte(numbers: NDArray[np.generic]) -> bytes:
    """Put the first bytes of all numbers together, then the second ones: like stands beside like."""
    return np.ascontiguousarray(numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T).tobytes()


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
