"""Letters to a hiring manager: the link to a short list, and the code that opens it. To nobody in the pool."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from talentpool.outreach.compose import Writer
from talentpool.outreach.models import Message
from talentpool.outreach.templates import one_line

LINK_TEXT = """Hello,

{sender} would like to know what you think of {people} for {role}.

{words}Open the list here; it takes no account, and works until {until}:
{address}

The link is meant for you alone. In each browser it asks once for a code that is sent to this address.

{sender}
{organisation}
"""
CODE_TEXT = """Hello,

you are opening the short list for {role}. The code for this browser is

    {code}

It works once, for {minutes} minutes. If that was not you, somebody else has your link: tell {sender}.

{organisation}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownList:
    """What the letters speak of."""

    to_address: str
    role_title: str
    people: int
    words: str
    address: str
    until: datetime


def link_letter(shown: ShownList, writer: Writer) -> Message:
    """Write the letter with the link."""
    text = LINK_TEXT.format(
        sender=writer.name,
        people="one person" if shown.people == 1 else f"{shown.people} people",
        role=one_line(shown.role_title),
        words=f"{shown.words.strip()}\n\n" if shown.words.strip() else "",
        until=f"{shown.until.day} {shown.until:%b %Y}",
        address=shown.address,
        organisation=writer.organisation,
    )
    return _letter(shown, writer, f"Your view on a short list: {shown.role_title}", text)


def code_letter(shown: ShownList, writer: Writer, *, code: str, minutes: int) -> Message:
    """Write the letter with the code."""
    text = CODE_TEXT.format(
        role=one_line(shown.role_title),
        code=code,
        minutes=minutes,
        sender=writer.name,
        organisation=writer.organisation,
    )
    return _letter(shown, writer, "Code for your short list", text)


def _letter(shown: ShownList, writer: Writer, subject: str, text: str) -> Message:
    """Give a message that is handed over and never kept: the outbox holds what we write to candidates."""
    return Message(
        message_key=f"<{uuid4().hex}@{writer.address.rpartition('@')[2]}>",
        to_address=shown.to_address,
        sender_name=f"{writer.name}, {writer.organisation}",
        sender_address=writer.address,
        reply_to=writer.reply_to,
        subject=one_line(subject)[:200],
        text=text,
        html=None,
        stop_link=None,
    )
