"""Asking a history for consent holds nobody up: a transaction each, statements in proportion, no file read twice."""

from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from jobs.ask_for_consent import ask_the_next
from jobs.do_asked_work import work_through
from jobs.renew_consents import people_to_ask
from jobs.workplace import Shift
from talentpool.accounts.models import AuditEvent
from talentpool.consent.models import ConsentRequest, KeepWish
from talentpool.errors import UnavailableError
from talentpool.outreach.consent_campaign import KIND
from talentpool.outreach.models import Message
from talentpool.outreach.outbox import WAITING
from talentpool.work import queue
from talentpool.work.models import AskedWork, WorkState
from tests.builders import TODAY, make_basis, make_candidate, make_recruiter
from tests.jobs.test_keeping_people import writing_shift
from tests.web.pool_of_people import counted_queries

__all__ = ["writing_shift"]


def fill(shift: Shift, people: int) -> int:
    """Put people without a basis into the pool; gives who asks them."""
    with shift.writing() as session:
        for number in range(people):
            make_candidate(session, f"Never Asked {number}")
        return make_recruiter(session).id


def asked(shift: Shift) -> list[int]:
    with shift.reading() as session:
        return list(session.scalars(select(ConsentRequest.candidate_id).order_by(ConsentRequest.id)))


def test_the_next_people_are_asked_once_each_and_what_was_interrupted_goes_on(writing_shift: Shift) -> None:
    shift, pressed_at = writing_shift, writing_shift.now
    own = fill(shift, 5)
    assert ask_the_next(shift, most=2, recruiter_id=own, asked_at=pressed_at) == (2, 0)
    assert ask_the_next(shift, most=4, recruiter_id=own, asked_at=pressed_at) == (4, 0)
    assert len(set(asked(shift))) == len(asked(shift)) == 4
    with shift.reading() as session:
        letters = session.scalars(select(Message)).all()
    assert [letter.state in WAITING for letter in letters] == [True] * 4


def test_what_somebody_pressed_for_is_done_and_written_down(writing_shift: Shift) -> None:
    shift = writing_shift
    own = fill(shift, 3)
    with shift.writing() as session:
        make_candidate(session, "No Address", emails=[])
        queue.ask(session, KIND, {"most": 100}, asked_by=own, now=shift.now)
    assert work_through(shift, "questions") == 1
    assert len(asked(shift)) == 3
    with shift.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "consent_campaign_asked")).one()
        assert session.scalars(select(AskedWork.state)).one() is WorkState.DONE
    assert told.details == {"people": 3, "may_not_be_written_to": 0}


def test_each_person_is_asked_in_a_short_transaction_of_their_own(writing_shift: Shift) -> None:
    shift = writing_shift
    own = fill(shift, 6)
    in_transaction, most = 0, list[int]()

    def count(*_call: object) -> None:
        nonlocal in_transaction
        in_transaction += 1

    def end(_connection: object) -> None:
        nonlocal in_transaction
        most.append(in_transaction)
        in_transaction = 0

    engine = shift.workplace.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", end)
    try:
        ask_the_next(shift, most=6, recruiter_id=own, asked_at=shift.now)
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", end)
    assert len(most) >= 6
    assert max(most) <= 40, "more people would mean more transactions, not longer ones"


def test_without_an_address_to_write_from_nobody_is_asked_and_it_says_why(writing_shift: Shift) -> None:
    shift = writing_shift
    own = fill(shift, 12)
    mail = replace(shift.workplace.settings.mail, from_address="")
    place = replace(shift.workplace, settings=replace(shift.workplace.settings, mail=mail))
    with pytest.raises(UnavailableError, match="from_address"):
        ask_the_next(replace(shift, workplace=place), most=12, recruiter_id=own, asked_at=shift.now)
    assert asked(shift) == []


def end_soon(session: Session, people: int) -> None:
    for _ in range(people):
        make_basis(session, make_candidate(session), expires_on=TODAY)


def test_whose_consent_ends_soon_is_found_in_as_many_statements_however_many_they_are(
    writing_shift: Shift,
) -> None:
    shift, counts = writing_shift, set[int]()
    for people in (2, 8):
        with shift.writing() as session:
            end_soon(session, people)
        with shift.reading() as session, counted_queries(shift.workplace.engine) as count:
            people_to_ask(session, now=shift.now)
            counts.add(count())
    assert len(counts) == 1
    assert counts.pop() <= 4  # the policy, the offices, whom it ends for, and by retention


def test_only_the_newest_basis_counts_and_nobody_asked_lately_is_listed(writing_shift: Shift) -> None:
    shift = writing_shift
    with shift.writing() as session:
        renewed, withdrawn, again, soon = (make_candidate(session) for _ in range(4))
        for person in (renewed, withdrawn, again, soon):
            make_basis(session, person, expires_on=TODAY)
        make_basis(session, renewed, expires_on=TODAY.replace(year=2028))
        make_basis(session, withdrawn, expires_on=TODAY, withdrawn_on=TODAY)
        session.add(
            ConsentRequest(
                candidate_id=again.id, cause="renewal", text_version="1", asked_at=shift.now, ends_on=TODAY
            )
        )
    with shift.reading() as session:
        assert people_to_ask(session, now=shift.now) == [soon.id]
        assert session.scalars(select(KeepWish)).all() == []
