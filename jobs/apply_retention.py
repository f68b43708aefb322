"""Whoever is kept longer than the chosen policy allows is erased; very many at once wait for somebody's yes."""

from datetime import datetime

from jobs.workplace import Shift
from talentpool.consent.legal_holds import load_sealed
from talentpool.database import many
from talentpool.erasure.asked import MANY
from talentpool.erasure.carry_out import end_hold
from talentpool.erasure.proposed import PEOPLE_AT_A_TIME
from talentpool.erasure.retention import look_who_is_over
from talentpool.work import queue
from talentpool.work.runs import Outcome


def run(shift: Shift, due_at: datetime) -> Outcome:  # noqa: ARG001 - every job is called alike
    """Ask for the erasure of whose time is over, some at a time, so that one search proves it for all; counts people."""
    _unseal(shift)
    with shift.reading() as session:
        over = look_who_is_over(session, now=shift.now)
    if over.ids and not over.may_go_on:
        share = f"{len(over.ids):,} of {over.pool:,} people would be erased"
        return Outcome(
            notes=(f"{share}; an administrator has to say yes under Requests, Whose time is over.",)
        )
    with shift.writing() as session:
        under_way = {each for told in queue.under_way(session, MANY) for each in told["candidate_ids"]}
        for some in many((each for each in over.ids if each not in under_way), at_a_time=PEOPLE_AT_A_TIME):
            queue.ask(session, MANY, {"candidate_ids": some}, asked_by=None, now=shift.now)
    return Outcome(items=len(over.ids))


def _unseal(shift: Shift) -> None:
    """End the holds in law that are over; a sealed copy goes with the last of its holds."""
    with shift.writing() as session:
        for hold in load_sealed(session):
            if hold.until is not None and hold.until < shift.now.date():
                end_hold(session, shift.workplace.settings.home, hold.id, now=shift.now)
