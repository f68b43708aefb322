"""What a candidate sent or said: resumes with their visible text, and facts with a date."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import Base, Code, Document, Listing, LongText, Moment, PrimaryId, one_of
from talentpool.resumes.outcome import ResumeStatus

__all__ = ["Fact", "FactKind", "Resume", "ResumeStatus"]


class FactKind(StrEnum):
    """What was asked or said; never current or past pay, never nationality."""

    PAY_EXPECTATION = "pay_expectation"
    NOTICE = "notice"
    RIGHT_TO_WORK = "right_to_work"
    LANGUAGE = "language"
    SENIORITY = "seniority"
    LOCATION = "location"
    CONTRACT_TYPE = "contract_type"


class Resume(Base):
    """One resume: what a reader sees of it, and where its original lies if it came as a file."""

    __tablename__ = "resumes"
    __table_args__ = (
        UniqueConstraint("candidate_id", "content_hash"),
        one_of("status", ResumeStatus),
        UniqueConstraint("file_key"),
        Index(None, "candidate_id", "dated_on", "created_at", "status"),
    )

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64))  # SHA-256 of the file, or of the text from a cell
    has_file: Mapped[bool] = mapped_column(default=False)  # the original lies in the home
    file_key: Mapped[str | None] = mapped_column(String(32))  # under this random name
    file_name: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100), default="text/plain")
    size_bytes: Mapped[int] = mapped_column(Integer)
    visible_text: Mapped[LongText]
    status: Mapped[ResumeStatus] = mapped_column(Code(ResumeStatus))
    problem: Mapped[str | None] = mapped_column(String(500))
    hidden_lines: Mapped[
        Listing | None
    ]  # [reason, page, text] of what software reads and a person does not see
    source: Mapped[str | None] = mapped_column(String(160))  # where the file came from
    proposed: Mapped[Listing | None]  # [field, old, new] of what it says otherwise, until somebody decides
    taken_over: Mapped[Document | None]  # what was changed by it, as a ledger has it
    dated_on: Mapped[date | None] = mapped_column(Date)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]


class Fact(Base):
    """Something asked or said on a day; unknown never counts against anybody."""

    __tablename__ = "facts"
    __table_args__ = (one_of("kind", FactKind), Index(None, "candidate_id", "kind"))

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    kind: Mapped[FactKind] = mapped_column(Code(FactKind))
    said: Mapped[str] = mapped_column(String(500))  # in the words of the source
    value: Mapped[Document] = mapped_column(default=dict)  # amount and currency, weeks, country, level
    stated_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str | None] = mapped_column(String(160))
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
