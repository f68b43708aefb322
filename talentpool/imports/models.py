"""Imports: what came from which file, how far it got, and every cell or row that needs a person."""

from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, BigId, Code, Document, LongText, Moment, PrimaryId, one_of


class ImportState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class CheckState(StrEnum):
    """Where the check of an uploaded file stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
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
    rows_total: Mapped[int | None] = mapped_column(Integer)  # known once the file has been looked through
    rows_per_second: Mapped[float | None] = mapped_column(Float)  # as measured up to the last chunk
    counts: Mapped[Document] = mapped_column(default=dict)
    problem: Mapped[LongText | None]
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    undo_began_at: Mapped[Moment | None]
    undone_at: Mapped[Moment | None]
    undo_outcome: Mapped[Document | None]  # what was taken back, and what stayed and why


class ImportUpload(Base):
    """An uploaded file: the files it came with, and what its check before the import found.

    Files that came together are one export, joined by the ids in them; the first of them speaks for all.
    """

    __tablename__ = "import_uploads"
    __table_args__ = (one_of("check_state", CheckState),)

    import_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    first_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    check_state: Mapped[CheckState | None] = mapped_column(Code(CheckState))
    choices_key: Mapped[str | None] = mapped_column(String(64))  # of what had been chosen when it was checked
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_per_second: Mapped[float | None] = mapped_column(Float)
    report: Mapped[Document | None]
    problem: Mapped[LongText | None]


class ImportChange(Base):
    """What an import did to a record that was there before, so that it can be taken back.

    Without `before` the record itself came with the import, or the import asked for what stood already.
    """

    __tablename__ = "import_changes"
    __table_args__ = (Index(None, "record", "record_id"),)

    id: Mapped[PrimaryId]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    record: Mapped[str] = mapped_column(String(64))  # the table
    record_id: Mapped[int] = mapped_column(BigId)
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[Document | None]
    after: Mapped[Document | None]


class SourceRow(Base):
    """One row of another system as it came last, as keyed hashes: whose it is, and whether it is the same again."""

    __tablename__ = "source_rows"
    __table_args__ = (UniqueConstraint("source", "row_key"),)

    id: Mapped[PrimaryId]
    source: Mapped[str] = mapped_column(String(160))
    row_key: Mapped[str] = mapped_column(String(32))  # of the ids in it, or else of the whole row
    row_hash: Mapped[str] = mapped_column(String(32))  # of all it says, files too, and of how it was read
    # Of its cells and of how its resume files lay: while that is the same they need no reading. None without files.
    seen_hash: Mapped[str | None] = mapped_column(String(32))
    said_at: Mapped[Moment]  # when the source said so last
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)


class DeletionThere(Base):
    """That another system says it has deleted somebody, and what became of it here.

    It is asked about under Requests, or held where it is one of very many: then a person decides about all of them.
    """

    __tablename__ = "deletions_there"
    __table_args__ = (Index(None, "source", "told_at"),)

    id: Mapped[PrimaryId]
    source: Mapped[str] = mapped_column(String(160))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    external_id: Mapped[str] = mapped_column(String(160))  # there; empty where it was told without
    told_at: Mapped[Moment]
    held_at: Mapped[Moment | None]  # it waits for somebody who decides about all of the source together
    asked_at: Mapped[Moment | None]  # it became a request to be erased
    decided_at: Mapped[Moment | None]  # somebody let all be asked about (with `asked_at`), or refused them;
    # never held nor asked: another id of theirs is still there, so nothing is asked until that is deleted, too


class ImportMapping(Base):
    """What somebody said about a file, kept under a name and offered again for files with the same columns."""

    __tablename__ = "import_mappings"
    __table_args__ = (UniqueConstraint("name"), Index(None, "header_key"))

    id: Mapped[PrimaryId]
    name: Mapped[str] = mapped_column(String(160))
    header_key: Mapped[str] = mapped_column(String(64))  # SHA-256 of the folded headers
    mapping: Mapped[Document]  # columns, stage, disposition, reason, as in a mapping file
    saved_at: Mapped[Moment]


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
