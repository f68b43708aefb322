"""Tidies the index in the background: small segments become one, people removed leave the files for good.

The work is done beside the index, in a room of its own, while others read and write; only the exchange of
files takes the writers' lock, for a moment. Whoever finds that the index has moved on lets it be: the next
tidying comes soon. A killed tidying leaves nothing that is read, and the next one clears its room.
"""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import UnavailableError
from talentpool.matching.arrays import Arrays, FileRecord, read_arrays, write_arrays
from talentpool.matching.errors import IndexDamagedError
from talentpool.matching.manifest import (
    Manifest,
    SegmentRecord,
    SnapshotRecord,
    only_writer,
    publish,
    read_manifest,
    refuse_outdated,
    unused_files,
)
from talentpool.matching.segment_files import (
    Weighing,
    load_segment,
    new_name,
    write_renewed,
    write_segment,
    write_weights,
)
from talentpool.matching.segments import SEGMENT_PEOPLE, merge_segments
from talentpool.matching.settings import MatchingSettings

SMALL_PEOPLE = 4_096
SMALL_SEGMENTS = 4
"""So many segments smaller than that are merged into one."""
RENEWAL_SHARE = 0.01
"""The snapshot is due once so many of its people have changed."""
ROOM, ROOM_LOCK = "tidying", "tidying.lock"


def compact_index(folder: Path, settings: MatchingSettings) -> None:
    """Merge small segments, drop what is left of people removed, renew the document frequencies."""
    tidy_index(folder, settings, least_small=2)
    renew_frequencies(folder, settings)


def is_tidying_due(folder: Path) -> bool:
    """Say whether people removed, or files nobody names, are still there, or small segments have added up."""
    manifest = read_manifest(folder)
    return bool(_groups(manifest.segments, SMALL_SEGMENTS)) or bool(unused_files(folder, manifest))


def is_renewal_due(folder: Path) -> bool:
    """Say whether so many people changed that the document frequencies no longer fit."""
    return share_changed(read_manifest(folder)) >= RENEWAL_SHARE


def share_changed(manifest: Manifest) -> float:
    """Give the share of the snapshot's people who have changed since."""
    return manifest.snapshot.changed_since / max(1, manifest.snapshot.people)


def tidy_index(folder: Path, settings: MatchingSettings, *, least_small: int = SMALL_SEGMENTS) -> None:
    """Write anew only segments that hold people removed, and small ones together; the snapshot stays."""
    with _room(folder) as room:
        manifest = read_manifest(folder)
        refuse_outdated(manifest, settings)
        for group in _groups(manifest.segments, least_small):
            with _unless_moved_on(folder, manifest):
                merged = _merged(folder, room, manifest, group, settings)
                with only_writer(folder):
                    _exchange(folder, room, manifest, merged)
        with only_writer(folder):
            for path in unused_files(folder, read_manifest(folder)):
                path.unlink(missing_ok=True)


def renew_frequencies(folder: Path, settings: MatchingSettings) -> None:
    """Count document frequencies again and weigh everybody under them."""
    with _room(folder) as room:
        before = read_manifest(folder)
        refuse_outdated(before, settings)
        with _unless_moved_on(folder, before):
            renewed = write_renewed(folder, room, before.segments, settings, position=before.position)
            with only_writer(folder):
                _take_over(folder, room, before, renewed, settings)


def tidied_at_once(folder: Path, records: Sequence[SegmentRecord]) -> list[SegmentRecord]:
    """Do the same for the segments of a small pool, without weighing them; the caller holds the lock."""
    kept = list(records)
    for group in _groups(records, least_small=2):
        merged = merge_segments([load_segment(folder, record) for record in group])
        kept = [record for record in kept if record not in group]
        if len(merged.candidate_ids):
            kept.append(write_segment(folder, merged))
    return kept


def _groups(records: Sequence[SegmentRecord], least_small: int) -> list[list[SegmentRecord]]:
    """Choose what is written anew: each group becomes one segment."""
    small = [record for record in records if record.people < SMALL_PEOPLE]
    groups = [[record] for record in records if record.dead_rows and record not in small]
    if len(small) < least_small:
        return groups + [[record] for record in small if record.dead_rows]
    group: list[SegmentRecord] = []
    for record in small:
        if sum(one.people for one in (*group, record)) > SEGMENT_PEOPLE:
            groups.append(group)
            group = []
        group.append(record)
    return [*groups, group]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Merged:
    """A segment made of others, all of which it replaces; None when nobody was left."""

    group: tuple[SegmentRecord, ...]
    record: SegmentRecord | None
    candidate_ids: NDArray[np.int64]
    given_up: NDArray[np.uint64]


