"""Who was erased is recognised again, in a file and after a restore; whoever shares a line or a mailbox with them stays."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from talentpool.candidates.contact_records import About, load_contact_records
from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.consent.eligibility import ContactPolicy
from talentpool.database import Sessions
from talentpool.erasure.again import people_erased_before
from talentpool.erasure.erase import erase_person
from tests.builders import make_candidate
from tests.use_cases.imports.conftest import SECRET, BringIn

Erase = Callable[[str], None]


@pytest.fixture
def erase(sessions: Sessions, now: datetime) -> Erase:
    def call(name: str) -> None:
        with sessions.writing.begin() as session:
            person = session.scalars(select(Candidate).where(Candidate.full_name == name)).one()
            erase_person(session, person.id, secret=SECRET, recruiter_id=None, now=now)

    return call


def here(sessions: Sessions) -> set[str]:
    with sessions.reading() as session:
        return set(session.scalars(select(Candidate.full_name)))


def erased_before(sessions: Sessions) -> set[str]:
    with sessions.reading() as session:
        again = people_erased_before(session, SECRET)
        return set(session.scalars(select(Candidate.full_name).where(Candidate.id.in_(again))))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("Phone", "030 901820"),
        ("Phone", "+49 30 901820"),
        ("Email", "jobs@example.org"),
        ("Email", "the.hubers@example.org"),
    ],
)
def test_one_erasure_leaves_whoever_shares_the_landline_or_the_address(
    column: str, value: str, bring_in: BringIn, erase: Erase, sessions: Sessions, now: datetime
) -> None:
    bring_in(f"Name,{column},Job\nEva Huber,{value},Nurse\nFritz Lang,{value},Nurse\n", country="DE")
    erase("Eva Huber")
    with sessions.writing.begin() as session:
        fritz = session.scalars(select(Candidate)).one()
        if not fritz.emails:
            fritz.emails.append(
                CandidateEmail(address="fritz@example.org", address_key="fritz@example.org", position=0)
            )
    with sessions.reading() as session:
        about = About(secret=SECRET, to_address=fritz.emails[0].address)
        policy = ContactPolicy(cool_down_days=90, basis_required=True, consent_ends_soon_days=30)
        record = load_contact_records(session, [fritz.id], policy, today=now.date(), about=about)[fritz.id]
    assert not record.erased
    assert erased_before(sessions) == set()
    report = bring_in(
        f"Name,{column},Job\nGerda Moll,{value},Nurse\nEva Huber,{value},Nurse\n", name="more.csv"
    )
    assert (report.created, report.blocked) == (1, 1)
    assert here(sessions) == {"Fritz Lang", "Gerda Moll"}


def test_a_restored_record_goes_again_by_its_address_and_name_but_not_by_the_address_alone(
    bring_in: BringIn, erase: Erase, sessions: Sessions
) -> None:
    bring_in("Name,Email\nAna Ruiz,ana@example.org\n")
    erase("Ana Ruiz")
    with sessions.writing.begin() as session:
        for name in ("Ruiz, Ana", "Bo Chen"):
            make_candidate(session, name, emails=["ana@example.org"])
    assert erased_before(sessions) == {"Ruiz, Ana"}


@pytest.mark.parametrize(
    ("erased", "again"),
    [
        ("Phone:030 777777", "Phone:030 777777"),
        ("Phone:0151 23456789", "Phone:+49 151 23456789"),
        ("Phone:+49 151 23456789", "Phone:0151 23456789"),
        ("Page:https://www.linkedin.com/in/eva-huber/", "Page:linkedin.com/in/eva-huber"),
        ("Page:https://github.com/evahuber", "Page:http://github.com/EvaHuber"),
        ("Page:https://eva-huber.example/about", "Page:eva-huber.example/about"),
    ],
)
def test_faults_26_somebody_without_an_address_does_not_come_back_either(
    erased: str, again: str, bring_in: BringIn, erase: Erase, sessions: Sessions
) -> None:
    header = {"Phone": "Name,Phone", "Page": "Name,LinkedIn"}
    kind, _, value = erased.partition(":")
    bring_in(f"{header[kind]}\nEva Huber,{value}\n")
    erase("Eva Huber")
    kind, _, value = again.partition(":")
    report = bring_in(f'{header[kind]}\n"Huber, Eva",{value}\n', name="again.csv", country="DE")
    assert (report.blocked, report.created) == (1, 0)
    assert here(sessions) == set()


def test_ones_own_number_and_profile_are_known_under_another_name_too(
    bring_in: BringIn, erase: Erase, sessions: Sessions
) -> None:
    bring_in("Name,Phone,LinkedIn\nEva Huber,+49 151 23456789,linkedin.com/in/eva-huber\n")
    erase("Eva Huber")
    report = bring_in(
        "Name,Phone,LinkedIn\nEva Moll,+49 151 23456789,\nE. Moll,,linkedin.com/in/eva-huber\n",
        name="again.csv",
    )
    assert (report.blocked, report.created) == (2, 0)
