"""Consent is asked for again before it ends; whoever is kept too long goes, and very many wait for a yes."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import apply_retention, renew_consents
from jobs.workplace import Shift
from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Candidate
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.models import CameBy, ConsentCause, ConsentRequest, RequestKind
from talentpool.consent.wishes import load_open_wishes, wish_to_keep
from talentpool.erasure.asked import MANY
from talentpool.erasure.retention import look_who_is_over, say_go_ahead
from talentpool.errors import ConflictError
from talentpool.outreach.consent_letters import Question
from talentpool.outreach.models import Message
from talentpool.settings import config_folder
from talentpool.work.models import AskedWork
from tests.builders import TODAY, make_application, make_basis, make_candidate, make_office, make_recruiter
from tests.jobs.conftest import Clock

LONG_AGO = date(2020, 1, 1)
POLICIES = tomllib.loads((config_folder() / "retention.toml").read_text(encoding="utf-8"))


@pytest.fixture
def writing_shift(shift: Shift) -> Shift:
    """A shift that may write letters."""
    mail = replace(
        shift.workplace.settings.mail,
        transport="folder",
        from_address="talent@nordwind.example",
        postal_address="1 Quay, Hamburg",
    )
    place = replace(shift.workplace, settings=replace(shift.workplace.settings, mail=mail))
    return replace(shift, workplace=place)


def pool(session: Session, *, over: int, fresh: int) -> list[Candidate]:
    """Fill a pool under the German policy."""
    make_office(session, retention_policy="DE")
    people = [make_candidate(session, f"Person {number}") for number in range(over + fresh)]
    for place, person in enumerate(people):
        day = LONG_AGO if place < over else TODAY
        make_application(session, person, applied_on=day, ended_on=day)
    return people[:over]


def asked(shift: Shift) -> list[int]:
    with shift.reading() as session:
        work = session.scalars(select(AskedWork).where(AskedWork.kind == MANY))
        return sorted(each for one in work for each in one.details["candidate_ids"])


def test_whose_time_is_over_is_erased_once(shift: Shift) -> None:
    with shift.writing() as session:
        over = [person.id for person in pool(session, over=1, fresh=25)]
    assert apply_retention.run(shift, shift.now).items == 1
    apply_retention.run(shift, shift.now)
    assert asked(shift) == over


def test_faults_47_an_open_access_request_keeps_the_person(shift: Shift) -> None:
    with shift.writing() as session:
        person = pool(session, over=1, fresh=25)[0]
        new = NewRequest(
            kind=RequestKind.ACCESS, came_by=CameBy.MAIL, candidate_id=person.id, received_on=TODAY
        )
        receive_request(session, new, now=shift.now)
    assert apply_retention.run(shift, shift.now).items == 0
    assert asked(shift) == []
    with shift.reading() as session:
        assert look_who_is_over(session, now=shift.now).frozen == (person.id,)


def test_more_than_a_twentieth_waits_for_somebodys_yes(shift: Shift) -> None:
    with shift.writing() as session:
        over = [person.id for person in pool(session, over=2, fresh=18)]
        recruiter = make_recruiter(session, kind=AccountKind.ADMINISTRATOR)
    outcome = apply_retention.run(shift, shift.now)
    assert (outcome.items, asked(shift)) == (0, [])
    assert "2 of 20" in outcome.notes[0]
    with shift.writing() as session, pytest.raises(ConflictError):
        say_go_ahead(session, 1, recruiter_id=recruiter.id, now=shift.now)
    with shift.writing() as session:
        say_go_ahead(session, 2, recruiter_id=recruiter.id, now=shift.now)
    assert apply_retention.run(shift, shift.now).items == 2
    assert asked(shift) == over


@pytest.mark.parametrize("country", sorted(POLICIES))
def test_the_last_day_of_each_shipped_policy_still_keeps_and_the_day_after_does_not(
    shift: Shift, country: str
) -> None:
    kept = timedelta(days=POLICIES[country]["days_without_basis"])
    with shift.writing() as session:
        make_office(session, retention_policy=country)
        for name, day in (("Last Day", TODAY - kept), ("Day After", TODAY - kept - timedelta(days=1))):
            make_application(session, make_candidate(session, name), applied_on=day, ended_on=day)
    with shift.reading() as session:
        over = look_who_is_over(session, now=shift.now).ids
        names = [session.get_one(Candidate, each).full_name for each in over]
    assert names == ["Day After"]


def test_without_a_policy_nobody_goes(shift: Shift) -> None:
    with shift.writing() as session:
        make_application(session, make_candidate(session), applied_on=LONG_AGO, ended_on=LONG_AGO)
    assert apply_retention.run(shift, shift.now).items == 0


def test_a_consent_that_ends_soon_is_asked_about_once_with_a_link(writing_shift: Shift) -> None:
    shift = writing_shift
    with shift.writing() as session:
        make_recruiter(session, kind=AccountKind.ADMINISTRATOR)
        soon, later = make_candidate(session), make_candidate(session)
        make_basis(session, soon, expires_on=TODAY + timedelta(days=10))
        make_basis(session, later, expires_on=TODAY + timedelta(days=200))
    assert renew_consents.run(shift, shift.now).items == 1
    assert renew_consents.run(shift, shift.now).items == 0
    with shift.reading() as session:
        letter, question = (
            session.scalars(select(Message)).one(),
            session.scalars(select(ConsentRequest)).one(),
        )
    assert letter.candidate_id == question.candidate_id == soon.id
    assert "/me/" in letter.text
    assert question.said_yes is None, "silence means no"


def test_whom_a_recruiter_wants_to_keep_is_asked_once(writing_shift: Shift) -> None:
    shift = writing_shift
    with shift.writing() as session:
        ana, mara = make_candidate(session), make_recruiter(session)
        wish_to_keep(session, ana.id, recruiter_id=mara.id, now=shift.now)
    assert renew_consents.run(shift, shift.now).items == 1
    assert renew_consents.run(shift, shift.now).items == 0
    with shift.reading() as session:
        question = session.scalars(select(ConsentRequest)).one()
        assert (question.candidate_id, question.cause) == (ana.id, ConsentCause.REJECTION)
        assert load_open_wishes(session) == []


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=365), timedelta(days=3650)])
def test_faults_39_a_clock_that_jumps_ahead_erases_nobody_until_somebody_says_yes(
    shift: Shift, clock: Clock, ahead: timedelta
) -> None:
    with shift.writing() as session:
        pool(session, over=0, fresh=25)
    clock.now += ahead
    shift.workplace.tenure.renew(clock.now)
    outcome = apply_retention.run(shift, shift.now)
    assert (outcome.items, asked(shift)) == (0, [])
    assert bool(outcome.notes) == (ahead > timedelta(days=200))
    clock.now -= ahead
    assert apply_retention.run(shift, shift.now).items == 0


def test_one_person_who_cannot_be_asked_is_noted_and_the_others_are(writing_shift: Shift) -> None:
    shift = writing_shift
    with shift.writing() as session:
        gone, ana = make_candidate(session), make_candidate(session)
        mara = make_recruiter(session)
        for person in (gone, ana):
            wish_to_keep(session, person.id, recruiter_id=mara.id, now=shift.now)
    real = renew_consents.ask_for_consent

    def stumble(session: Session, question: Question, desk: object) -> object:
        if question.candidate_id == gone.id:
            raise ZeroDivisionError
        return real(session, question, desk)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renew_consents, "ask_for_consent", stumble)  # a fault nobody has thought of yet
        outcome = renew_consents.run(shift, shift.now)
    assert (outcome.items, outcome.failures) == (2, 1)
    assert outcome.notes[0].startswith(f"Candidate {gone.id}: Stopped by a fault (ZeroDivisionError)")
    assert renew_consents.run(shift, shift.now).items == 1, "who was left is asked by the next run"
