"""No letter remembers a confidential role: colleagues who may not know of it read letters too, whoever wrote them."""

from dataclasses import replace

import pytest

from talentpool.accounts.models import Recruiter
from talentpool.accounts.policies import Edit
from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Candidate, Stage
from talentpool.outreach.compose import Place, writer_of
from talentpool.outreach.kind_letters import KindLetter, PersonalLines
from talentpool.outreach.letters import change_letters, letters_value
from talentpool.outreach.models import Message
from talentpool.outreach.own_data_letters import Desk, OwnDataLetter, write_own_data_letter
from talentpool.outreach.reminders import remind
from talentpool.outreach.templates import load_template
from talentpool.roles.models import Role
from talentpool.roles.visibility import confidential_role_ids
from talentpool.settings import config_folder
from tests.builders import make_application, make_candidate, make_role
from tests.use_cases.outreach.conftest import GUARD, SECRET, Post

SECRET_ROLE = "Zephyrine lead"
EVERYTHING = "{{ remembered }} {{ application_title }}"


@pytest.fixture
def ana(post: Post) -> Candidate:
    """Somebody who got furthest with a confidential role, which the recruiter who writes leads."""
    person = post.person("Ana Ruiz")
    with post.sessions.writing.begin() as session:
        secret = make_role(session, SECRET_ROLE, is_confidential=True, owner_id=post.recruiter.id)
        make_application(session, session.get_one(Candidate, person.id), role=secret, stage=Stage.OFFERED)
    return person


def place(post: Post) -> Place:
    return Place(public_url="https://talent.example.org", secret=SECRET, now=post.now)


def test_a_first_contact_and_its_reminder_speak_of_another_application(post: Post, ana: Candidate) -> None:
    with post.sessions.writing.begin() as session:
        value = letters_value(session, config_folder())
        value["follow_up"] = {**value["follow_up"], "text": EVERYTHING, "html": EVERYTHING}
        edit = Edit(recruiter_id=post.recruiter.id, seen_version=0, now=post.now)
        change_letters(session, value, edit, config_folder=config_folder())
    first = post.queued(ana, follow_up_days=7)
    post.send()
    post.later(days=8)
    desk = Desk(config_folder=config_folder(), mail=post.mail, guard=GUARD, place=place(post))
    with post.sessions.writing.begin() as session:
        reminder = remind(session, first.id, desk)
    assert reminder is not None
    for letter in (first, reminder):
        assert "Site reliability engineer" in letter.text
        assert SECRET_ROLE not in letter.text + (letter.html or "")


def test_a_letter_about_their_own_data_names_it_neither(post: Post, ana: Candidate) -> None:
    desk = Desk(mail=post.mail, guard=GUARD, place=place(post), config_folder=config_folder())
    wanted = OwnDataLetter(
        candidate_id=ana.id, name="keep_in_touch", text=EVERYTHING, recruiter_id=post.recruiter.id
    )
    with post.sessions.writing.begin() as session:
        letter = write_own_data_letter(session, wanted, desk)
    assert isinstance(letter, Message)
    assert "Site reliability engineer" in letter.text
    assert SECRET_ROLE not in letter.text


def test_a_kind_letter_names_its_own_role_and_remembers_no_confidential_one(
    post: Post, ana: Candidate
) -> None:
    with post.sessions.reading() as session:
        role, person = session.get_one(Role, post.role.id), session.get_one(Candidate, ana.id)
        template = load_template(config_folder(), "kind_rejection")
        letter = KindLetter(
            template=replace(template, subject="{{ application_title }}", text="{{ remembered }}", html=""),
            footer=("", ""), role=role, writer=writer_of(session.get_one(Recruiter, post.recruiter.id), role, post.mail), place=place(post),
            hidden_roles=confidential_role_ids(session),
        ).for_one(person, PersonalLines())  # fmt: skip
    assert letter is not None
    assert letter.subject == role.title
    assert SECRET_ROLE not in letter.text


def test_somebody_known_for_nothing_else_is_somebody_on_file(post: Post) -> None:
    with post.sessions.writing.begin() as session:
        person = make_candidate(session, "Bo Lind")
        make_application(session, person, role=make_role(session, SECRET_ROLE, is_confidential=True))
        assert address_of(person) is not None
    desk = Desk(mail=post.mail, guard=GUARD, place=place(post), config_folder=config_folder())
    wanted = OwnDataLetter(candidate_id=person.id, name="keep_in_touch", recruiter_id=post.recruiter.id)
    with post.sessions.writing.begin() as session:
        letter = write_own_data_letter(session, wanted, desk)
    assert isinstance(letter, Message)
    assert SECRET_ROLE not in letter.text + (letter.html or "")
