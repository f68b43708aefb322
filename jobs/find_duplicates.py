"""People who might be in the pool twice are found, so that a recruiter can make them one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from jobs.workplace import Shift
from talentpool.candidates.duplicate_scan import Scanned, scan_pool
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Look over the whole pool; counts the people looked at."""
    return Outcome(items=scan(shift, everybody=True).people)


def scan(shift: Shift, *, everybody: bool) -> Scanned:
    """Look for duplicates in pieces, each of which ends when the process is asked to stop."""

    @contextmanager
    def writing() -> Iterator[Session]:
        shift.go_on()
        with shift.writing() as session:
            yield session

    return scan_pool(writing, now=lambda: shift.now, everybody=everybody)
