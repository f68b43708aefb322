"""What a ranking act leaves behind: the run, its matches with receipts, who was left out, and feedback."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentpool.database import (
    Base,
    Blob,
    Code,
    Document,
    Listing,
    LongText,
    Moment,
    PrimaryId,
    ShortText,
    one_of,
)


class RunCause(StrEnum):
    """Why people were ranked."""

    POSTED = "posted"
    ASKED = "asked"
    CHANGED = "changed"
    SCHEDULED = "scheduled"


class FeedbackKind(StrEnum):
    """What a recruiter did with a match."""

    SHORTLISTED = "shortlisted"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"


class FeedbackScope(StrEnum):
    """How far a dismissal reaches."""

    THIS_ROLE = "this_role"
    SIMILAR_ROLES = "similar_roles"
    UNTIL = "until"


class ManagerAnswer(StrEnum):
    """What a hiring manager says of one person on a short list."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class MatchRun(Base):
    """One ranking act, reproducible: the brief, the settings and everybody's place.

    `ranked` holds candidate, score of everyone ranked, best first; `excluded` candidate and rule of
    everyone left out; both compressed arrays, see `results`.
    """

    __tablename__ = "match_runs"
    __table_args__ = (
        one_of("cause", RunCause),
        # With all that is asked of many runs at once, so that nobody's places are read for it.
        Index("ix_match_runs_as_known", "role_id", "ran_at", "confirmed_at", "through_change", "thinned_at"),
    )

    id: Mapped[PrimaryId]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"))
    cause: Mapped[RunCause] = mapped_column(Code(RunCause))
    ran_at: Mapped[Moment]
    seconds: Mapped[float] = mapped_column(Float)
    brief: Mapped[Document]
    policy_version: Mapped[int] = mapped_column(Integer)  # of the weights
    skills_version: Mapped[int | None] = mapped_column(Integer)  # none: made before it was kept
    index_generation: Mapped[str] = mapped_column(String(64))
    pool: Mapped[int] = mapped_column(Integer)
    eligible: Mapped[int] = mapped_column(Integer)
    funnel: Mapped[Listing]
    role_weights: Mapped[Listing]  # the final weights of the role's words, related words included
    ranked: Mapped[Blob]
    excluded: Mapped[Blob]
    confirmed_at: Mapped[Moment | None]  # a later re-match found the same people in the same places
    through_change: Mapped[int | None]  # the newest candidate change that was known then
    thinned_at: Mapped[Moment | None]  # since then nobody is in `ranked` and `excluded`, see `thinning`


class Match(Base):
    """One of the first 200 of a run, or one that somebody opened, with the receipt."""

    __tablename__ = "matches"
    __table_args__ = (Index(None, "run_id", "rank"), Index(None, "run_id", "opened_at", "candidate_id"))

    run_id: Mapped[int] = mapped_column(ForeignKey("match_runs.id", ondelete="CASCADE"), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int] = mapped_column(Integer)
    score: Mapped[float] = mapped_column(Float)
    band: Mapped[str] = mapped_column(String(16))
    receipt: Mapped[Document]
    opened_at: Mapped[Moment | None]  # when somebody first looked at it in full


class MatchFeedback(Base):
    """Shortlisted, dismissed or snoozed, by whom and why; taken back rather than deleted."""

    __tablename__ = "match_feedback"
    __table_args__ = (
        one_of("kind", FeedbackKind),
        one_of("scope", FeedbackScope),
        Index(None, "role_id", "candidate_id"),
    )

    id: Mapped[PrimaryId]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    kind: Mapped[FeedbackKind] = mapped_column(Code(FeedbackKind))
    scope: Mapped[FeedbackScope] = mapped_column(Code(FeedbackScope))
    reason: Mapped[str | None] = mapped_column(String(64))
    words: Mapped[LongText | None]
    until: Mapped[date | None] = mapped_column(Date)
    recruiter_id: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Moment]
    undone_at: Mapped[Moment | None]


class ShortlistLink(Base):
    """People of a short list shown to one hiring manager, by a link to one address or inside with an account.

    The link is a signed token that names this row; here is only what the signature cannot know.
    """

    __tablename__ = "shortlist_links"

    id: Mapped[PrimaryId]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), index=True)
    address: Mapped[ShortText]
    address_key: Mapped[ShortText] = mapped_column(index=True)
    words: Mapped[LongText | None]
    without_names: Mapped[bool]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("recruiters.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]
    opened_at: Mapped[Moment | None]  # by the first browser that was let in
    code_hash: Mapped[str | None] = mapped_column(String(64))  # of what was sent to the address last
    code_until: Mapped[Moment | None]

    people: Mapped[list["ShortlistLinkPerson"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ShortlistLinkPerson.position"
    )


class ShortlistLinkPerson(Base):
    """One person shown to a hiring manager, and what the manager said."""

    __tablename__ = "shortlist_link_people"
    __table_args__ = (UniqueConstraint("link_id", "candidate_id"), one_of("answer", ManagerAnswer))

    id: Mapped[PrimaryId]
    link_id: Mapped[int] = mapped_column(ForeignKey("shortlist_links.id", ondelete="CASCADE"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    answer: Mapped[ManagerAnswer | None] = mapped_column(Code(ManagerAnswer))
    reason: Mapped[str | None] = mapped_column(String(64))
    words: Mapped[LongText | None]
    answered_at: Mapped[Moment | None]
    feedback_id: Mapped[int | None] = mapped_column(
        ForeignKey("match_feedback.id", ondelete="SET NULL"), index=True
    )


class RoleLook(Base):
    """When a recruiter last looked at a role, and which run they saw: what came after is new."""

    __tablename__ = "role_looks"

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(
        ForeignKey("recruiters.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_runs.id", ondelete="SET NULL"), index=True)
    looked_at: Mapped[Moment]


class DigestPace(StrEnum):
    """How often somebody is told by mail what is new in a role."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class DigestState(StrEnum):
    """Where a digest stands; `unknown` is one the mail server may or may not have taken."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RoleDigest(Base):
    """How often somebody is told about a role, and up to which run they have been told by mail."""

    __tablename__ = "role_digests"
    __table_args__ = (one_of("how_often", DigestPace),)

    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True)
    recruiter_id: Mapped[int] = mapped_column(
        ForeignKey("recruiters.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    how_often: Mapped[DigestPace] = mapped_column(Code(DigestPace))
    told_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("match_runs.id", ondelete="SET NULL"), index=True
    )
    told_at: Mapped[Moment | None]


class DigestChoice(Base):
    """Whether somebody wants what is new by mail too; without a row they have not asked for it."""

    __tablename__ = "digest_choices"

    recruiter_id: Mapped[int] = mapped_column(
        ForeignKey("recruiters.id", ondelete="CASCADE"), primary_key=True
    )
    by_mail: Mapped[bool]


class Digest(Base):
    """One mail to a colleague about what is new: at most one a day, claimed before it leaves and never sent again."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("recruiter_id", "on_day"), one_of("state", DigestState))

    id: Mapped[PrimaryId]
    recruiter_id: Mapped[int] = mapped_column(ForeignKey("recruiters.id", ondelete="CASCADE"))
    on_day: Mapped[date] = mapped_column(Date)
    state: Mapped[DigestState] = mapped_column(Code(DigestState))
    told: Mapped[Listing]  # role and run of each part: what is told once this has left
    problem: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
