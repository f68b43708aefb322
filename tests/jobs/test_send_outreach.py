"""The job that sends: under the lease of the scheduler, into the folder or to the server the settings name."""

from dataclasses import replace

import pytest

from jobs import send_outreach
from jobs.workplace import Shift
from talentpool.consent.eligibility import MessagePurpose
from talentpool.errors import UnavailableError
from talentpool.outreach.models import Message, MessageState
from tests.builders import make_candidate


def with_mail(shift: Shift, **changes: object) -> Shift:
    mail = replace(shift.workplace.settings.mail, **changes)  # type: ignore[arg-type]
    settings = replace(shift.workplace.settings, mail=mail)
    return replace(shift, workplace=replace(shift.workplace, settings=settings))


@pytest.fixture
def message(shift: Shift) -> Message:
    """A letter about the person's own application that waits."""
    with shift.writing() as session:
        message = Message(
            message_key="<a1b2@b.example>",
            candidate_id=make_candidate(session, emails=["ana@example.org"]).id,
            purpose=MessagePurpose.SERVICE,
            to_address="ana@example.org",
            sender_name="Mara",
            sender_address="talent@b.example",
            subject="Hello",
            text="Hello",
            state=MessageState.PENDING,
            created_at=shift.now,
            due_at=shift.now,
        )
        session.add(message)
    return message


def state(shift: Shift, message: Message) -> MessageState:
    with shift.reading() as session:
        return session.get_one(Message, message.id).state


def test_what_waits_leaves_into_the_folder(shift: Shift, message: Message) -> None:
    folder = with_mail(shift, transport="folder")
    assert send_outreach.run(folder, shift.now).items == 1
    assert state(shift, message) is MessageState.SENT
    assert [path.name for path in shift.workplace.settings.mail_folder.iterdir()] == ["a1b2bexample.eml"]


def test_without_mail_set_up_messages_wait(shift: Shift, message: Message) -> None:
    assert send_outreach.run(shift, shift.now).items == 0
    assert state(shift, message) is MessageState.PENDING


def test_a_server_that_is_away_is_a_run_to_be_tried_again(shift: Shift, message: Message) -> None:
    away = with_mail(shift, transport="smtp", host="127.0.0.1", port=1, security="none")
    with pytest.raises(UnavailableError):
        send_outreach.run(away, shift.now)
    assert state(shift, message) is MessageState.PENDING
