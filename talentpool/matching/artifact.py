"""The matching index on disk: made, brought up to date and opened.

The index is derived; the database is the truth. Whenever it is missing, outdated or damaged the caller makes
it anew from the pool's documents. `position` says where in the list of changes it stands, in the caller's words.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import InvalidInputError
from talentpool.matching.arrays import Arrays, check_file, check_once, read_arrays
from talentpool.matching.building import Effort, make_segments
from talentpool.matching.documents import AnyDocument, PoolDocument
from talentpool.matching.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from talentpool.matching.index import PoolIndex
from talentpool.matching.manifest import (
    Manifest,
    SegmentRecord,
    only_writer,
    publish,
    read_manifest,
    refuse_outdated,
)
from talentpool.matching.segment_files import (
    CHECKED_BYTES,
    Weighing,
    load_segment,
    new_name,
    write_renewed,
    write_segment,
    write_weights,
)
from talentpool.matching.segments import Segment, count_documents, join_counted, merge_segments
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.tidying import RENEWAL_SHARE, share_changed, tidied_at_once

TAIL_PEOPLE = 64
"""A last segment smaller than this is merged into the next update; more would make an update slow."""
RENEWED_AT_ONCE_PEOPLE = 2_000
RENEWED_AT_ONCE_SHARE = 0.2
"""A small pool, or one that has become another, is not left under a snapshot that is due."""
OPENING_TRIES = 5


def build_index(
    folder: Path,
    documents: Iterable[AnyDocument],
    settings: MatchingSettings,
    *,
    position: str,
    effort: Effort = Effort(),  # noqa: B008 - a frozen value
) -> None:
    """Make the index anew from the whole pool, beside the old one, and put it in its place in one step."""
    with only_writer(folder):
        records = make_segments(folder, documents, settings.text, effort)
        _refuse_doubles(folder, records)
        publish(folder, write_renewed(folder, folder, records, settings, position=position))


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
        refuse_outdated(manifest, settings)
        by_id = {document.candidate_id: document for document in changed}
        gone = np.array(sorted({*by_id, *removed}), np.int64)
        records, touched = _without(folder, manifest.segments, gone)
        updated = _with_new(folder, replace(manifest, segments=records), list(by_id.values()), settings)
        snapshot = replace(
            updated.snapshot, changed_since=manifest.snapshot.changed_since + max(touched, len(by_id))
        )
        updated = replace(updated, snapshot=snapshot, position=position, generation=new_name())
        if _is_renewed_at_once(updated):
            tidied = tidied_at_once(folder, updated.segments)
            updated = write_renewed(folder, folder, tidied, settings, position=position)
        publish(folder, updated)


def open_index(folder: Path, settings: MatchingSettings | None = None) -> PoolIndex:
    """Map the index. With settings, one made under others is refused; small files are checked in full."""
    for attempt in range(OPENING_TRIES):
        manifest = read_manifest(folder)
        if settings is not None:
            refuse_outdated(manifest, settings)
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


def _refuse_doubles(folder: Path, records: Sequence[SegmentRecord]) -> None:
    if not records:
        return
    ids, counts = np.unique(
        np.concatenate([load_segment(folder, record).candidate_ids for record in records]),
        return_counts=True,
    )
    if (counts > 1).any():
        raise InvalidInputError(f"Candidate {ids[counts > 1][0]} was given to the matching index twice.")


def _without(
    folder: Path, records: Sequence[SegmentRecord], gone: NDArray[np.int64]
) -> tuple[tuple[SegmentRecord, ...], int]:
    """Mark the rows of these people as dead; a segment with nobody left is dropped."""
    kept, touched = [], 0
    for record in records:
        segment = Segment(
            record.name, read_arrays(folder, record.terms), np.array(record.dead_rows, np.int64)
        )
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
    if not documents:
        return manifest
    records = list(manifest.segments)
    tail = [record for record in records[-1:] if record.people <= TAIL_PEOPLE]
    if len(documents) > TAIL_PEOPLE:
        new = make_segments(folder, documents, settings.text, Effort())
    else:
        counted = count_documents(documents, settings.text)
        if tail:
            counted = join_counted([merge_segments([load_segment(folder, records.pop())]), counted])
        new = [write_segment(folder, counted)]
    weighing = Weighing.of(folder, manifest.snapshot, settings)
    records += [write_weights(folder, folder, record, weighing) for record in new]
    return replace(manifest, segments=tuple(records))


def _is_renewed_at_once(manifest: Manifest) -> bool:
    people = sum(record.people for record in manifest.segments)
    share = share_changed(manifest)
    return share >= RENEWED_AT_ONCE_SHARE or (people <= RENEWED_AT_ONCE_PEOPLE and share >= RENEWAL_SHARE)


def _opened(folder: Path, manifest: Manifest) -> PoolIndex:
    for record in manifest.files:
        if record.size <= CHECKED_BYTES:
            check_once(folder, record)
    segments = [
        Segment(record.name, read_arrays(folder, record.terms), np.array(record.dead_rows, np.int64))
        for record in manifest.segments
    ]
    weights: list[Arrays] = [read_arrays(folder, record.weights) for record in manifest.segments]
    return PoolIndex(manifest, segments, weights, read_arrays(folder, manifest.snapshot.frequencies))
