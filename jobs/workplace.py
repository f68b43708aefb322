"""What jobs work with: an installation, the lease they work under, and the word to stop.

A `Shift` is one stretch of work under one fence. All writing goes through it, so that a process which was
replaced while it slept cannot commit when it wakes.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from talentpool.clock import current_time
from talentpool.consent.journal import keep_journal
from talentpool.database import Sessions, open_sessions
from talentpool.matching.role import BRIEFS_READ
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.secret import installation_secret
from talentpool.settings import Settings
from talentpool.work import leases, runs
from talentpool.work.leases import Fence, LeaseLostError

LEASE = "scheduler"
ITEMS_BETWEEN_REPORTS = 20
BRIEFS_KEPT = 256  # all roles of a large organisation are matched again and again


class StoppedError(Exception):
    """Say that the process was asked to end; the work under way goes back to where it came from."""


class Tenure:
    """This process's hold on the one lease under which jobs are worked on."""

    def __init__(self, sessions: Sessions, *, seconds: int, holder: str | None = None) -> None:
        self.holder = holder or _new_holder()
        self.seconds = seconds
        self._sessions = sessions
        self._fence: Fence | None = None
        self._ends_at = 0.0

    @property
    def fence(self) -> Fence | None:
        """The fence of the lease while it is ours; None once its time is over, renewed or not."""
        return self._fence if time.monotonic() < self._ends_at else None

    def renew(self, now: datetime) -> Fence | None:
        """Take or renew the lease; None while another process holds it."""
        asked_at = time.monotonic()
        with self._sessions.writing() as session:
            fence = leases.hold(session, LEASE, holder=self.holder, seconds=self.seconds, now=now)
            session.commit()
        self._fence, self._ends_at = fence, asked_at + self.seconds
        return fence

    def begin_anew(self, now: datetime) -> Fence | None:
        """Take the lease again under a new fence, so that what an outage left half-done counts as abandoned."""
        self.let_go(now)
        self.holder = _new_holder()
        return self.renew(now)

    def let_go(self, now: datetime) -> None:
        """End the lease, so that the next process need not wait for it to run out."""
        if self._fence is not None:
            with self._sessions.writing() as session:
                leases.let_go(session, LEASE, fence=self._fence, now=now)
                session.commit()
        self._fence = None


class AtWork:
    """The jobs this process is working on: none of them runs beside itself, however late it is."""

    def __init__(self) -> None:
        self._jobs: set[str] = set()
        self._turn = threading.Lock()

    def has(self, job: str) -> bool:
        """Say whether a job is being worked on."""
        return job in self._jobs

    @contextmanager
    def on(self, job: str) -> Iterator[bool]:
        """Work on a job until the block ends; gives False when that is being done already."""
        with self._turn:
            is_free = job not in self._jobs
            self._jobs.add(job)
        try:
            yield is_free
        finally:
            if is_free:
                self._jobs.discard(job)


def _new_holder() -> str:
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{uuid4().hex[:8]}"


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """One installation as a process that works on jobs holds it open."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    secret: bytes
    keeper: IndexKeeper
    tenure: Tenure
    clock: Callable[[], datetime] = current_time
    stopping: threading.Event = field(default_factory=threading.Event)
    at_work: AtWork = field(default_factory=AtWork)

    def shift(self) -> "Shift | None":
        """Begin a stretch of work; None while another process holds the lease."""
        fence = self.tenure.fence
        return None if fence is None else Shift(workplace=self, fence=fence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One stretch of work under one fence."""

    workplace: Workplace
    fence: Fence
    run_id: int | None = None  # of the run of a job that this stretch is for

    @property
    def now(self) -> datetime:
        """The time now."""
        return self.workplace.clock()

    def go_on(self) -> None:
        """Ask between two items whether to go on; raises StoppedError or LeaseLostError."""
        if self.workplace.stopping.is_set():
            raise StoppedError
        if self.workplace.tenure.fence != self.fence:
            raise LeaseLostError("The lease ran out while this process was at work; another one goes on.")

    def go_on_importing(self) -> None:
        """Ask the same within an import: a lost lease is no error of it, whoever holds it now goes on; StoppedError."""
        try:
            self.go_on()
        except LeaseLostError as loss:
            raise StoppedError from loss

    def report(self, done: int, expected: int) -> None:
        """Tell whoever looks at the jobs how far this run is; often enough for a person, seldom enough for the disk."""
        if self.run_id is not None and (done % ITEMS_BETWEEN_REPORTS == 0):
            with self.writing() as session:
                runs.note_progress(session, self.run_id, done=done, expected=expected, fence=self.fence)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that is committed at its end, if the lease is still ours then."""
        with self.workplace.sessions.writing() as session:
            yield session
            leases.require_held(session, LEASE, fence=self.fence)
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session to look things up."""
        with self.workplace.sessions.reading() as session:
            yield session


def open_workplace(settings: Settings, engine: Engine) -> Workplace:
    """Open an installation for a process that works on jobs."""
    BRIEFS_READ.most = BRIEFS_KEPT
    sessions = keep_journal(open_sessions(engine), settings.home)
    return Workplace(
        settings=settings,
        engine=engine,
        sessions=sessions,
        secret=installation_secret(settings),
        keeper=IndexKeeper(settings.index_folder),
        tenure=Tenure(sessions, seconds=settings.schedule.lease_seconds),
    )


@contextmanager
def on_duty(workplace: Workplace) -> Iterator[Shift | None]:
    """Hold the lease for one stretch of work, however long; None while another process holds it."""
    if workplace.tenure.renew(workplace.clock()) is None:
        yield None
        return
    over = threading.Event()

    def keep() -> None:
        while not over.wait(workplace.tenure.seconds / 3):
            with suppress(OperationalError):  # the next look may reach the database again
                workplace.tenure.renew(workplace.clock())

    keeper = threading.Thread(target=keep, name="keep-lease", daemon=True)
    keeper.start()
    try:
        yield workplace.shift()
    finally:
        over.set()
        keeper.join()
        workplace.tenure.let_go(workplace.clock())
