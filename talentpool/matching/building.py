"""Makes the segments of a whole pool: in this process, or for a large pool in several beside it.

Texts are streamed to the workers, at most one waiting for each, and only the names of finished files come
back; so memory is bounded by a few segments however large the pool. Either way the files hold the same.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait as wait_for_end
from pathlib import Path

from talentpool.errors import UnavailableError
from talentpool.matching.documents import PoolDocument
from talentpool.matching.manifest import SegmentRecord
from talentpool.matching.segment_files import write_segment
from talentpool.matching.segments import SEGMENT_PEOPLE, count_documents
from talentpool.matching.text import TextRules

SEGMENT_CHARACTERS = 64_000_000
FIRST_CHARACTERS = (8_000_000, 8_000_000, 16_000_000, 16_000_000, 32_000_000, 32_000_000)
"""The first segments are smaller, so that every worker begins soon and a middling pool is shared out."""
MOST_WORKERS = 8
"""Each worker takes up to a gigabyte."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildProgress:
    """How far a build is: people done, of how many (None if nobody knows), and how many a second."""

    people: int
    total: int | None
    per_second: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """How a pool is built: in how many processes (None: as many as there are cores), and who is told of it."""

    workers: int | None = None
    total: int | None = None
    report: Callable[[BuildProgress], None] | None = None


def make_segments(
    folder: Path, documents: Iterable[PoolDocument], rules: TextRules, effort: Effort
) -> list[SegmentRecord]:
    """Count everybody and write the segments, in the order given; raises UnavailableError if a worker dies."""
    parts = _parts(documents)
    first = list(islice(parts, 2))
    workers = effort.workers or min(MOST_WORKERS, len(os.sched_getaffinity(0)))
    parts, progress = chain(first, parts), _Progress(effort)
    if len(first) < 2 or workers < 2 or multiprocessing.current_process().daemon:
        return [progress.counted(_make_segment(folder, part, rules)) for part in parts]
    return _in_workers(folder, parts, rules, workers, progress)


def _parts(documents: Iterable[PoolDocument]) -> Iterator[list[PoolDocument]]:
    """Cut the pool into segments, by people and by characters."""
    part: list[PoolDocument] = []
    characters, limits = 0, iter(FIRST_CHARACTERS)
    limit = next(limits)
    for document in documents:
        if part and (len(part) == SEGMENT_PEOPLE or characters + len(document.text) > limit):
            yield part
            part, characters, limit = [], 0, next(limits, SEGMENT_CHARACTERS)
        part.append(document)
        characters += len(document.text)
    if part:
        yield part


class _Progress:
    """Counts the people of finished segments and tells whoever wants to know."""

    def __init__(self, effort: Effort) -> None:
        self.effort, self.people, self.started = effort, 0, time.perf_counter()

    def counted(self, record: SegmentRecord) -> SegmentRecord:
        """Count one more segment."""
        self.people += record.people
        if self.effort.report is not None:
            seconds = max(time.perf_counter() - self.started, 1e-9)
            self.effort.report(
                BuildProgress(people=self.people, total=self.effort.total, per_second=self.people / seconds)
            )
        return record


def _make_segment(folder: Path, documents: list[PoolDocument], rules: TextRules) -> SegmentRecord:
    return write_segment(folder, count_documents(documents, rules))


def _in_workers(
    folder: Path,
    parts: Iterable[list[PoolDocument]],
    rules: TextRules,
    workers: int,
    progress: _Progress,
) -> list[SegmentRecord]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(folder, rules))
    try:
        made, pending = list[Future[SegmentRecord]](), set[Future[SegmentRecord]]()
        for part in parts:
            made.append(pool.submit(_work, part))
            pending.add(made[-1])
            if len(pending) > workers:
                pending = _one_finished(pending, progress)
        while pending:
            pending = _one_finished(pending, progress)
        return [future.result() for future in made]
    except BrokenProcessPool as error:
        raise UnavailableError(
            "The matching index was not made: one of its worker processes ended before its work was done, "
            "perhaps for lack of memory. The old index stands; try again with more memory free."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_finished(pending: set[Future[SegmentRecord]], progress: _Progress) -> set[Future[SegmentRecord]]:
    """Wait for a worker; what went wrong in it is raised here."""
    done, pending = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        progress.counted(future.result())
    return pending


_given: tuple[Path, TextRules] | None = None
"""What a worker was told when it began."""


def _begin(folder: Path, rules: TextRules) -> None:
    """Begin as a worker: it ends with the process that started it, which alone hears Ctrl-C."""
    global _given
    _given = folder, rules
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for_end([sentinel])
    os._exit(1)


def _work(documents: list[PoolDocument]) -> SegmentRecord:
    if _given is None:
        raise RuntimeError("A worker was given work before it began.")
    folder, rules = _given
    return _make_segment(folder, documents, rules)
