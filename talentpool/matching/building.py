"""Makes the segments of a whole pool: in this process, or for a large pool in several beside it.

Texts are streamed to the workers in small chunks, a few waiting at a time; each worker reads and counts them as they come
and writes a segment when it is full, and only the names of finished files come back. So memory is bounded by one
segment a worker however large the pool.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait as wait_for_end
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Full

from talentpool.errors import UnavailableError
from talentpool.matching.documents import AnyDocument, PoolDocument
from talentpool.matching.manifest import SegmentRecord
from talentpool.matching.segment_files import write_segment
from talentpool.matching.segments import SEGMENT_PEOPLE, count_documents
from talentpool.matching.text import TextRules

SEGMENT_CHARACTERS = 128_000_000
CHUNK_CHARACTERS = 500_000
CHUNKS_ALONE = 32
"""A pool of no more chunks is counted in this process: to begin others takes a second."""
CHUNKS_WAITING = 2
"""So many for each worker."""
MOST_WORKERS = 8
"""Each worker takes up to a gigabyte."""
LONGEST_WAIT_SECONDS = 0.2

Chunk = list[AnyDocument]


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
    folder: Path, documents: Iterable[AnyDocument], rules: TextRules, effort: Effort
) -> list[SegmentRecord]:
    """Count everybody and write the segments; raises UnavailableError if a worker dies."""
    chunks = _chunks(documents)
    first = list(islice(chunks, CHUNKS_ALONE + 1))
    workers = effort.workers or min(MOST_WORKERS, len(os.sched_getaffinity(0)))
    chunks = _watched(chain(first, chunks), effort)
    if len(first) <= CHUNKS_ALONE or workers < 2 or multiprocessing.current_process().daemon:
        return list(_segments(folder, chunks, rules))
    return _in_workers(folder, chunks, rules, workers)


def _chunks(documents: Iterable[AnyDocument]) -> Iterator[Chunk]:
    chunk, characters = Chunk(), 0
    for document in documents:
        chunk.append(document)
        characters += document.characters
        if characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _watched(chunks: Iterable[Chunk], effort: Effort) -> Iterator[Chunk]:
    """Tell whoever wants to know how many people have been taken."""
    people, started = 0, time.perf_counter()
    for chunk in chunks:
        yield chunk
        people += len(chunk)
        if effort.report is not None:
            per_second = people / max(time.perf_counter() - started, 1e-9)
            effort.report(BuildProgress(people=people, total=effort.total, per_second=per_second))


def _segments(folder: Path, chunks: Iterable[Chunk], rules: TextRules) -> Iterator[SegmentRecord]:
    documents = (document.read() for document in chain.from_iterable(chunks))
    for first in documents:
        yield write_segment(folder, count_documents(_one_segment(first, documents), rules))


def _one_segment(first: PoolDocument, others: Iterator[PoolDocument]) -> Iterator[PoolDocument]:
    """Take from the stream until a segment is full, by people or by characters."""
    yield first
    people, characters = 1, len(first.text)
    while people < SEGMENT_PEOPLE and characters < SEGMENT_CHARACTERS:
        document = next(others, None)
        if document is None:
            return
        yield document
        people += 1
        characters += len(document.text)


def _in_workers(folder: Path, chunks: Iterable[Chunk], rules: TextRules, workers: int) -> list[SegmentRecord]:
    context = multiprocessing.get_context("spawn")
    queue: Queue[Chunk | None] = context.Queue(CHUNKS_WAITING * workers)
    queue.cancel_join_thread()  # once the workers are gone nobody wants what is left in it
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(queue, folder, rules))
    try:
        tasks = [pool.submit(_work) for _ in range(workers)]
        try:
            for chunk in chunks:
                _hand_over(queue, chunk, tasks)
        finally:
            _say_the_end(queue, tasks)
        return [record for task in tasks for record in task.result()]
    except BrokenProcessPool as error:
        raise UnavailableError(
            "The matching index was not made: one of its worker processes ended before its work was done, "
            "perhaps for lack of memory. The old index stands; try again with more memory free."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


Tasks = Sequence[Future[list[SegmentRecord]]]


def _hand_over(queue: "Queue[Chunk | None]", chunk: Chunk, tasks: Tasks) -> None:
    """Wait until there is room for a chunk; what went wrong in a worker is raised here."""
    while True:
        for task in tasks:
            if task.done():
                task.result()
        with suppress(Full):
            return queue.put(chunk, timeout=LONGEST_WAIT_SECONDS)


def _say_the_end(queue: "Queue[Chunk | None]", tasks: Tasks) -> None:
    """Tell every worker that nothing more comes; one that failed does not hear it."""
    for task in tasks:
        while not task.done():
            with suppress(Full):
                queue.put(None, timeout=LONGEST_WAIT_SECONDS)
                break


_given: "tuple[Queue[Chunk | None], Path, TextRules] | None" = None
"""What a worker was told when it began."""


def _begin(queue: "Queue[Chunk | None]", folder: Path, rules: TextRules) -> None:
    """Begin as a worker: it ends with the process that started it, which alone hears Ctrl-C."""
    global _given
    _given = queue, folder, rules
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for_end([sentinel])
    os._exit(1)


def _work() -> list[SegmentRecord]:
    if _given is None:
        raise RuntimeError("A worker was given work before it began.")
    queue, folder, rules = _given
    chunks: Iterable[Chunk] = iter(queue.get, None)
    return list(_segments(folder, chunks, rules))