def _merged(
    folder: Path, room: Path, manifest: Manifest, group: Sequence[SegmentRecord], settings: MatchingSettings
) -> _Merged:
    segments = [load_segment(folder, record) for record in group]
    counted = merge_segments(segments)
    record = None
    if len(counted.candidate_ids):
        weighing = Weighing.of(folder, manifest.snapshot, settings)
        record = write_weights(room, room, write_segment(room, counted), weighing)
    return _Merged(
        group=tuple(group),
        record=record,
        candidate_ids=counted.candidate_ids,
        given_up=np.unique(np.concatenate([segment.dead_hashes() for segment in segments])),
    )


def _exchange(folder: Path, room: Path, before: Manifest, merged: _Merged) -> None:
    """Put a merged segment in the place of others, unless one of them is gone already."""
    now = read_manifest(folder)
    record_by_name = {record.name: record for record in now.segments}
    group = [record_by_name.get(record.name) for record in merged.group]
    if now.snapshot.frequencies != before.snapshot.frequencies or None in group:
        return
    replaced = [record for record in group if record is not None]
    records = [record for record in now.segments if record not in replaced]
    if merged.record is not None:
        gone = _gone_ids(folder, replaced)
        dead = tuple(np.flatnonzero(np.isin(merged.candidate_ids, gone)).tolist())
        if len(dead) < merged.record.people:
            place = now.segments.index(replaced[0])
            _move(room, folder, [merged.record.terms, merged.record.weights])
            records.insert(min(place, len(records)), replace(merged.record, dead_rows=dead))
    updated = replace(now, segments=tuple(records), generation=new_name())
    publish(folder, replace(updated, snapshot=_without_given_up(folder, updated, merged.given_up)))


def _gone_ids(folder: Path, records: Sequence[SegmentRecord]) -> NDArray[np.int64]:
    """List the people of some segments who do not count, those removed in the meantime included."""
    segments = [load_segment(folder, record) for record in records]
    gone = [segment.candidate_ids[~segment.alive] for segment in segments]
    back = np.concatenate([segment.candidate_ids[segment.alive] for segment in segments])
    return np.setdiff1d(np.concatenate(gone), back)


def _without_given_up(folder: Path, manifest: Manifest, given_up: NDArray[np.uint64]) -> SnapshotRecord:
    """Take words that nobody has any more out of the snapshot, where two people removed had them."""
    snapshot = read_arrays(folder, manifest.snapshot.frequencies)
    known = snapshot["hashes"]
    asked = given_up[np.isin(given_up, known[_places(known, given_up)])] if len(known) else given_up[:0]
    for record in manifest.segments:
        asked = asked[~load_segment(folder, record).has_alive(asked)] if len(asked) else asked
    if not len(asked):
        return manifest.snapshot
    kept = np.ones(len(known), bool)
    kept[_places(known, asked)] = False
    arrays: Arrays = {name: values[kept] for name, values in snapshot.items()}
    return replace(manifest.snapshot, frequencies=write_arrays(folder, f"{new_name()}.snapshot", arrays))


def _places(known: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.minimum(np.searchsorted(known, hashes), len(known) - 1)


def _take_over(
    folder: Path, room: Path, before: Manifest, renewed: Manifest, settings: MatchingSettings
) -> None:
    """Put renewed weights in place; people who came meanwhile are weighed under the new snapshot too."""
    now = read_manifest(folder)
    if now.fingerprint != before.fingerprint or now.snapshot.frequencies != before.snapshot.frequencies:
        return
    weights_by_name = {record.name: record.weights for record in renewed.segments}
    moved = [record for record in now.segments if record.name in weights_by_name]
    _move(room, folder, [weights_by_name[record.name] for record in moved])
    _move(room, folder, [renewed.snapshot.frequencies])
    weighing = Weighing.of(folder, renewed.snapshot, settings)
    segments = tuple(
        replace(record, weights=weights_by_name[record.name])
        if record.name in weights_by_name
        else write_weights(folder, folder, record, weighing)
        for record in now.segments
    )
    meanwhile = max(0, now.snapshot.changed_since - before.snapshot.changed_since)
    publish(
        folder,
        replace(
            now,
            generation=renewed.generation,
            segments=segments,
            snapshot=replace(renewed.snapshot, changed_since=meanwhile),
        ),
    )


def _move(room: Path, folder: Path, files: Sequence[FileRecord]) -> None:
    for file in files:
        (room / file.name).replace(folder / file.name)


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Work in an empty room beside the index, one process at a time; what is left in it is cleared away."""
    room = folder / ROOM
    try:
        with (folder / ROOM_LOCK).open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            shutil.rmtree(room, ignore_errors=True)
            room.mkdir()
            yield room
            shutil.rmtree(room, ignore_errors=True)
    except OSError as error:
        raise UnavailableError(f"The matching index in {folder} cannot be tidied: {error}") from error


@contextmanager
def _unless_moved_on(folder: Path, manifest: Manifest) -> Iterator[None]:
    """Forgive a missing file where a writer has replaced the index meanwhile."""
    try:
        yield
    except IndexDamagedError:
        if read_manifest(folder).generation == manifest.generation:
            raise
