"""Imports: what came from which file, how far it got, and every cell or row that needs a person."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, Document, LongText, Moment, PrimaryId, one_of


class ImportState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Import(Base):
    """One file brought in; `counts` has rows, created, updated, unchanged, blocked, left_out and more."""

    __tablename__ = "imports"
    __table_args__ = (one_of("state", ImportState), Index(None, "content_hash"))

    id: Mapped[PrimaryId]
    file_name: Mapped[str] = mapped_column(String(255))
    content_hash: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(160))
    mapping: Mapped[Document]
    state: Mapped[ImportState] = mapped_column(Code(ImportState))
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    bytes_done: Mapped[int] = mapped_column(default=0)
    bytes_total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[Document] = mapped_column(default=dict)
    problem: Mapped[LongText | None]
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class ImportProblem(Base):
    """A cell or row that could not be taken as it stands, with what to do about it."""

    __tablename__ = "import_problems"
    __table_args__ = (Index(None, "import_id", "line"),)

    id: Mapped[PrimaryId]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    line: Mapped[int] = mapped_column(Integer)
    column: Mapped[str | None] = mapped_column(String(320))
    value: Mapped[str | None] = mapped_column(String(500))
    message: Mapped[str] = mapped_column(String(500))
    remedy: Mapped[str] = mapped_column(String(500))
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[Document] = mapped_column(
        default=dict
    )  # the row as it was given, to be fixed and tried again
