"""A mail made to be slow or endless costs no more than a short while, and what is read of it can be stored."""

from time import process_time

import pytest

from talentpool.outreach.incoming import Incoming, asks_to_stop, read_incoming
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.settings import config_folder

ALLOWED_SECONDS = 5  # of CPU; the slowest takes .6 s on a machine where a quadratic step takes minutes
LENGTH = 300_000  # bytes
HEAD = b"From: ana@example.org\r\nTo: talent@b.example\r\nMIME-Version: 1.0\r\n"
PIECES = [
    *(" \n", "\n", " ", "<br", "</p ", "<b><i>", "&", "<!--", "<a@", "-", "_ ", "on ", "from: ", ": ", "5.1"),
    *("on a wrote:  ", "> ", "\t", "on wrote : \n", "<a b="),
]
HEADERS = ["From", "Cc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition"]
IN_HEADERS = [
    "(",
    "a ",
    "a,",
    '"',
    "\\",
    "<a@b>,",
    "<",
    ";a=",
    ';a*0="',
    "=?utf-8?q?a?= ",
    "=?idna?q?a?= ",
    "[",
]
CHARSETS = ["idna", "undefined", "utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "hex", "utf-16"]


def read_in_time(content: bytes) -> Incoming:
    began = process_time()
    mail = read_incoming(content)
    asks_to_stop(f"{mail.subject}\n{mail.text}", load_stop_words(config_folder()))
    assert process_time() - began < ALLOWED_SECONDS
    for text in (mail.text, mail.subject, mail.key, mail.sender, *mail.recipients, *mail.references):
        assert "\x00" not in text
        text.encode()
    return mail


@pytest.mark.parametrize("sender", ["ana@example.org", "mailer-daemon@example.org"])
@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_a_hostile_text_is_read_in_time(subtype: str, sender: str) -> None:
    for piece in PIECES:
        body = piece * (LENGTH // len(piece))
        read_in_time(f"From: {sender}\r\nContent-Type: text/{subtype}\r\n\r\n{body}!".encode())


@pytest.mark.parametrize("name", HEADERS)
def test_a_hostile_header_is_read_in_time(name: str) -> None:
    for piece in IN_HEADERS:
        read_in_time(f"{name}: {piece * (LENGTH // len(piece))}\n\nhello".encode())


@pytest.mark.parametrize("depth", [5, 19, 300, 1_000])
def test_parts_within_parts_are_read_in_time(depth: int) -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth)
    )
    assert read_in_time(HEAD + nested + b"\n" * LENGTH).sender == "ana@example.org"


def test_very_many_parts_and_mails_within_mails_are_read_in_time() -> None:
    begin = HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n'
    read_in_time(begin + b"--b\n\n" * (LENGTH // 5))
    read_in_time(begin + (b"--b\nContent-Type: x/" + b';a="' * 300 + b"\n\n") * (LENGTH // 1_200))
    read_in_time(begin + (b"--b\nTo: " + b'"' * 1_000 + b"\n\n") * (LENGTH // 1_000))
    read_in_time(HEAD + b"Content-Type: message/rfc822\n\n" * (LENGTH // 29))


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_charset_that_is_none_leaves_what_can_be_read(charset: str) -> None:
    said = f"Content-Type: text/plain; charset={charset}\n\nGladly. +2AA- \\ud800 xn--a-{'é' * 99}"
    mail = read_in_time(HEAD + said.encode())
    assert charset == "utf-16" or "Gladly" in mail.text


@pytest.mark.parametrize(
    "header", ["From: A\x00na <ana@example.org>", "Cc: " + "(" * 5_000, "Subject: =?utf-7?q?+2AA-?= \x00"]
)
def test_a_header_no_database_takes_or_no_parser_ends_with_stops_nothing(header: str) -> None:
    assert read_in_time(f"{header}\nMessage-ID: <a\x00b@x.example>\n\nGladly.".encode()).text == "Gladly."


def test_the_text_is_read_where_it_is_not_attached() -> None:
    begin = HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n'
    attached = b"--b\nContent-Disposition: attachment\nContent-Type: text/plain\n\nMy CV\n"
    mail_within = b"--b\nContent-Type: message/rfc822\n\nSubject: old\n\nOld words\n"
    html = b"--b\nContent-Type: text/html\n\n<p>Gladly.</p>\n"
    assert read_incoming(begin + attached + mail_within + html + b"--b--\n").text == "Gladly."
