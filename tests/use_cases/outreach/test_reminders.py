"""One reminder after a message that nobody answered, and never one that is not wanted."""

import pytest
from sqlalchemy import select

from talentpool.accounts.models import Recruiter
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction
from talentpool.outreach.answers import enter_answer, take_incoming
from talentpool.outreach.by_hand import log_contact
from talentpool.outreach.compose import Place
from talentpool.outreach.incoming import read_incoming
from talentpool.outreach.models import Message, MessageState
from talentpool.outreach.own_data_letters import Desk
from talentpool.outreach.reminders import due_reminders, remind
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.roles.models import Role, RoleState
from talentpool.settings import config_folder
from tests.builders import make_recruiter
from tests.returned_mail import answer
from tests.use_cases.outreach.conftest import GUARD, SECRET, Post


@pytest.fixture
def sent(post: Post) -> Message:
    """A first contact to Ana that has left and shall be reminded of after seven days."""
    message = post.queued(post.person("Ana Ruiz"), follow_up_days=7)
    post.send()
    return message


def due(post: Post) -> list[int]:
    with post.sessions.reading() as session:
        return due_reminders(session, now=post.now)


def remind_of(post: Post, message: Message) -> Message | None:
    place = Place(public_url="https://talent.example.org", secret=SECRET, now=post.now)
    desk = Desk(config_folder=config_folder(), mail=post.mail, guard=GUARD, place=place)
    with post.sessions.writing.begin() as session:
        return remind(session, message.id, desk)


def test_a_reminder_is_due_when_its_days_are_over_and_no_sooner(post: Post, sent: Message) -> None:
    post.later(days=6, hours=23)
    assert due(post) == []
    post.later(hours=2)
    assert due(post) == [sent.id]


def test_a_reminder_goes_out_once_although_the_person_rests(post: Post, sent: Message) -> None:
    post.later(days=8)
    reminder = remind_of(post, sent)
    assert reminder is not None
    assert reminder.follows_id == sent.id
    assert reminder.subject.endswith("may we ask once more?")
    assert due(post) == []
    post.send()
    assert post.state(reminder) is MessageState.SENT
    assert post.server.taken.total() == 2
    post.later(days=30)
    assert due(post) == []


def test_an_answer_ends_it(post: Post, sent: Message) -> None:
    with post.sessions.writing.begin() as session:
        enter_answer(
            session,
            sent.candidate_id,
            ContactChannel.CALL,
            "Not now.",
            role_id=None,
            recruiter_id=post.recruiter.id,
            now=post.now,
        )
    post.later(days=8)
    assert remind_of(post, sent) is None
    assert due(post) == []


def test_an_answer_between_queueing_and_sending_is_seen_by_the_rule(post: Post, sent: Message) -> None:
    post.later(days=8)
    reminder = remind_of(post, sent)
    assert reminder is not None
    with post.sessions.writing.begin() as session:
        person = session.get_one(Candidate, sent.candidate_id)
        stop_contact(session, person, secret=SECRET, now=post.now)
    post.send()
    assert post.state(reminder) is MessageState.STOPPED


def test_a_reminder_that_waits_does_not_go_once_they_have_answered(post: Post, sent: Message) -> None:
    post.later(days=8)
    reminder = remind_of(post, sent)
    assert reminder is not None
    own, now = post.recruiter.id, post.now
    with post.sessions.writing.begin() as session:
        enter_answer(
            session, sent.candidate_id, ContactChannel.CALL, "Yes", role_id=None, recruiter_id=own, now=now
        )
    post.send()
    assert post.state(reminder) is MessageState.STOPPED


def test_an_answer_from_a_program_with_a_slow_clock_ends_it(post: Post, sent: Message) -> None:
    post.later(days=1)
    late = answer("Yes.", to=sent.message_key).replace(b"23 Nov 2026", b"23 Nov 2016")
    with post.sessions.writing.begin() as session:
        take_incoming(session, read_incoming(late), load_stop_words(config_folder()), now=post.now)
    post.later(days=8)
    assert remind_of(post, sent) is None


def test_a_contact_by_a_colleague_in_the_meantime_ends_it(post: Post, sent: Message) -> None:
    post.later(days=3)
    with post.sessions.writing.begin() as session:
        own, now = post.recruiter.id, post.now
        log_contact(session, sent.candidate_id, ContactChannel.CALL, role_id=None, recruiter_id=own, now=now)
    post.later(days=5)
    assert remind_of(post, sent) is None


def test_a_role_that_was_closed_is_not_asked_about_again(post: Post, sent: Message) -> None:
    with post.sessions.writing.begin() as session:
        session.get_one(Role, post.role.id).state = RoleState.CLOSED
    post.later(days=8)
    assert remind_of(post, sent) is None


def test_the_reminder_is_a_contact_of_its_own_and_the_person_rests_anew(post: Post, sent: Message) -> None:
    post.later(days=8)
    remind_of(post, sent)
    post.send()
    with post.sessions.reading() as session:
        ours = session.scalars(select(Contact).where(Contact.direction == Direction.OURS)).all()
    assert len(ours) == 2
    assert max(contact.at for contact in ours) == post.now


@pytest.mark.parametrize("has_owner", [True, False])
def test_where_the_writer_has_left_the_owner_of_the_role_reminds(
    post: Post, sent: Message, has_owner: bool
) -> None:
    with post.sessions.writing.begin() as session:
        colleague = make_recruiter(session, name="Ines Roth", email="ines@nordwind.example")
        session.get_one(Recruiter, post.recruiter.id).disabled_at = post.now
        session.get_one(Role, post.role.id).owner_id = colleague.id if has_owner else None
    post.later(days=8)
    reminder = remind_of(post, sent)
    assert (reminder is not None) is has_owner
    if reminder is not None:
        assert (reminder.recruiter_id, reminder.reply_to) == (colleague.id, "ines@nordwind.example")
        assert "Ines Roth" in reminder.text
        post.send()
        assert post.state(reminder) is MessageState.SENT


def test_a_reminder_is_in_the_language_of_the_letter(post: Post) -> None:
    message = post.queued(post.person("Ana Ruiz"), follow_up_days=7)
    with post.sessions.writing.begin() as session:
        session.get_one(Message, message.id).language = "es"
    post.send()
    post.later(days=8)
    reminder = remind_of(post, message)
    assert reminder is not None
    assert reminder.subject.endswith("¿podemos preguntarle una vez más?")
    assert "Recibe este mensaje porque se presentó" in reminder.text
