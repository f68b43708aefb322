"""Mail that comes back is read for what it is, whatever a stranger has put into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.outreach.incoming import LONGEST_TEXT, asks_to_stop, read_incoming
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder
from tests.returned_mail import KEY, absence_note, answer, bounce


def test_an_answer_gives_its_new_words_and_the_message_it_answers() -> None:
    mail = read_incoming(
        answer("Yes, gladly.\n\nAna\n\nOn Mon, 23 Nov 2026 at 09:00, Kim wrote:\n> Hello Ana")
    )
    assert mail.text == "Yes, gladly.\n\nAna"
    assert mail.references == (KEY,)
    assert mail.sender == "ana@example.org"
    assert not mail.is_automatic
    assert mail.bounce is None


@pytest.mark.parametrize(
    "opening",
    [
        "Am Mo., 23. Nov. 2026 um 09:00 Uhr schrieb Kim <kim@b.example>:",
        "Le lun. 23 nov. 2026 à 09:00, Kim a écrit :",
        "El lun, 23 nov 2026 a las 9:00, Kim escribió:",
        "Den mån 23 nov. 2026 kl 09:00 skrev Kim:",
        "-----Original Message-----",
        "________________________________",
        "On Mon, 23 Nov 2026 at 09:00, Kim of\nTalent <kim@b.example> wrote:",
    ],
)
def test_what_is_quoted_is_not_taken_for_an_answer(opening: str) -> None:
    assert read_incoming(answer(f"Gern!\n\n{opening}\nplease stop writing")).text == "Gern!"


def test_an_answer_in_html_alone_is_read_as_text() -> None:
    mail = read_incoming(answer("<p>Yes &amp; no</p><p>Ana<script>alert(1)</script></p>", subtype="html"))
    assert mail.text == "Yes & no\nAna"


def test_a_report_of_failure_names_the_address_and_whether_it_is_for_good() -> None:
    mail = read_incoming(bounce("5.1.1", "smtp; 550 5.1.1 no such user"))
    assert mail.references == (KEY,)
    assert mail.bounce is not None
    assert mail.bounce.addresses == ("ana@example.org",)
    assert mail.bounce.is_unknown_address
    assert mail.bounce.is_permanent
    assert "no such user" in mail.bounce.words


@pytest.mark.parametrize(("status", "action"), [("4.4.1", "delayed"), ("4.2.2", "failed")])
def test_a_delay_is_not_the_end(status: str, action: str) -> None:
    mail = read_incoming(bounce(status, "smtp; 451 later", action=action))
    assert mail.bounce is not None
    assert not mail.bounce.is_permanent


@pytest.mark.parametrize(
    ("status", "said", "nobody_there"),
    [
        ("5.1.1", "smtp; 550 no such user", True),
        ("5.1.10 (null MX)", "smtp; 556", True),
        ("5.0.0", "smtp; 550 5.1.1 no such user", True),
        ("5.7.26", "smtp; 550 5.7.26 unauthenticated mail", False),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("5.0.0", "smtp; 554 no", False),
    ],
)
def test_only_a_report_that_nobody_is_there_speaks_against_the_address(
    status: str, said: str, nobody_there: bool
) -> None:
    mail = read_incoming(bounce(status, said))
    assert mail.bounce is not None
    assert mail.bounce.is_permanent
    assert mail.bounce.is_unknown_address is nobody_there


def test_a_report_of_success_is_no_bounce() -> None:
    assert read_incoming(bounce("2.0.0", "smtp; 250 ok", action="delivered")).bounce is None


def test_a_failure_told_in_plain_words_is_understood() -> None:
    told = (
        f"From: MAILER-DAEMON@b.example\nSubject: failure\n\nYour message {KEY} failed: 550 5.1.1 unknown\n"
    )
    mail = read_incoming(told.encode())
    assert mail.bounce is not None
    assert mail.bounce.is_permanent
    assert mail.references == (KEY,)


def test_an_absence_note_is_not_an_answer() -> None:
    assert read_incoming(absence_note()).is_automatic


@pytest.mark.parametrize(
    "header",
    [
        *("Auto-Submitted: auto-generated (vacation)", "Precedence: auto_reply", "X-Autoreply: yes"),
        *("X-Auto-Reply: yes", "Return-Path: <>", "Subject: Automatic reply: A role"),
        *("Subject: Abwesenheitsnotiz: A role", "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_A_role?="),
    ],
)
def test_an_absence_note_is_known_by_any_of_its_marks(header: str) -> None:
    mail = f"{header}\nFrom: ana@example.org\nIn-Reply-To: {KEY}\n\nI am away."
    assert read_incoming(mail.encode()).is_automatic


@pytest.mark.parametrize(
    "header", ["Auto-Submitted: no", "Subject: Re: Automatic reply: A role", "Return-Path: <ana@example.org>"]
)
def test_an_answer_by_a_person_is_not_taken_for_an_absence_note(header: str) -> None:
    mail = f"{header}\nFrom: ana@example.org\nIn-Reply-To: {KEY}\n\nGladly."
    assert not read_incoming(mail.encode()).is_automatic


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("STOP", True),
        ("stop.\nthank you", True),
        ("Please remove me from your list", True),
        ("Bitte nicht mehr kontaktieren!", True),
        ("Merci de ne plus me contacter.", True),
        ("No me contacten más", True),
        ("Kontakta mig inte igen, tack", True),
        ("I would not stop thinking about it", False),
        ("The bus stop is next to the office", False),
        ("Yes please, contact me", False),
        ("", False),
    ],
)
def test_a_wish_to_be_left_alone_is_heard_and_nothing_else(text: str, asks: bool) -> None:
    assert asks_to_stop(text, load_stop_words(config_folder())) is asks


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_without_a_fault(content: bytes) -> None:
    mail = read_incoming(content)
    assert len(mail.text) <= LONGEST_TEXT
    assert len(mail.key) <= 320


@given(
    st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type"]),
    st.text(max_size=200),
)
def test_any_header_is_read_without_a_fault(name: str, value: str) -> None:
    mail = read_incoming(f"{name}: {value}\n\nhello".encode("utf-8", "replace"))
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
