"""Mails as other programs send them back: answers, reports of failure (RFC 3464), absence notes."""

from email.message import EmailMessage
from email.policy import SMTP

KEY = "<a1b2c3@b.example>"


def answer(
    words: str,
    *,
    sender: str = "Ana <Ana@Example.org>",
    to: str = KEY,
    key: str = "<1@x.example>",
    subtype: str = "plain",
) -> bytes:
    """Answer a message of ours; `to` is the Message-ID it answers, empty for none."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "talent@b.example", "Re: A role"
    mail["Message-ID"], mail["Date"] = key, "Mon, 23 Nov 2026 11:00:00 +0000"
    if to:
        mail["In-Reply-To"] = to
    mail.set_content(words, subtype=subtype)
    return mail.as_bytes()


def absence_note(*, to: str = KEY) -> bytes:
    """Say that somebody is away."""
    return answer("I am away until Monday.", to=to, key="<away@x.example>").replace(
        b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1
    )


def bounce(
    status: str, said: str, *, action: str = "failed", recipient: str = "ana@example.org", about: str = KEY
) -> bytes:
    """Report what became of a message of ours."""
    return f"""From: Mail Delivery <mailer-daemon@mx.example>
To: talent@b.example
Subject: Undelivered Mail
Message-ID: <report-{status}-{recipient}@mx.example>
Date: Mon, 23 Nov 2026 11:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

It could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--x
Content-Type: text/rfc822-headers

From: talent@b.example
Message-ID: {about}

--x--
""".encode()
