"""Who might be in the pool twice, what was decided about it, and what a merge moved so that it can be undone."""

from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentpool.database import (
    NEVER_AN_ID_TWICE,
    Base,
    BigId,
    Code,
    Document,
    Listing,
    Moment,
    PrimaryId,
    one_of,
)


class PairState(StrEnum):
    """What was decided about a pair; one that is merged is a `Merge`."""

    OPEN = "open"
    KEPT_APART = "kept_apart"


class PairVerdict(StrEnum):
    """What the rule says about a pair."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


class PossibleDuplicate(Base):
    """Two people who might be one, the lower id first; kept apart, they stay apart."""

    __tablename__ = "possible_duplicates"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        one_of("verdict", PairVerdict),
        one_of("state", PairState),
        Index(None, "state", "score"),
        Index(None, "second_id"),
    )

    id: Mapped[PrimaryId]
    first_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"))
    verdict: Mapped[PairVerdict] = mapped_column(Code(PairVerdict))
    score: Mapped[float] = mapped_column(Float)  # 0..1, orders the list
    name_tie: Mapped[str] = mapped_column(String(32))
    agrees: Mapped[Listing]  # kinds of things in common, never the things
    differs: Mapped[Listing]
    state: Mapped[PairState] = mapped_column(Code(PairState))
    found_at: Mapped[Moment]
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    decided_at: Mapped[Moment | None]


class IdentityKey(Base):
    """Something a duplicate of somebody would have as well, as a hash; derived, and computed anew at will."""

    __tablename__ = "identity_keys"
    __table_args__ = (Index(None, "candidate_id"),)

    key: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    candidate_id: Mapped[int] = mapped_column(
        ForeignKey("candidates.id", ondelete="CASCADE"), primary_key=True
    )
    is_common: Mapped[bool] = mapped_column(default=False)  # so many have it that it says nothing


class IdentityScan(Base):
    """One look over the pool for duplicates: how far it saw, how many it looked at, what it found."""

    __tablename__ = "identity_scans"

    id: Mapped[PrimaryId]
    began_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    through_change: Mapped[int] = mapped_column(BigId)  # the last row of candidate_changes it knew
    people: Mapped[int] = mapped_column(Integer)
    pairs: Mapped[int] = mapped_column(Integer)


class Merge(Base):
    """Two people made one: who is left, whose record is gone, and every row that moved or changed.

    `record` holds what is needed to take the merge back; it goes with the survivor when they are erased,
    and is emptied when the merge is undone.
    """

    __tablename__ = "merges"
    __table_args__ = (Index(None, "dropped_source", "dropped_external_id"), NEVER_AN_ID_TWICE)

    id: Mapped[PrimaryId]
    survivor_id: Mapped[int] = mapped_column(ForeignKey("candidates.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(BigId)  # no key: the record is gone
    other_name: Mapped[str] = mapped_column(String(320))
    dropped_source: Mapped[str | None] = mapped_column(
        String(160)
    )  # the id nobody carries now; imports still
    dropped_external_id: Mapped[str | None] = mapped_column(String(160))  # find the survivor by it
    by_rule: Mapped[bool]
    record: Mapped[Document]
    merged_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    merged_at: Mapped[Moment]
    undone_by: Mapped[int | None] = mapped_column(
        ForeignKey("recruiters.id", ondelete="SET NULL"), index=True
    )
    undone_at: Mapped[Moment | None]
