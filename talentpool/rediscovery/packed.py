"""Everybody's place in a run, and everybody left out, as compressed arrays: some bytes a person."""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]

LEVEL = 1  # ids and scores hardly compress further, and a request waits for it


def pack_ranked(candidate_ids: Ids, scores: Scores) -> bytes:
    """Pack candidates and scores, best first.

    >>> ids, scores = unpack_ranked(pack_ranked(np.array([7, 3]), np.array([0.5, 0.25])))
    >>> ids.tolist(), scores.tolist()
    ([7, 3], [0.5, 0.25])
    """
    return zlib.compress(candidate_ids.astype("<i8").tobytes() + scores.astype("<f8").tobytes(), LEVEL)


def unpack_ranked(packed: bytes) -> tuple[Ids, Scores]:
    """Unpack candidates and scores, best first."""
    raw = zlib.decompress(packed)
    half = len(raw) // 2
    return np.frombuffer(raw[:half], "<i8"), np.frombuffer(raw[half:], "<f8")


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
