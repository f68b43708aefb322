"""What we may do: on which basis somebody is kept, and who must not be contacted, kept or added."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import (
    NEVER_AN_ID_TWICE,
    Base,
    Code,
    Document,
    LongText,
    Moment,
    PrimaryId,
    one_of,
)


class Basis(StrEnum):
    """The lawful ground for keeping somebody in the pool."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONTRACT = "contract"
    LEGAL = "legal"


class SuppressionScope(StrEnum):
    """What is held back: writing, ranking at all, or ever being added again."""

    CONTACT = "contact"
    PROCESSING = "processing"
    ERASED = "erased"


class HoldKind(StrEnum):
    """What stands against contact for a time, and is not the person's last word."""

    ACCESS_REQUEST = "access_request"
    FEE_PROTECTED = "fee_protected"
    NOTICE_REQUIRED = "notice_required"


class RequestKind(StrEnum):
    """What somebody asks about their own data."""

    ACCESS = "access"
    ERASURE = "erasure"
    CORRECTION = "correction"
    QUESTION = "question"


class RequestState(StrEnum):
    """Where a request stands; one that came by a link waits until its mail is confirmed."""

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"


class CameBy(StrEnum):
    """How a request reached us."""

    PHONE = "phone"
    MAIL = "mail"
    LINK = "link"
    SYSTEM = "system"  # another system says that the person is deleted there


class ConsentCause(StrEnum):
    """Why somebody was asked whether we may keep them."""

    REJECTION = "rejection"
    RENEWAL = "renewal"
    CAMPAIGN = "campaign"
    BY_HAND = "by_hand"


class LawfulBasis(Base):
    """One basis on record for one candidate, with its text version and its end."""

    __tablename__ = "lawful_bases"
    __table_args__ = (
        one_of("basis", Basis),
        Index(None, "candidate_id", "expires_on"),
        Index(None, "withdrawn_on"),
    )

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    basis: Mapped[Basis] = mapped_column(Code(Basis))
    recorded_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    text_version: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(160))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]


class Suppression(Base):
    """One do-not entry, kept as a keyed hash so that it can outlive the person's data.

    `candidate_id` is there while the person is; after erasure only the hash recognises them.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("key_hash", "scope"),
        one_of("scope", SuppressionScope),
    )

    id: Mapped[PrimaryId]
    key_hash: Mapped[str] = mapped_column(String(64))
    scope: Mapped[SuppressionScope] = mapped_column(Code(SuppressionScope))
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="SET NULL"), index=True
    )
    source: Mapped[str] = mapped_column(String(160))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]


class KeepWish(Base):
    """A recruiter wants to keep somebody in the pool: “may we keep you?” is to be asked, and once asked, when."""

    __tablename__ = "keep_wishes"

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Moment]
    asked_at: Mapped[Moment | None]


class ContactHold(Base):
    """One reason not to contact somebody for now: an open access request, an agency's fee, a notice owed."""

    __tablename__ = "contact_holds"
    __table_args__ = (one_of("kind", HoldKind),)

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    kind: Mapped[HoldKind] = mapped_column(Code(HoldKind))
    until: Mapped[date | None] = mapped_column(Date)  # the last day it holds; none: until it is lifted
    source: Mapped[str] = mapped_column(String(160))
    created_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]


class LegalHold(Base):
    """A reason in law to keep what we have on somebody, although it should go: a claim, a charge, a floor.

    The number is no key: the hold outlives the record, which by then is one sealed file in the home.
    """

    __tablename__ = "legal_holds"

    id: Mapped[PrimaryId]
    person_id: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(320))
    until: Mapped[date | None] = mapped_column(Date)  # the last day it holds; none: until it is lifted
    placed_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    placed_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]
    copy_key: Mapped[str | None] = mapped_column(String(32))  # of the sealed file, once the record is gone


class DataRequest(Base):
    """What somebody asked about their own data, until when it is answered, by whom, and the answer.

    After an erasure it stays without content: the number of who is gone, the days, and what the search found.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        one_of("kind", RequestKind),
        one_of("state", RequestState),
        one_of("came_by", CameBy),
        Index(None, "state", "due_on"),
    )

    id: Mapped[PrimaryId]
    kind: Mapped[RequestKind] = mapped_column(Code(RequestKind))
    state: Mapped[RequestState] = mapped_column(Code(RequestState))
    came_by: Mapped[CameBy] = mapped_column(Code(CameBy))
    candidate_id: Mapped[int | None] = mapped_column(
        ForeignKey("candidates.id", ondelete="SET NULL"), index=True
    )
    person_id: Mapped[int]  # the same number, which stays
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    extended_on: Mapped[date | None] = mapped_column(Date)  # when they were told that it takes longer
    identity_checked_on: Mapped[date | None] = mapped_column(Date)
    identity_words: Mapped[str | None] = mapped_column(String(320))
    words: Mapped[LongText | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    answer: Mapped[LongText | None]
    answered_at: Mapped[Moment | None]
    erasure_asked_at: Mapped[Moment | None]
    proof: Mapped[Document | None]  # what was erased and what a search found afterwards, in numbers
    export_key: Mapped[str | None] = mapped_column(String(32))  # of the file with everything on record
    export_asked_at: Mapped[Moment | None]
    export_made_at: Mapped[Moment | None]
    created_at: Mapped[Moment]


class ConsentRequest(Base):
    """One time somebody was asked whether we may keep them; silence means no."""

    __tablename__ = "consent_requests"
    __table_args__ = (one_of("cause", ConsentCause), Index(None, "cause", "asked_at"))

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    cause: Mapped[ConsentCause] = mapped_column(Code(ConsentCause))
    text_version: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Moment]
    ends_on: Mapped[date] = mapped_column(Date)  # the last day on which an answer counts
    answered_at: Mapped[Moment | None]
    said_yes: Mapped[bool | None]


class PassOn(Base):
    """“May we pass your name to …?”: to whom and why, what was answered, and whether it has been passed on.

    The number stands in links, so it is never given out again.
    """

    __tablename__ = "pass_ons"
    __table_args__ = (NEVER_AN_ID_TWICE,)

    id: Mapped[PrimaryId]
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    to_name: Mapped[str] = mapped_column(String(160))
    to_organisation: Mapped[str] = mapped_column(String(160))
    why: Mapped[str] = mapped_column(String(500))
    with_resume: Mapped[bool]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    asked_at: Mapped[Moment]
    text_version: Mapped[str | None] = mapped_column(
        String(64)
    )  # of the letter; none: asked by word of mouth
    answer_by: Mapped[date] = mapped_column(Date)  # the last day on which a yes counts
    answered_at: Mapped[Moment | None]
    said_yes: Mapped[bool | None]
    answered_how: Mapped[str | None] = mapped_column(String(320))
    holds_until: Mapped[date | None] = mapped_column(Date)  # the last day of a yes
    taken_back_at: Mapped[Moment | None]
    passed_at: Mapped[Moment | None]  # the last time
    passed_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
