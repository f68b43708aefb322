"""A real mail server for the tests, which does to one step of a conversation whatever the test scripts."""

import asyncio
import email
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

TAKEN = "250 taken"


class MailServer:
    """What arrived, and what to answer: `refuse["rcpt"] = ["451 later"]` answers the next RCPT so, once."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, list[str]] = {"connect": [], "mail": [], "rcpt": [], "data": []}
        self.cut_after_text = 0  # so many messages are taken, and the connection cut before the answer
        self.cut_before_text = 0  # the same, at RCPT
        self.slow_seconds = 0.0
        self.on_rcpt: Callable[[str], None] | None = None
        self.port = 0

    @property
    def taken(self) -> Counter[str]:
        """Count how often each Message-ID was taken."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    @property
    def recipients(self) -> list[str]:
        """List the addresses mail was taken for."""
        return [str(message["To"]) for message in self.messages]

    async def handle_MAIL(  # noqa: N802 - the server calls it so
        self, _server: smtp.SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        envelope.mail_from = address
        return self._scripted("mail")

    async def handle_RCPT(  # noqa: N802
        self, server: smtp.SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if self.on_rcpt is not None:
            self.on_rcpt(address)
        if self.cut_before_text:
            self.cut_before_text -= 1
            _cut(server)
        envelope.rcpt_tos.append(address)
        return self._scripted("rcpt")

    async def handle_DATA(self, server: smtp.SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message after its dot."""
        answer = self._scripted("data")
        if not answer.startswith("250"):
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        self.messages.append(email.message_from_bytes(content, policy=SMTP))  # type: ignore[arg-type]
        if self.cut_after_text:
            self.cut_after_text -= 1
            _cut(server)
        await asyncio.sleep(self.slow_seconds)
        return TAKEN

    def _scripted(self, step: str) -> str:
        return self.refuse[step].pop(0) if self.refuse[step] else TAKEN


def _cut(server: smtp.SMTP) -> None:
    assert server.transport is not None
    server.transport.abort()


class _Listener(Controller):
    """A controller whose connections may greet with whatever the script says."""

    def factory(self) -> smtp.SMTP:
        greeting: list[str] = self.handler.refuse["connect"]
        if greeting:
            return _Refusing(self.handler, greeting.pop(0))
        return super().factory()


class _Refusing(smtp.SMTP):
    def __init__(self, handler: Any, words: str) -> None:
        super().__init__(handler)
        self._words = words

    async def push(self, _status: Any) -> None:
        """Greet with a refusal."""
        await super().push(self._words)
        _cut(self)


@contextmanager
def serving_mail(
    tls: ssl.SSLContext | None = None, *, from_the_start: bool = False, password: str | None = None
) -> Iterator[MailServer]:
    """Serve mail on a free port of this machine; with `tls` only after STARTTLS, or encrypted from the start.

    With a password, after STARTTLS, only to whoever signs in with it under any name.
    """
    server = MailServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]

    def authenticate(*asked: Any) -> smtp.AuthResult:
        return smtp.AuthResult(success=asked[-1].password == (password or "").encode(), handled=False)

    listener = _Listener(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=tls if from_the_start else None,
        tls_context=None if from_the_start else tls,
        require_starttls=tls is not None and not from_the_start,
        authenticator=authenticate if password else None,
        auth_required=password is not None,
    )
    listener.start()
    try:
        yield server
    finally:
        listener.stop()
