"""The snapshot of document frequencies, and what resumes weigh under it.

Everyone is weighed under one snapshot until it is renewed, so that a person added meanwhile is compared
fairly. Terms that fewer than two people have are not kept: an absent term counts as one person's.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.arrays import Arrays
from talentpool.matching.compiled import places_of
from talentpool.matching.segments import Segment
from talentpool.matching.settings import WordWeights
from talentpool.matching.weighting import count_table, rarity


def count_frequencies(segments: Sequence[Segment]) -> Arrays:
    """Count how many people who still count have each term, over all segments, range by range of hashes."""
    bounds = np.array([2**64 * part // len(segments) for part in range(1, len(segments))], np.uint64)
    cuts = [[0, *np.searchsorted(s.term_hashes, bounds), len(s.term_hashes)] for s in segments]
    parts = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint32)]
    for part in range(max(1, len(segments))):
        spans = [slice(cut[part], cut[part + 1]) for cut in cuts]
        hashes = [segment.term_hashes[span] for segment, span in zip(segments, spans, strict=True)]
        numbers = [segment.frequencies(span) for segment, span in zip(segments, spans, strict=True)]
        if hashes:
            found, summed = _summed(np.concatenate(hashes), np.concatenate(numbers))
            parts[0].append(found)
            parts[1].append(summed)
    return {"hashes": np.concatenate(parts[0]), "frequencies": np.concatenate(parts[1])}


def _summed(
    hashes: NDArray[np.uint64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    if not len(hashes):
        return hashes, counts.astype(np.uint32)
    order = np.argsort(hashes, kind="stable")
    hashes, counts = hashes[order], counts[order]
    first = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))
    summed = np.add.reduceat(counts, first)
    kept = summed >= 2
    return hashes[first][kept], summed[kept].astype(np.uint32)


def look_up(snapshot: Arrays, hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Give each term's document frequency; 1 for a term that is not in the snapshot."""
    if not len(snapshot["hashes"]):
        return np.ones(len(hashes), np.uint32)
    places = places_of(snapshot["hashes"], hashes)
    return np.where(places >= 0, snapshot["frequencies"][places], np.uint32(1))


def segment_weights(segment: Segment, snapshot: Arrays, *, people: int, words: WordWeights) -> Arrays:
    """Give the document frequency of each of a segment's terms and the length of each of its resumes.

    Words that nobody else uses (names, slips of the pen) do not make a resume longer; they still match.
    """
    frequencies = look_up(snapshot, segment.term_hashes)
    idf = rarity(people, frequencies, segment.pairs, words) * (frequencies >= 2)
    arrays = segment.arrays
    weights = count_table(words)[arrays["row_counts"]] * idf[arrays["row_terms"]]
    rows = np.repeat(np.arange(segment.size), np.diff(arrays["row_starts"]))
    return {"frequencies": frequencies, "norms": np.sqrt(np.bincount(rows, weights * weights, segment.size))}


def usual_length(segments: Sequence[Segment], lengths: Sequence[NDArray[np.float64]]) -> float:
    """Give the mean length of resumes that have words; summed exactly, so that no order matters."""
    parts = [part[segment.alive] for segment, part in zip(segments, lengths, strict=True)]
    positive = [float(length) for part in parts for length in part[part > 0]]
    return math.fsum(positive) / len(positive) if positive else 1.0
