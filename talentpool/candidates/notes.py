"""Notes: a recruiter's own words about a candidate. Shown to recruiters, never ranked."""

from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.candidates.models import Note
from talentpool.errors import InvalidInputError, NotAllowedError, NotFoundError

LONGEST_NOTE = 10_000


def add_note(session: Session, candidate_id: int, *, words: str, recruiter_id: int, now: datetime) -> Note:
    """Write a note on a candidate; raises InvalidInputError when it is empty or too long."""
    said = words.strip()
    if not said:
        raise InvalidInputError("The note is empty; write what the next recruiter should know.")
    if len(said) > LONGEST_NOTE:
        raise InvalidInputError(f"The note is longer than {LONGEST_NOTE:,} characters; shorten it.")
    note = Note(candidate_id=candidate_id, words=said, recruiter_id=recruiter_id, created_at=now)
    session.add(note)
    session.flush()
    return note


def remove_note(session: Session, note_id: int, *, recruiter_id: int) -> int:
    """Take back one's own note; gives the candidate it was about."""
    note = session.get(Note, note_id)
    if note is None:
        raise NotFoundError(f"There is no note {note_id}.")
    if note.recruiter_id != recruiter_id:
        raise NotAllowedError("Only the recruiter who wrote a note can take it back.")
    session.delete(note)
    return note.candidate_id
