"""The job that reads the mailbox: a real IMAP server, whatever state it is in."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from jobs import read_answers
from jobs.workplace import Shift
from talentpool.errors import UnavailableError
from talentpool.outreach.incoming import StopWords
from talentpool.outreach.models import IncomingKind, IncomingMail
from talentpool.work.runs import Outcome
from tests.builders import make_candidate
from tests.jobs.test_send_outreach import with_mail
from tests.mailbox import PASSWORD, USER, ServedMailbox, serving_mailbox
from tests.returned_mail import answer


@pytest.fixture(scope="module")
def mailbox() -> Iterator[ServedMailbox]:
    """A mailbox on this machine."""
    with serving_mailbox() as served:
        yield served


@pytest.fixture
def reading(shift: Shift, mailbox: ServedMailbox) -> Shift:
    """An installation that reads the mailbox."""
    return with_mail(
        shift,
        answers_address="talent@b.example",
        answers_host="127.0.0.1",
        answers_port=mailbox.port,
        answers_security="none",
        answers_username=USER,
        answers_password=PASSWORD,
    )


def kinds(shift: Shift) -> list[IncomingKind]:
    with shift.reading() as session:
        return list(session.scalars(select(IncomingMail.kind).order_by(IncomingMail.id)))


def test_unread_mail_is_taken_once_and_marked(reading: Shift, mailbox: ServedMailbox) -> None:
    with reading.writing() as session:
        make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
    mailbox.put(answer("Have you anything for me?", to="", key="<first@x.example>"))
    mailbox.put(answer("Buy!", to="", sender="x@spam.example", key="<second@x.example>"))
    assert read_answers.run(reading, reading.now) == Outcome(items=2)
    assert kinds(reading) == [IncomingKind.OWN_APPROACH, IncomingKind.OTHER]
    assert mailbox.unread() == 0
    assert read_answers.run(reading, reading.now).items == 0


def test_a_mail_whose_mark_was_lost_is_not_taken_twice(reading: Shift, mailbox: ServedMailbox) -> None:
    with reading.writing() as session:
        make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
    for _ in range(2):
        mailbox.put(answer("Hello?", to="", key="<again@x.example>"))
    assert read_answers.run(reading, reading.now).items == 2
    assert kinds(reading) == [IncomingKind.OWN_APPROACH]


def test_bytes_that_are_no_mail_stop_nothing(reading: Shift, mailbox: ServedMailbox) -> None:
    mailbox.put(b"\xff\xfe\x00 not a mail at all")
    mailbox.put(answer("Buy!", to="", sender="x@spam.example", key="<third@x.example>"))
    assert read_answers.run(reading, reading.now).failures == 0
    assert mailbox.unread() == 0


def test_a_mail_that_faults_is_kept_as_nobodys_and_not_met_again(
    reading: Shift, mailbox: ServedMailbox
) -> None:
    with reading.writing() as session:
        make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
    no_words = StopWords(lines=None, phrases=None)  # type: ignore[arg-type]  # the fault
    for content in (answer("Hello?", to="", key="<faulty@x.example>"),) * 2:
        (note,) = read_answers.take_mail(reading, "7", content, no_words)
        assert "Mail 7 is kept as nobody's" in note
    assert kinds(reading) == [IncomingKind.OTHER]


def test_mails_that_once_failed_for_ever_are_read(reading: Shift, mailbox: ServedMailbox) -> None:
    for number, head in enumerate(
        [
            "Content-Type: text/plain; charset=idna",
            "Content-Type: text/plain; charset=undefined",
            "Content-Type: text/plain; charset=unicode_escape",
            f"Cc: {'(' * 5_000}",
            "From: A\x00na <a\x00na@example.org>",
        ]
    ):
        mailbox.put(f"{head}\r\nMessage-ID: <{number}\x00@x.example>\r\n\r\n\\ud800 Hello\r\n".encode())
    assert read_answers.run(reading, reading.now) == Outcome(items=5)
    assert mailbox.unread() == 0
    assert kinds(reading) == [IncomingKind.OTHER] * 5


def test_without_a_mailbox_nothing_is_read(shift: Shift) -> None:
    assert read_answers.run(shift, shift.now) == Outcome()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"answers_port": 1}, "cannot be reached"),
        ({"answers_password": "wrong"}, "refuses mail.answers_username or mail.answers_password"),
        ({"answers_folder": "Nowhere"}, "has no folder 'Nowhere'"),
    ],
)
def test_a_mailbox_that_cannot_be_read_says_why(
    reading: Shift, changes: dict[str, object], says: str
) -> None:
    with pytest.raises(UnavailableError, match=says):
        read_answers.run(with_mail(reading, **changes), reading.now)


def test_a_name_that_would_be_a_command_is_only_a_name(reading: Shift) -> None:
    mail = replace(reading.workplace.settings.mail, answers_folder='INBOX"\r\nA1 DELETE "INBOX')
    settings = replace(reading.workplace.settings, mail=mail)
    strange = replace(reading, workplace=replace(reading.workplace, settings=settings))
    with pytest.raises((UnavailableError, ValueError)):
        read_answers.run(strange, strange.now)
