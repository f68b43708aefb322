"""A short list, or the code for it, goes to the hiring manager it is bound to; because somebody asked."""

import time
from collections.abc import Callable

from jobs.workplace import Shift
from talentpool.accounts.models import Recruiter
from talentpool.errors import ConflictError, UnavailableError
from talentpool.outreach.compose import writer_of
from talentpool.outreach.mail_transport import Fate, transport_of
from talentpool.outreach.mime import Envelope, envelope_of, open_signer
from talentpool.outreach.shortlist_letters import ShownList, code_letter, link_letter
from talentpool.rediscovery.shortlist_links import find_link, still_shown, why_closed
from talentpool.rediscovery.shortlist_tokens import CODE_MINUTES, new_code, short_list_address
from talentpool.roles.models import Role

SECONDS = 60  # a mail server has for one letter


def mail_short_list(
    shift: Shift, link_id: int, *, with_code: bool, about_to_leave: Callable[[], None]
) -> None:
    """Write and hand over one letter; `about_to_leave` is called between the two.

    Raises UnavailableError when it could not be, to be tried again; ConflictError when it was refused, or when nobody
    knows whether it arrived, which a person has to settle.
    """
    envelope = _envelope(shift, link_id, with_code=with_code)
    if envelope is None:
        return
    settings = shift.workplace.settings
    transport = transport_of(settings.mail, settings.mail_folder)
    transport.open()
    try:
        about_to_leave()
        answer = transport.send(envelope, before=time.monotonic() + SECONDS)
    finally:
        transport.close()
    if answer.fate is Fate.FAILED_FOR_NOW:
        raise UnavailableError(answer.words)
    if answer.fate is not Fate.SENT:
        raise ConflictError(answer.words or "It is not known whether the letter arrived.")


def _envelope(shift: Shift, link_id: int, *, with_code: bool) -> Envelope | None:
    """Make the letter, and keep the hash of its code; None when the link does not work any more."""
    settings, secret = shift.workplace.settings, shift.workplace.secret
    with shift.writing() as session:
        link = find_link(session, link_id, to_write=True)
        if link is None or link.sent_by is None or why_closed(session, link, now=shift.now):
            return None
        role = session.get_one(Role, link.role_id)
        writer = writer_of(session.get_one(Recruiter, link.sent_by), role, settings.mail)
        shown = ShownList(
            to_address=link.address,
            role_title=role.title,
            people=len(still_shown(session, link, today=shift.now.date())),
            words=link.words or "",
            address=short_list_address(link, public_url=settings.web.public_url, secret=secret),
            until=link.expires_at,
        )
        if with_code:
            code = new_code(link, secret=secret, now=shift.now)
            letter = code_letter(shown, writer, code=code, minutes=CODE_MINUTES)
        else:
            letter = link_letter(shown, writer)
        return envelope_of(letter, signer=open_signer(settings.mail), now=shift.now)
