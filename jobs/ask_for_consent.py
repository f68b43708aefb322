"""Asking a history for consent, as somebody pressed for: each person in a transaction of their own, so others can write."""

from datetime import datetime

from jobs.one_of_many import one_of_many
from jobs.renew_consents import desk_of
from jobs.workplace import Shift
from talentpool.errors import UnavailableError
from talentpool.outreach.consent_campaign import ask_one, count_asked, list_to_ask

MOST_FAULTS_IN_A_ROW = 10  # then it is not the people: no address to write from, say


def ask_the_next(shift: Shift, *, most: int, recruiter_id: int | None, asked_at: datetime) -> tuple[int, int]:
    """Ask people until so many have been since the press; gives how many those are and how many may not be written to.

    What was interrupted goes on where it stopped. Raises UnavailableError when nobody at all can be asked.
    """
    with shift.reading() as session:
        asked, ids = count_asked(session, since=asked_at), list_to_ask(session)
    held, desk, faults = 0, desk_of(shift), list[str]()
    for candidate_id in ids:
        if asked >= most:
            break
        shift.go_on()
        before = len(faults)
        with one_of_many(faults, f"Candidate {candidate_id}"), shift.writing() as session:
            if ask_one(session, candidate_id, desk, recruiter_id=recruiter_id):
                asked += 1
            else:
                held += 1
        faults = faults if len(faults) > before else []
        if len(faults) >= MOST_FAULTS_IN_A_ROW:
            raise UnavailableError(faults[-1])
    return asked, held
