"""What the machine has to do and has done: asked-for work, runs of jobs, and who holds which lease."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, Document, Listing, LongText, Moment, PrimaryId, one_of


class WorkState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class AskedWork(Base):
    """Something a person asked for that takes longer than a request: an import, a re-match."""

    __tablename__ = "asked_work"
    __table_args__ = (one_of("state", WorkState), Index(None, "state", "due_at"))

    id: Mapped[PrimaryId]
    kind: Mapped[str] = mapped_column(String(64))
    details: Mapped[Document] = mapped_column(default=dict)
    state: Mapped[WorkState] = mapped_column(Code(WorkState))
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[Moment]
    due_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int | None]  # of the lease under which it was taken
    problem: Mapped[LongText | None]


class JobRun(Base):
    """One due run of one job; the unique key makes a second scheduler's try harmless."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("job", "due_at"),
        one_of("state", WorkState),
        Index(None, "started_at"),
    )

    id: Mapped[PrimaryId]
    job: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[Moment]
    started_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    state: Mapped[WorkState] = mapped_column(Code(WorkState))
    items: Mapped[int] = mapped_column(Integer, default=0)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    expected: Mapped[int | None] = mapped_column(Integer)  # items, while it is under way
    fence: Mapped[int | None]
    problem: Mapped[LongText | None]
    notes: Mapped[Listing | None]  # its log: one sentence for each item that failed


class JobPlan(Base):
    """One job as the scheduler goes by it, and whether an administrator lets it rest."""

    __tablename__ = "job_plans"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    why: Mapped[LongText]
    due_words: Mapped[str | None] = mapped_column(String(80))
    next_at: Mapped[Moment | None]
    paused_at: Mapped[Moment | None]
    paused_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )


class Lease(Base):
    """Who may work under a name until when; the fence grows with every change of hands."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(128))
    fence: Mapped[int]
    expires_at: Mapped[Moment]
