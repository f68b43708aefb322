"""Asking a history without consent: however often somebody presses, letters leave slowly, and to each person once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobs import send_outreach
from jobs.ask_for_consent import ask_the_next
from jobs.workplace import Shift
from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import CandidateEmail
from talentpool.consent.models import ConsentRequest, SuppressionScope
from talentpool.consent.suppression import suppress, suppression_key
from talentpool.outreach.consent_campaign import AT_ONCE, look_at_campaign
from talentpool.outreach.models import Message
from tests.builders import make_basis, make_candidate, make_recruiter
from tests.jobs.conftest import Clock

PER_HOUR = 40
PEOPLE = AT_ONCE + 30


@pytest.fixture
def slow_shift(shift: Shift) -> Shift:
    """A shift in which at most forty letters leave in an hour."""
    mail = replace(
        shift.workplace.settings.mail,
        transport="folder",
        from_address="talent@nordwind.example",
        postal_address="1 Quay, Hamburg",
        per_hour=PER_HOUR,
    )
    place = replace(shift.workplace, settings=replace(shift.workplace.settings, mail=mail))
    return replace(shift, workplace=place)


@pytest.fixture
def administrator(slow_shift: Shift) -> int:
    """Who presses the button."""
    with slow_shift.writing() as session:
        return make_recruiter(session, kind=AccountKind.ADMINISTRATOR).id


def press(shift: Shift, administrator: int) -> tuple[int, int]:
    with shift.reading() as session:
        most = look_at_campaign(session, today=shift.now.date()).next
    if not most:
        return 0, 0
    return ask_the_next(shift, most=most, recruiter_id=administrator, asked_at=shift.now)


def test_letters_leave_no_faster_than_the_settings_say_and_each_person_gets_one(
    slow_shift: Shift, clock: Clock, administrator: int
) -> None:
    shift, asked, left = slow_shift, list[tuple[int, int]](), list[int]()
    with shift.writing() as session:
        ids = [make_candidate(session, f"Person {number}").id for number in range(PEOPLE)]
        make_basis(session, make_candidate(session, "With Consent"))
    for _quarter in range(14):
        asked += [press(shift, administrator), press(shift, administrator)]
        left.append(send_outreach.run(shift, shift.now).items)
        clock.now += timedelta(minutes=15)
        shift.workplace.tenure.renew(clock.now)
    assert left == [PER_HOUR, 0, 0, 0, PER_HOUR, 0, 0, 0, PER_HOUR, 0, 0, 0, PEOPLE - 3 * PER_HOUR, 0]
    assert asked[:4] == [(AT_ONCE, 0), (0, 0), (PEOPLE - AT_ONCE, 0), (0, 0)]
    assert not any(count for count, _ in asked[4:])
    with shift.reading() as session:
        assert sorted(session.scalars(select(Message.candidate_id))) == ids
        assert sorted(session.scalars(select(ConsentRequest.candidate_id))) == ids


def test_whoever_did_not_answer_in_time_is_not_asked_again(
    slow_shift: Shift, clock: Clock, administrator: int
) -> None:
    with slow_shift.writing() as session:
        make_candidate(session)
    assert press(slow_shift, administrator) == (1, 0)
    send_outreach.run(slow_shift, slow_shift.now)
    clock.now += timedelta(days=400)
    slow_shift.workplace.tenure.renew(clock.now)
    assert press(slow_shift, administrator) == (0, 0)
    with slow_shift.reading() as session:
        stands = look_at_campaign(session, today=clock.now.date())
    assert (stands.to_ask, stands.asked, stands.expired, stands.waiting) == (0, 1, 1, 0)


def test_people_who_may_not_be_written_to_hold_nobody_else_up(slow_shift: Shift, administrator: int) -> None:
    with slow_shift.writing() as session:
        for number in range(3):
            held = make_candidate(session, f"Held {number}")
            [address] = session.scalars(
                select(CandidateEmail.address_key).where(CandidateEmail.candidate_id == held.id)
            )
            key = suppression_key(slow_shift.workplace.secret, "email", address)
            suppress(session, [key], scope=SuppressionScope.CONTACT, source="restored", now=slow_shift.now)
        reached = make_candidate(session, "Reached").id
    assert press(slow_shift, administrator) == (1, 3)
    with slow_shift.reading() as session:
        assert session.scalars(select(Message.candidate_id)).all() == [reached]
