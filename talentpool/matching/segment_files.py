"""Segments as files: written once, weighed under a snapshot, mapped when they are needed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import numpy as np

from talentpool.matching.arrays import Arrays, check_once, read_arrays, write_arrays
from talentpool.matching.manifest import Manifest, SegmentRecord, SnapshotRecord
from talentpool.matching.segments import Counted, Segment, segment_arrays
from talentpool.matching.settings import MatchingSettings, WordWeights
from talentpool.matching.snapshot import count_frequencies, segment_weights, usual_length

WEIGHING_THREADS = 2
"""Arrays and files let other threads go on; more than two would hold too many segments in memory."""
CHECKED_BYTES = 8 << 20
"""Files up to this size are checked in full when a process first opens them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighing:
    """What people are weighed under: document frequencies of so many people, and what words count."""

    snapshot: Arrays
    people: int
    words: WordWeights

    @classmethod
    def of(cls, folder: Path, snapshot: SnapshotRecord, settings: MatchingSettings) -> "Weighing":
        """Map a snapshot."""
        arrays = read_arrays(folder, snapshot.frequencies)
        return cls(snapshot=arrays, people=snapshot.people, words=settings.words)


def new_name() -> str:
    """Give a name no file has had."""
    return uuid4().hex[:16]


def write_segment(folder: Path, counted: Counted) -> SegmentRecord:
    """Write people and their terms to a new file; they are weighed afterwards."""
    name = new_name()
    terms = write_arrays(folder, f"{name}.segment", segment_arrays(counted))
    return SegmentRecord(name=name, people=len(counted.candidate_ids), terms=terms, weights=terms)


def load_segment(folder: Path, record: SegmentRecord) -> Segment:
    """Map a segment; a small file is checked in full. Raises IndexDamagedError."""
    if record.terms.size <= CHECKED_BYTES:
        check_once(folder, record.terms)
    return Segment(record.name, read_arrays(folder, record.terms), np.array(record.dead_rows, np.int64))


def write_weights(source: Path, target: Path, record: SegmentRecord, weighing: Weighing) -> SegmentRecord:
    """Weigh a segment that lies in one folder and write its weights to a new file in another, or the same."""
    arrays = segment_weights(
        load_segment(source, record), weighing.snapshot, people=weighing.people, words=weighing.words
    )
    name = f"{record.name}-{new_name()}.weights"
    return replace(record, weights=write_arrays(target, name, arrays))


def write_renewed(
    source: Path, target: Path, records: Sequence[SegmentRecord], settings: MatchingSettings, *, position: str
) -> Manifest:
    """Count the document frequencies of now and weigh everybody under them."""
    segments = [load_segment(source, record) for record in records]
    people = sum(int(segment.alive.sum()) for segment in segments)
    snapshot = count_frequencies(segments)
    weighing = Weighing(snapshot=snapshot, people=people, words=settings.words)
    with ThreadPoolExecutor(WEIGHING_THREADS) as threads:
        written = list(threads.map(lambda record: write_weights(source, target, record, weighing), records))
    lengths = [read_arrays(target, record.weights)["norms"] for record in written]
    name = new_name()
    return Manifest(
        fingerprint=settings.fingerprint,
        generation=name,
        position=position,
        snapshot=SnapshotRecord(
            frequencies=write_arrays(target, f"{name}.snapshot", snapshot),
            people=people,
            pivot=usual_length(segments, lengths),
        ),
        segments=tuple(written),
    )
