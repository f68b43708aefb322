"""A real IMAP mailbox for the tests, in a process of its own."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "demouser", "demopass"


@dataclass(frozen=True, kw_only=True)
class ServedMailbox:
    """Where the mailbox listens, and a way to put mail into it and to look."""

    port: int

    def put(self, content: bytes) -> None:
        """Let a mail arrive, unread."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as server:
            server.login(USER, PASSWORD)
            status, said = server.append("INBOX", "", "", content)
            assert status == "OK", said

    def unread(self) -> int:
        """Count the mails nobody has read."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as server:
            server.login(USER, PASSWORD)
            server.select("INBOX", readonly=True)
            return len(server.search(None, "UNSEEN")[1][0].split())


@contextmanager
def serving_mailbox() -> Iterator[ServedMailbox]:
    """Start an IMAP server with one empty mailbox, and end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--no-tls", "dict"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port)
            yield ServedMailbox(port=port)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    ends_at = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < ends_at, "the mailbox did not start"
        time.sleep(0.05)
