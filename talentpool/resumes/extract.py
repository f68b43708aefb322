"""Reads resume files in child processes that are killed when a file costs too much.

The children are started fresh (never forked, so a threaded web server may use this), stay warm for the next file,
and are replaced when they die or have read RENEW_AFTER files. A file that kills its child gives a status; the next
file is read by another. Whoever opens a `ResumeReader` closes it.
"""

import os
import signal
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from talentpool.errors import UnavailableError
from talentpool.resumes.limits import USUAL_LIMITS, Limits
from talentpool.resumes.ocr import find_ocr, ocr_text
from talentpool.resumes.outcome import (
    ResumeProblem,
    ResumeStatus,
    ResumeText,
    without_text,
)
from talentpool.resumes.wire import FIRST_PICTURE, MOST_PICTURES, TEXT, decoded
from talentpool.resumes.worker import Worker, WorkerDiedError

RENEW_AFTER = 500  # files, so that nothing a file leaves behind grows for ever


class ResumeReader:
    """A pool of child processes that read resume files; threads may share it.

    `processes` is how many files are read at once (the number of cores when None). `ocr` is the path of the
    Tesseract command for scans, found on the PATH by default, or None for no OCR.
    """

    def __init__(
        self,
        limits: Limits = USUAL_LIMITS,
        *,
        processes: int | None = None,
        ocr: str | None = None,
        find_tesseract: bool = True,
    ) -> None:
        self._limits = limits
        self._ocr = ocr or (find_ocr() if find_tesseract else None)
        self._free = threading.BoundedSemaphore(processes or os.cpu_count() or 1)
        self._idle: list[Worker] = []
        self._guard = threading.Lock()
        self._closed = False
        self._folder = tempfile.TemporaryDirectory(prefix="talentpool-resumes-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, source: bytes | Path) -> ResumeText:
        """Read one file; whatever is in it, there is an answer within the limits.

        `OSError` when a path cannot be read, `UnavailableError` when no process can be started or the reader
        is closed.
        """
        data = source if isinstance(source, bytes) else _bytes_of(source, self._limits)
        if len(data) > self._limits.file_bytes:
            return without_text(ResumeProblem.TOO_LARGE, _too_large(self._limits))
        with self._free:
            worker = self._take()
            try:
                return self._with_ocr(worker, data, self._asked(worker, data))
            finally:
                self._give_back(worker)

    def _asked(self, worker: Worker, data: bytes) -> ResumeText:
        try:
            return decoded(worker.ask(TEXT + data, seconds=self._limits.wall_seconds))
        except TimeoutError:
            return _late(self._limits)
        except WorkerDiedError as death:
            return _late(self._limits) if death.cause is signal.SIGXCPU else _crashed(death)
        except (ValueError, TypeError, KeyError):
            worker.stop()
            return without_text(
                ResumeProblem.CRASHED, "The file made its reader answer nonsense; ask for a PDF."
            )

    def _with_ocr(self, worker: Worker, data: bytes, result: ResumeText) -> ResumeText:
        """Read a scan by OCR where that is installed; its pictures are drawn in the child, one page at a time."""
        if result.status is not ResumeStatus.SCANNED or self._ocr is None:
            return result
        pictures = []
        try:
            for page in range(min(result.pages, self._limits.ocr_pages, MOST_PICTURES)):
                command = bytes([FIRST_PICTURE + page])
                pictures.append(worker.ask(command + data, seconds=self._limits.wall_seconds))
        except (TimeoutError, WorkerDiedError):
            return result
        return ocr_text(self._ocr, pictures, result, self._limits)

    def _take(self) -> Worker:
        with self._guard:
            if self._closed:
                raise UnavailableError("The resume reader is closed.")
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return worker
                worker.stop()
        return Worker(self._limits, Path(self._folder.name))

    def _give_back(self, worker: Worker) -> None:
        worker.files_read += 1
        with self._guard:
            if not self._closed and worker.is_alive() and worker.files_read < RENEW_AFTER:
                self._idle.append(worker)
                return
        worker.stop()

    def close(self) -> None:
        """End the children; a file that is being read is still answered, its child ends after it."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.stop()
        self._folder.cleanup()


def extract_resume(source: bytes | Path, limits: Limits = USUAL_LIMITS) -> ResumeText:
    """Read one file in a child of its own; use a `ResumeReader` for more than one."""
    with ResumeReader(limits, processes=1) as reader:
        return reader.read(source)


def _bytes_of(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as file:
        return file.read(limits.file_bytes + 1)


def _too_large(limits: Limits) -> str:
    return f"The file is larger than {limits.file_bytes >> 20} MiB; ask for a smaller one, or for the text as PDF."


def _late(limits: Limits) -> ResumeText:
    message = (
        f"Reading the file took longer than {limits.cpu_seconds} seconds of work or {limits.wall_seconds:g} in all."
        " Ask for it again as a plain PDF."
    )
    return without_text(ResumeProblem.TIMED_OUT, message)


def _crashed(death: WorkerDiedError) -> ResumeText:
    how = f" ({death.cause.name})" if death.cause else ""
    message = f"The file made its reader stop{how}, so it was left unread. Ask for it again as a plain PDF."
    return without_text(ResumeProblem.CRASHED, message)
