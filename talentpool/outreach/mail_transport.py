"""Handing mail over: to a mail server, or into a folder. What became of it is one of four answers.

SMTP cannot say "exactly once" (RFC 1047): a connection that ends after the text went out and before the
answer leaves it open whether the server took it. That is `unknown`, and only that.
"""

import contextlib
import os
import smtplib
import ssl
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from talentpool.errors import UnavailableError
from talentpool.outreach.mime import Envelope
from talentpool.settings import MailSettings

MOST_SECONDS_WAITED = 30  # for a connection, before a message that nobody has queued is let be
LONGEST_REPLY = 200  # of a server's words that are kept
NOT_SIGNED_IN = (530, 535)  # RFC 4954; some servers say so only at RCPT
ADDRESS_UNKNOWN = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")  # RFC 3463, RFC 7505: nobody there, ever


class Fate(StrEnum):
    """What became of one try."""

    SENT = "sent"
    FAILED_FOR_NOW = "failed_for_now"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What became of one try, in words, and whether the address itself is at fault, or we are."""

    fate: Fate
    words: str = ""
    bad_address: bool = False
    is_about_us: bool = (
        False  # no message of ours is taken now: this one is not at fault, and the others wait
    )


class Transport(Protocol):
    """A way for mail to leave: opened once, used for many, closed."""

    def open(self) -> None:
        """Get ready; raises UnavailableError while nothing can be sent at all."""

    def send(self, envelope: Envelope, *, before: float) -> Answer:
        """Hand one message over, unless `time.monotonic()` has passed `before` by then."""

    def close(self) -> None:
        """Let go."""


def transport_of(mail: MailSettings, folder: Path) -> Transport:
    """Give the way the settings name; raises UnavailableError where they name none."""
    if mail.transport == "folder":
        return FolderTransport(folder)
    if mail.transport == "smtp":
        return SmtpTransport(mail)
    raise UnavailableError("E-mail is not set up (mail.transport is 'off'); messages wait until it is.")


def send_one(transport: Transport, envelope: Envelope) -> Answer:
    """Hand one message over that no outbox keeps; raises UnavailableError while nothing can be sent at all."""
    try:
        transport.open()
        return transport.send(envelope, before=time.monotonic() + MOST_SECONDS_WAITED)
    finally:
        transport.close()


def file_name_of(key: str) -> str:
    """Give the name a message has in the folder, by its Message-ID.

    >>> file_name_of("<a1@b.example>")
    'a1bexample.eml'
    """
    return "".join(sign for sign in key if sign.isalnum() or sign in "-_") + ".eml"


class FolderTransport:
    """Messages as .eml files, one each, however often it is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        """Make the folder; people's mail is nobody else's to read."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(
                f"Mail cannot be written to {self._folder} ({error.strerror}); free it or name another home."
            ) from error

    def send(self, envelope: Envelope, *, before: float) -> Answer:
        """Write the file beside its place, then put it there."""
        if time.monotonic() >= before:
            return _too_late()
        name = file_name_of(envelope.key)
        fresh = self._folder / f".{name}.{os.getpid()}"
        try:
            fresh.write_bytes(envelope.content)
            fresh.replace(self._folder / name)
        except OSError as error:
            return Answer(fate=Fate.FAILED_FOR_NOW, words=f"The file could not be written: {error.strerror}.")
        return Answer(fate=Fate.SENT)

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """A connection to a mail server, encrypted as the settings say, opened anew when it broke."""

    def __init__(self, mail: MailSettings) -> None:
        self._mail = mail
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, encrypt and sign in."""
        if self._server is not None:
            return
        try:
            self._server = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            raise UnavailableError(
                "The mail server refuses mail.username or mail.password; correct them."
            ) from error
        except (OSError, smtplib.SMTPException) as error:  # ssl.SSLError is an OSError
            raise UnavailableError(
                f"The mail server {self._mail.host}:{self._mail.port} cannot be used ({_cause(error)}); "
                "messages wait and are tried again."
            ) from error

    def send(self, envelope: Envelope, *, before: float) -> Answer:
        """Hand one message over, and say what the server said."""
        try:
            self.open()
        except UnavailableError as error:
            return Answer(fate=Fate.FAILED_FOR_NOW, words=str(error))
        assert self._server is not None  # noqa: S101 - open() has just seen to it
        try:
            refused = _announce(self._server, envelope)
        except (OSError, smtplib.SMTPException) as error:  # nothing of the text has gone out yet
            self.close()
            return Answer(fate=Fate.FAILED_FOR_NOW, words=f"The connection broke ({_cause(error)}).")
        if refused is not None:
            self._start_over()
            return refused
        if time.monotonic() >= before:
            self._start_over()
            return _too_late()
        return self._hand_over(self._server, envelope)

    def close(self) -> None:
        """End the connection politely if it still stands."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        mail, context = self._mail, tls_context(self._mail.ca_file)
        if mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, timeout=mail.timeout_seconds, context=context
            )
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout_seconds)
        try:
            if mail.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if mail.username:
                server.login(mail.username, mail.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, envelope: Envelope) -> Answer:
        try:
            code, said = server.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(fate=Fate.FAILED_FOR_NOW, words=f"The connection broke ({_cause(error)}).")
        if code != 354:
            self._start_over()
            return _refused(code, said)
        try:
            server.send(_dotted(envelope.content))
            code, said = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            words = f"The connection broke after the text had gone out ({_cause(error)})."
            return Answer(fate=Fate.UNKNOWN, words=words)
        if 200 <= code < 300:
            return Answer(fate=Fate.SENT)
        if 400 <= code < 600:
            self._start_over()
            return _refused(code, said)
        self.close()
        return Answer(fate=Fate.UNKNOWN, words=f"The mail server answered with {code}.")

    def _start_over(self) -> None:
        if self._server is None:
            return
        try:
            self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _announce(server: smtplib.SMTP, envelope: Envelope) -> Answer | None:
    options = ["smtputf8"] if not envelope.recipient.isascii() and server.has_extn("smtputf8") else []
    if not envelope.recipient.isascii() and not options:
        words = "The mail server takes no address with letters beyond a to z (SMTPUTF8)."
        return Answer(fate=Fate.FAILED, words=words)
    code, said = server.mail(envelope.sender, options)
    if code == 250:
        code, said = server.rcpt(envelope.recipient)
        if code in (250, 251):
            return None
        return _refused(code, said, about_recipient=True)
    return _not_from_us(code, said, envelope.sender)


def _not_from_us(code: int, said: bytes, sender: str) -> Answer:
    """Answer for a refusal before anything was said of the message: of us, our address or our measure for a day."""
    words = f"The mail server takes no mail from {sender} now: {_words(code, said)}"
    return Answer(fate=Fate.FAILED_FOR_NOW, words=words, is_about_us=True)


def _words(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}"[:LONGEST_REPLY]


def _refused(code: int, said: bytes, *, about_recipient: bool = False) -> Answer:
    words = _words(code, said)
    if code in NOT_SIGNED_IN:
        return Answer(
            fate=Fate.FAILED_FOR_NOW, words=f"The mail server wants us signed in: {words}", is_about_us=True
        )
    if 500 <= code < 600:
        status = said.decode("ascii", "replace").split(" ")[0]
        return Answer(
            fate=Fate.FAILED, words=words, bad_address=about_recipient and status in ADDRESS_UNKNOWN
        )
    return Answer(fate=Fate.FAILED_FOR_NOW, words=words)


def _too_late() -> Answer:
    return Answer(
        fate=Fate.FAILED_FOR_NOW, words="The mail server was too slow; what was checked may be old."
    )


def _dotted(content: bytes) -> bytes:
    """Write the text as DATA wants it: lines end in CRLF, a leading dot is doubled, a dot ends it (RFC 5321)."""
    lines = content.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Give how a mail server's certificate is checked: by the system's authorities, and by those in a file."""
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def _cause(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
