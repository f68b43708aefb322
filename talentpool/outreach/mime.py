"""A message as the bytes that leave: headers that cannot be broken into, both forms of the text, a signature."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path

import dkim
from email_validator import validate_email

from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.outreach.models import Message
from talentpool.outreach.templates import one_line
from talentpool.settings import MailSettings

# The stop headers have to be covered (RFC 8058), and who says what to whom.
SIGNED_HEADERS: tuple[bytes, ...] = (
    *(b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"),
    *(b"list-unsubscribe", b"list-unsubscribe-post"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What a mail server is handed: from whom, to whom, and the bytes."""

    key: str
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """The key with which mail of our domain is signed."""

    domain: str
    selector: str
    private_key: bytes

    def sign(self, content: bytes) -> bytes:
        """Put a DKIM signature (RFC 6376, relaxed/relaxed) before a message."""
        header: bytes = dkim.sign(
            content,
            self.selector.encode(),
            self.domain.encode(),
            self.private_key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(SIGNED_HEADERS),
        )
        return header + content


def open_signer(mail: MailSettings) -> Signer | None:
    """Read the signing key; None where the mail server signs. Raises UnavailableError for a key that is none."""
    if not mail.dkim_key_file:
        return None
    try:
        key = Path(mail.dkim_key_file).expanduser().read_bytes()
        signer = Signer(domain=mail.dkim_domain, selector=mail.dkim_selector, private_key=key)
        signer.sign(b"From: test@example.org\r\n\r\n.\r\n")
    except (OSError, dkim.DKIMException) as error:
        raise UnavailableError(
            f"mail.dkim_key_file ({mail.dkim_key_file}) is not a private key we can sign with: "
            f"{type(error).__name__}."
        ) from error
    return signer


def envelope_of(
    message: Message, *, signer: Signer | None, now: datetime, is_automatic: bool = False
) -> Envelope:
    """Give a message as it is handed over; raises InvalidInputError for one that no mail can be made of."""
    try:
        content = _written(message, now=now, is_automatic=is_automatic)
        return Envelope(
            key=message.message_key,
            sender=_in_ascii(message.return_path or message.sender_address or ""),
            recipient=_in_ascii(message.to_address),
            content=signer.sign(content) if signer else content,
        )
    except (ValueError, LookupError, MessageError, dkim.DKIMException) as error:
        raise InvalidInputError(
            "No mail can be made of this message; look whether its address and the sender's are right."
        ) from error


def ascii_domain(domain: str) -> str:
    """Give a domain as servers know it (IDNA 2008); raises ValueError for one that is none.

    >>> ascii_domain("bücher.example"), ascii_domain("example.org")
    ('xn--bcher-kva.example', 'example.org')
    """
    if domain.isascii():
        return domain
    return str(validate_email(f"a@{domain}", check_deliverability=False).ascii_domain)


def _written(message: Message, *, now: datetime, is_automatic: bool) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(message.sender_name or "", message.sender_address or "")
    mail["To"] = _address("", message.to_address)
    if message.reply_to:
        mail["Reply-To"] = [_address("", address) for address in message.reply_to.split(", ")]
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_key
    mail["Auto-Submitted"] = "auto-generated" if is_automatic else "no"  # RFC 3834
    if message.stop_link:
        mail["List-Unsubscribe"] = f"<{message.stop_link}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes(policy=SMTP if message.to_address.partition("@")[0].isascii() else SMTPUTF8)


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=_in_ascii(address))


def _in_ascii(address: str) -> str:
    """Give an address with its domain in ASCII; letters before the @ stay, for a server that takes them."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{ascii_domain(domain)}"
