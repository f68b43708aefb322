"""The matching index on disk: made, brought up to date, tidied and opened.

The index is derived; the database is the truth. Whenever it is missing, outdated or damaged the caller makes
it anew from the pool's documents. `position` says where in the list of changes it stands, in the caller's words.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import InvalidInputError
from talentpool.matching.arrays import Arrays, check_file, read_arrays, write_arrays
from talentpool.matching.documents import PoolDocument
from talentpool.matching.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from talentpool.matching.index import PoolIndex
from talentpool.matching.manifest import (
    Manifest,
    SegmentRecord,
    SnapshotRecord,
    only_writer,
    read_manifest,
    remove_unused_files,
    write_manifest,
)
from talentpool.matching.segments import (
    SEGMENT_CHARACTERS,
    SEGMENT_PEOPLE,
    Counted,
    Segment,
    count_documents,
    join_counted,
    merge_segments,
    segment_arrays,
)
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.snapshot import count_frequencies, segment_weights, usual_length

TAIL_PEOPLE = 64
"""A last segment smaller than this is merged into the next update; more would make an update slow."""
SMALL_PEOPLE = 4_096
"""Tidying merges segments smaller than this."""
RENEWAL_SHARE = 0.01
"""The snapshot is due once so many of its people have changed."""
RENEWED_AT_ONCE_PEOPLE = 2_000
RENEWED_AT_ONCE_SHARE = 0.2
"""A small pool, or one that has become another, is not left under a snapshot that is due."""
CHECKED_BYTES = 8 << 20
"""Files up to this size are checked in full whenever they are opened."""
OPENING_TRIES = 5


def build_index(
    folder: Path, documents: Iterable[PoolDocument], settings: MatchingSettings, *, position: str
) -> None:
    """Make the index anew from the whole pool, beside the old one, and put it in its place in one step."""
    with only_writer(folder):
        segments = [
            _write_segment(folder, count_documents(part, settings.text)) for part in _parts(documents)
        ]
        _refuse_doubles(folder, segments)
        _publish(folder, _renewed(folder, segments, settings, position=position))


def update_index(
    folder: Path,
    settings: MatchingSettings,
    *,
    changed: Iterable[PoolDocument],
    removed: Iterable[int],
    position: str,
) -> None:
    """Take in people who changed and drop those removed; writes one small segment and the manifest."""
    with only_writer(folder):
        manifest = read_manifest(folder)
        _refuse_outdated(manifest, settings)
        by_id = {document.candidate_id: document for document in changed}
        gone = np.array(sorted({*by_id, *removed}), np.int64)
        records, touched = _without(folder, manifest.segments, gone)
        updated = _with_new(folder, replace(manifest, segments=records), list(by_id.values()), settings)
        snapshot = replace(
            updated.snapshot, changed_since=manifest.snapshot.changed_since + max(touched, len(by_id))
        )
        updated = replace(updated, snapshot=snapshot, position=position, generation=_new_name())
        if _is_renewed_at_once(updated):
            updated = _renewed(folder, _tidied(folder, updated.segments), settings, position=position)
        _publish(folder, updated)


def compact_index(folder: Path, settings: MatchingSettings) -> None:
    """Tidy up: merge small segments, drop what is left of people removed, renew the document frequencies."""
    with only_writer(folder):
        manifest = read_manifest(folder)
        _refuse_outdated(manifest, settings)
        records = _tidied(folder, manifest.segments)
        _publish(folder, _renewed(folder, records, settings, position=manifest.position))


def is_compaction_due(folder: Path) -> bool:
    """Say whether people removed are still in the files, or enough changed to renew the frequencies."""
    manifest = read_manifest(folder)
    has_dead = any(segment.dead_rows for segment in manifest.segments)
    return has_dead or _share_changed(manifest) >= RENEWAL_SHARE


def open_index(folder: Path, settings: MatchingSettings | None = None) -> PoolIndex:
    """Map the index. With settings, one made under others is refused; small files are checked in full."""
    for attempt in range(OPENING_TRIES):
        manifest = read_manifest(folder)
        if settings is not None:
            _refuse_outdated(manifest, settings)
        try:
            return _opened(folder, manifest)
        except IndexDamagedError:
            if manifest_generation(folder) == manifest.generation or attempt == OPENING_TRIES - 1:
                raise
            time.sleep(0.01)
    raise IndexDamagedError("The matching index keeps changing while it is opened; try again.")


def verify_index(folder: Path) -> None:
    """Read every byte of the index against its checksum; raises IndexDamagedError."""
    for record in read_manifest(folder).files:
        check_file(folder, record)


def manifest_generation(folder: Path) -> str | None:
    """Name the index that is on disk now, so that a process knows when to open it again; None without one."""
    try:
        return read_manifest(folder).generation
    except (IndexMissingError, IndexDamagedError, IndexOutdatedError):
        return None


def position_of(folder: Path) -> str | None:
    """Say where in the list of changes the index stands; None without a usable one."""
    try:
        return read_manifest(folder).position
    except (IndexMissingError, IndexDamagedError, IndexOutdatedError):
        return None


def _parts(documents: Iterable[PoolDocument]) -> Iterator[list[PoolDocument]]:
    """Cut the pool into segments, by people and by characters."""
    part: list[PoolDocument] = []
    characters = 0
    for document in documents:
        if part and (len(part) == SEGMENT_PEOPLE or characters + len(document.text) > SEGMENT_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append(document)
        characters += len(document.text)
    if part:
        yield part


def _new_name() -> str:
    return uuid4().hex[:16]


def _write_segment(folder: Path, counted: Counted) -> SegmentRecord:
    name = _new_name()
    terms = write_arrays(folder, f"{name}.segment", segment_arrays(counted))
    return SegmentRecord(name=name, people=len(counted.candidate_ids), terms=terms, weights=terms)


def _load_segment(folder: Path, record: SegmentRecord) -> Segment:
    if record.terms.size <= CHECKED_BYTES:
        check_file(folder, record.terms)
    return Segment(record.name, read_arrays(folder, record.terms), np.array(record.dead_rows, np.int64))


def _refuse_doubles(folder: Path, records: Sequence[SegmentRecord]) -> None:
    if not records:
        return
    ids, counts = np.unique(
        np.concatenate([_load_segment(folder, record).candidate_ids for record in records]),
        return_counts=True,
    )
    if (counts > 1).any():
        raise InvalidInputError(f"Candidate {ids[counts > 1][0]} was given to the matching index twice.")


def _renewed(
    folder: Path, records: Sequence[SegmentRecord], settings: MatchingSettings, *, position: str
) -> Manifest:
    """Weigh everybody under the document frequencies of now."""
    segments = [_load_segment(folder, record) for record in records]
    people = sum(int(segment.alive.sum()) for segment in segments)
    snapshot = count_frequencies(segments)
    name = _new_name()
    weights = [
        segment_weights(segment, snapshot, people=people, words=settings.words) for segment in segments
    ]
    written = [
        replace(record, weights=write_arrays(folder, f"{record.name}-{name}.weights", part))
        for record, part in zip(records, weights, strict=True)
    ]
    frequencies = write_arrays(folder, f"{name}.snapshot", snapshot)
    return Manifest(
        fingerprint=settings.fingerprint,
        generation=name,
        position=position,
        snapshot=SnapshotRecord(
            frequencies=frequencies, people=people, pivot=usual_length(segments, weights)
        ),
        segments=tuple(written),
    )


def _publish(folder: Path, manifest: Manifest) -> None:
    write_manifest(folder, manifest)
    remove_unused_files(folder, manifest)


def _refuse_outdated(manifest: Manifest, settings: MatchingSettings) -> None:
    if manifest.fingerprint != settings.fingerprint:
        raise IndexOutdatedError("The matching index was made under other words settings; rebuild it.")


def _without(
    folder: Path, records: Sequence[SegmentRecord], gone: NDArray[np.int64]
) -> tuple[tuple[SegmentRecord, ...], int]:
    """Mark the rows of these people as dead; a segment with nobody left is dropped."""
    kept, touched = [], 0
    for record in records:
        segment = _load_segment(folder, record)
        rows = np.flatnonzero(np.isin(segment.candidate_ids, gone) & segment.alive)
        touched += len(rows)
        dead = tuple(sorted({*record.dead_rows, *(int(row) for row in rows)}))
        if len(dead) < segment.size:
            kept.append(replace(record, dead_rows=dead))
    return tuple(kept), touched


def _with_new(
    folder: Path, manifest: Manifest, documents: Sequence[PoolDocument], settings: MatchingSettings
) -> Manifest:
    """Add people in new segments, weighed under the snapshot there is; a tiny last segment is merged in."""
    records = list(manifest.segments)
    parts = [count_documents(part, settings.text) for part in _parts(documents)]
    tail = [record for record in records[-1:] if record.people <= TAIL_PEOPLE]
    if parts and tail and len(documents) <= TAIL_PEOPLE:
        parts[0] = join_counted([merge_segments([_load_segment(folder, records.pop())]), parts[0]])
    snapshot = read_arrays(folder, manifest.snapshot.frequencies)
    for part in parts:
        record = _write_segment(folder, part)
        arrays = segment_weights(
            _load_segment(folder, record), snapshot, people=manifest.snapshot.people, words=settings.words
        )
        name = f"{record.name}-{_new_name()}.weights"
        records.append(replace(record, weights=write_arrays(folder, name, arrays)))
    return replace(manifest, segments=tuple(records))


def _share_changed(manifest: Manifest) -> float:
    return manifest.snapshot.changed_since / max(1, manifest.snapshot.people)


def _is_renewed_at_once(manifest: Manifest) -> bool:
    people = sum(record.people for record in manifest.segments)
    share = _share_changed(manifest)
    return share >= RENEWED_AT_ONCE_SHARE or (people <= RENEWED_AT_ONCE_PEOPLE and share >= RENEWAL_SHARE)


def _tidied(folder: Path, records: Sequence[SegmentRecord]) -> list[SegmentRecord]:
    """Write small segments, and those with people removed, anew."""
    kept = [record for record in records if record.people >= SMALL_PEOPLE and not record.dead_rows]
    if len(records) - len(kept) == 1 and not any(record.dead_rows for record in records):
        return list(records)
    group: list[Segment] = []
    for record in records:
        if record in kept:
            continue
        segment = _load_segment(folder, record)
        if group and sum(int(part.alive.sum()) for part in (*group, segment)) > SEGMENT_PEOPLE:
            kept.append(_write_segment(folder, merge_segments(group)))
            group = []
        group.append(segment)
    return [*kept, _write_segment(folder, merge_segments(group))] if group else kept


def _opened(folder: Path, manifest: Manifest) -> PoolIndex:
    for record in manifest.files:
        if record.size <= CHECKED_BYTES:
            check_file(folder, record)
    segments = [
        Segment(record.name, read_arrays(folder, record.terms), np.array(record.dead_rows, np.int64))
        for record in manifest.segments
    ]
    weights: list[Arrays] = [read_arrays(folder, record.weights) for record in manifest.segments]
    return PoolIndex(manifest, segments, weights, read_arrays(folder, manifest.snapshot.frequencies))
