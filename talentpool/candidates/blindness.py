"""Blind review: whom a viewer reads about without knowing who it is, and when that ends.

The switch belongs to the account. It ends for one person when the viewer opens that person's record, which is
written down. Matching views show a number instead of a name; whatever they quote goes through `blinded`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.models import Candidate, RevealedPerson
from talentpool.candidates.profiles import personal_of
from talentpool.database import add_unless_there
from talentpool.resumes.blinding import blinded
from talentpool.resumes.personal_lines import Personal


@dataclass(frozen=True, kw_only=True, slots=True)
class Blindness:
    """Whether a viewer reviews blind, and whom they have opened all the same."""

    is_on: bool = False
    revealed: frozenset[int] = frozenset()

    def hides(self, candidate_id: int) -> bool:
        """Say whether the viewer must not learn who this is."""
        return self.is_on and candidate_id not in self.revealed

    def hidden_among(self, candidate_ids: Iterable[int]) -> list[int]:
        """Leave the people whom the viewer must not recognise, in their order."""
        return [candidate_id for candidate_id in candidate_ids if self.hides(candidate_id)]

    def name_of(self, candidate_id: int, name: str | None) -> str:
        """Give the name to show: the recorded one, or the number for whoever has none or is hidden."""
        return name if name and not self.hides(candidate_id) else numbered(candidate_id)


def numbered(candidate_id: int) -> str:
    """Name somebody by number: the same one in every list, for everybody."""
    return f"Candidate {candidate_id}"


SEES_NAMES = Blindness()


def load_blindness(session: Session, viewer: Viewer | None) -> Blindness:
    """Load whom this viewer reads about blind; one query, none while the switch is off."""
    if viewer is None or not viewer.is_blind:
        return SEES_NAMES
    opened = select(RevealedPerson.candidate_id).where(RevealedPerson.recruiter_id == viewer.recruiter_id)
    return Blindness(is_on=True, revealed=frozenset(session.scalars(opened)))


def load_hidden_people(
    session: Session, blindness: Blindness, candidate_ids: Sequence[int]
) -> dict[int, Personal]:
    """Load what has to be cut out of texts about those of these people who are hidden."""
    hidden = blindness.hidden_among(candidate_ids)
    if not hidden:
        return {}
    wanted = select(Candidate).where(Candidate.id.in_(hidden))
    wanted = wanted.options(selectinload(Candidate.emails), selectinload(Candidate.phones))
    return {person.id: personal_of(person) for person in session.scalars(wanted)}


def as_told(text: str | None, hidden: Personal | None) -> str | None:
    """Give a text as the viewer may read it: as it stands, or without who it is about."""
    return blinded(text, hidden) if text and hidden else text


def reveal(session: Session, candidate_ids: Iterable[int], *, recruiter_id: int, now: datetime) -> None:
    """End blind review of these people for one account, and write down that it was asked for."""
    for candidate_id in candidate_ids:
        opened = RevealedPerson(recruiter_id=recruiter_id, candidate_id=candidate_id, revealed_at=now)
        if add_unless_there(session, opened):
            record_event(
                session,
                "candidate_revealed",
                object_kind="candidate",
                object_id=candidate_id,
                recruiter_id=recruiter_id,
                now=now,
            )


def review_blind(session: Session, recruiter: Recruiter, *, is_on: bool, now: datetime) -> None:
    """Turn blind review on or off for an account; people opened before stay known."""
    recruiter.blind_since = now if is_on else None
    record_event(
        session,
        "blind_review_turned_on" if is_on else "blind_review_turned_off",
        object_kind="recruiter",
        object_id=recruiter.id,
        recruiter_id=recruiter.id,
        now=now,
    )
