"""The mailbox that answers and bounces come to, over IMAP: unread mail is read and marked, never deleted."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from talentpool.errors import UnavailableError
from talentpool.outreach.mail_transport import tls_context
from talentpool.settings import MailSettings

LARGEST_MAIL = 10 * 1024 * 1024  # bytes; of a larger one the header is read
MOST_AT_ONCE = 500  # mails a round
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Mailbox:
    """A signed-in connection to the mailbox of answers; use it in a `with`."""

    def __init__(self, mail: MailSettings) -> None:
        self._mail = mail
        self._server: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        """Connect, encrypt, sign in and open the folder; raises UnavailableError saying which of these failed."""
        mail = self._mail
        try:
            self._server = self._connected()
        except (OSError, imaplib.IMAP4.error) as error:
            raise UnavailableError(
                f"The mailbox {mail.answers_host}:{mail.answers_port} cannot be reached "
                f"({type(error).__name__}); it is read again in some minutes."
            ) from error
        try:
            self._sign_in(self._server)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sign out, whatever happened."""
        self._close()

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Walk over unread mails, the oldest first: its number in the mailbox, and its bytes."""
        _, found = self._asked("SEARCH", "UNSEEN")
        numbers = b" ".join(part for part in found if isinstance(part, bytes)).split()
        for uid in map(bytes.decode, numbers[:MOST_AT_ONCE]):
            wanted = "BODY.PEEK[]" if self._size(uid) <= LARGEST_MAIL else "BODY.PEEK[HEADER]"
            _, parts = self._asked("FETCH", uid, f"({wanted})")
            content = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if isinstance(content, bytes):
                yield uid, content

    def mark_read(self, uid: str) -> None:
        """Mark a mail as read, so that it is not handed out again."""
        self._asked("STORE", uid, "+FLAGS", r"(\Seen)")

    def _sign_in(self, server: imaplib.IMAP4) -> None:
        mail = self._mail
        try:
            server.login(mail.answers_username, mail.answers_password)
        except (OSError, imaplib.IMAP4.error) as error:
            raise UnavailableError(
                "The mailbox refuses mail.answers_username or mail.answers_password; correct them."
            ) from error
        try:
            status, _ = server.select(_quoted(mail.answers_folder))
        except (OSError, imaplib.IMAP4.error):
            status = "NO"
        if status != "OK":
            raise UnavailableError(
                f"The mailbox has no folder {mail.answers_folder!r}; correct mail.answers_folder."
            )

    def _close(self) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._server.logout()
            with contextlib.suppress(OSError):
                self._server.shutdown()
        self._server = None

    def _size(self, uid: str) -> int:
        _, parts = self._asked("FETCH", uid, "(RFC822.SIZE)")
        match = _SIZE.search(b" ".join(part for part in parts if isinstance(part, bytes)))
        return int(match[1]) if match else 0

    def _asked(self, command: str, *words: str) -> tuple[str, list[bytes | tuple[bytes, bytes] | None]]:
        assert self._server is not None  # noqa: S101 - the `with` has opened it
        try:
            status, answer = self._server.uid(command, *words)
        except (OSError, imaplib.IMAP4.error) as error:
            raise UnavailableError(
                f"The connection to the mailbox broke ({type(error).__name__}); it is read again in some minutes."
            ) from error
        return status, answer

    def _connected(self) -> imaplib.IMAP4:
        mail = self._mail
        context: ssl.SSLContext = tls_context(mail.ca_file)
        if mail.answers_security == "tls":
            return imaplib.IMAP4_SSL(
                mail.answers_host, mail.answers_port, ssl_context=context, timeout=mail.timeout_seconds
            )
        server = imaplib.IMAP4(mail.answers_host, mail.answers_port, timeout=mail.timeout_seconds)
        if mail.answers_security == "starttls":
            server.starttls(context)
        return server


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
