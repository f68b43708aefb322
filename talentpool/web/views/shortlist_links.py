"""Showing a short list to a hiring manager: whom, to which address, what came back, and taking either back."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.accounts.sign_in import email_key, require_address
from talentpool.candidates.blindness import load_blindness
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from talentpool.rediscovery.feedback import shortlisted_ids
from talentpool.rediscovery.match_cards import name_of
from talentpool.rediscovery.models import ManagerAnswer, RunCause, ShortlistLink, ShortlistLinkPerson
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.shortlist_links import (
    LONGEST_DAYS,
    MOST_PEOPLE,
    USUAL_DAYS,
    Showing,
    find_link,
    links_of,
    record_said,
    revoke,
    show_to,
    shown_before,
    still_shown,
    take_answer_back,
    why_closed,
)
from talentpool.rediscovery.shortlist_tokens import short_list_address
from talentpool.roles.visibility import visible_roles
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.selection import asked_ids
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.roles import get_visible_role, load_role_page
from talentpool.web.views.shown_people import over, people_page, said
from talentpool.work.models import AskedWork
from talentpool.work.queue import ask, last_asked

pages = Blueprint("shortlist_links", __name__)


@pages.get("/roles/<int:role_id>/shortlist/show")
@requires(Permission.JUDGE_MATCHES)
def show_form(role_id: int) -> ResponseReturnValue:
    """Show whom of the short list to show, to whom, and what was shown before."""
    role = get_visible_role(role_id)
    if closed := closed_page(_people_of(role_id), act="Showing somebody to a manager"):
        return closed
    address = role.hiring_manager.email if role.hiring_manager else ""
    return _form(role_id, Entry({"address": address, "days": USUAL_DAYS}))


@pages.post("/roles/<int:role_id>/shortlist/show")
@requires(Permission.JUDGE_MATCHES)
def send(role_id: int) -> ResponseReturnValue:
    """Make the link, and have it sent when e-mail is set up; it can be copied in any case."""
    role, entry = get_visible_role(role_id), Entry(request.form)
    if closed := closed_page(_people_of(role_id), act="Showing somebody to a manager"):
        return closed
    address = entry.line("address", "the manager's e-mail address")
    days = entry.whole_number("days", "for how many days", least=1, most=LONGEST_DAYS)
    words = entry.text("words", "your words", required=False, longest=1_000)
    chosen = tuple(asked_ids())
    link = None
    if len(chosen) <= MOST_PEOPLE and not set(chosen) <= set(load_role_page(role_id).shortlisted):
        entry.refuse("candidates", "Only people on the short list can be shown; load the page again.")
    if not entry.problems:
        showing = Showing(
            address=address,
            candidate_ids=chosen,
            words=words,
            without_names=entry.is_ticked("without_names"),
            days=days or USUAL_DAYS,
        )
        try:
            require_address(address)
            own = current_viewer().recruiter_id
            link = show_to(request_session(), role, showing, recruiter_id=own, now=request_time())
        except InvalidInputError as error:
            entry.refuse("address" if "@" not in address else "candidates", str(error))
    if link is None:
        return _form(role_id, entry), 422
    _mail(link)
    return go_to(url_for("shortlist_links.show_form", role_id=role_id, _anchor=f"link-{link.id}"))


@pages.post("/roles/<int:role_id>/shortlist/links/<int:link_id>/revoke")
@requires(Permission.JUDGE_MATCHES)
def take_link_back(role_id: int, link_id: int) -> ResponseReturnValue:
    """Take a link back; it stops working at once."""
    get_visible_role(role_id)
    link = _own_link(role_id, link_id)
    revoke(request_session(), link, recruiter_id=current_viewer().recruiter_id, now=request_time())
    notify(f"The link to {link.address} does not work any more.")
    return go_to(url_for("shortlist_links.show_form", role_id=role_id))


@pages.post("/roles/<int:role_id>/shortlist/links/<int:link_id>/send-again")
@requires(Permission.JUDGE_MATCHES)
def send_again(role_id: int, link_id: int) -> ResponseReturnValue:
    """Have the letter with a link sent once more, after it failed."""
    get_visible_role(role_id)
    link = _own_link(role_id, link_id)
    if closed := why_closed(request_session(), link, now=request_time()):
        raise ConflictError(closed)
    _mail(link)
    return go_to(url_for("shortlist_links.show_form", role_id=role_id, _anchor=f"link-{link.id}"))


@pages.post("/roles/<int:role_id>/shortlist/answers/<int:shown_id>/undo")
@requires(Permission.JUDGE_MATCHES)
def undo_answer(role_id: int, shown_id: int) -> ResponseReturnValue:
    """Take back what a manager said; somebody whom it left out is ranked again at once."""
    session, now, own = request_session(), request_time(), current_viewer().recruiter_id
    get_visible_role(role_id)
    asked = session.get(ShortlistLinkPerson, shown_id)
    if asked is None or asked.candidate_id not in _names_of([asked.candidate_id]):
        raise NotFoundError("There is no answer to take back here any more.")
    shown = take_answer_back(session, role_id, shown_id, recruiter_id=own, now=now)
    view = load_role_page(role_id).view
    if view is not None and view.rank_of(shown.candidate_id) is None:
        rediscover(session, desk().keeper, role_id, cause=RunCause.CHANGED, recruiter_id=own, now=now)
    notify("The answer is taken back; the manager can answer again.")
    return go_to(url_for("shortlist_links.show_form", role_id=role_id))


@pages.get("/roles/<int:role_id>/shortlist/asked/<int:link_id>")
@requires(Permission.SEE_MATCHES)
def show_inside(role_id: int, link_id: int) -> ResponseReturnValue:
    """Show the same page inside, to the manager with an account whom it was sent to."""
    get_visible_role(role_id)
    link = _asked_link(role_id, link_id)
    if closed := why_closed(request_session(), link, now=request_time()):
        return over(closed)
    blindness = load_blindness(request_session(), current_viewer())
    return people_page(
        link, answer_to=lambda one: _inside("answer_inside", link, candidate_id=one), blindness=blindness
    )


@pages.post("/roles/<int:role_id>/shortlist/asked/<int:link_id>/answer/<int:candidate_id>")
@requires(Permission.SEE_MATCHES)
def answer_inside(role_id: int, link_id: int, candidate_id: int) -> ResponseReturnValue:
    """Record what a manager with an account says of one person."""
    get_visible_role(role_id)
    link = _asked_link(role_id, link_id, to_write=True)
    if closed := why_closed(request_session(), link, now=request_time()):
        return over(closed)
    record_said(request_session(), link, candidate_id, said(), now=request_time())
    notify("Thank you; your answer is with the recruiter.")
    return go_to(_inside("show_inside", link))


@pages.app_template_global("lists_for")
def lists_for(role_id: int) -> list[tuple[ShortlistLink, int]]:
    """List what a manager who is looking was asked about for a role, and can still answer; each with its people."""
    viewer, now, session = current_viewer(), request_time(), request_session()
    email = session.get_one(Recruiter, viewer.recruiter_id).email
    return [
        (link, len(still_shown(session, link, today=now.date())))
        for link in links_of(session, role_id)
        if link.address_key == email_key(email) and why_closed(session, link, now=now) is None
    ]


@pages.app_template_global("answers_for")
def answers_for(role_id: int) -> dict[int, list[tuple[str, ManagerAnswer]]]:
    """Tell for each person shown for a role what managers have said, with their addresses; the newest first."""
    said_of: dict[int, list[tuple[str, ManagerAnswer]]] = {}
    links = links_of(request_session(), role_id)
    names = _names_of([one.candidate_id for link in links for one in link.people])
    for link in links:
        for one in link.people:
            if one.answer is not None and one.candidate_id in names:
                said_of.setdefault(one.candidate_id, []).append((link.address, one.answer))
    return said_of


def _form(role_id: int, entry: Entry) -> str:
    session, page = request_session(), load_role_page(role_id)
    links = links_of(session, role_id)
    opened = desk()
    return render_template(
        "shown/show.html",
        page=page,
        entry=entry,
        links=links,
        names=_names_of(_people_of(role_id)),
        before=shown_before(session, page.shortlisted, roles=visible_roles(current_viewer())),
        address_of=lambda link: short_list_address(link, public_url=opened.settings.web.public_url, secret=opened.secret),
        closed={link.id: why_closed(session, link, now=request_time()) for link in links},
        unsent=_unsent(links),
        most=MOST_PEOPLE,
        can_send=opened.settings.mail.transport != "off",
    )  # fmt: skip


def _people_of(role_id: int) -> list[int]:
    """List who is on the short list of a role now, or was shown to somebody."""
    links = links_of(request_session(), role_id)
    shown = (one.candidate_id for link in links for one in link.people)
    return list(dict.fromkeys([*shortlisted_ids(request_session(), role_id), *shown]))


def _names_of(candidate_ids: Sequence[int]) -> dict[int, str]:
    """Name those of these people whom the viewer may see."""
    seen = visible_candidates(current_viewer())
    wanted = select(Candidate).where(Candidate.id.in_(candidate_ids), seen)
    return {person.id: name_of(person) for person in request_session().scalars(wanted)}


def _mail(link: ShortlistLink) -> None:
    if desk().settings.mail.transport == "off":
        notify(f"The link for {link.address} is below: copy it into a message of yours.")
        return
    details = {"link_id": link.id, "with_code": False}
    own = current_viewer().recruiter_id
    ask(request_session(), "mail_short_list", details, asked_by=own, now=request_time())
    notify(f"The list is on its way to {link.address}; the link is below, too.")


def _unsent(links: Sequence[ShortlistLink]) -> dict[int, AskedWork]:
    """Give the letters that have not left although they were tried, by link: what failed, and what is tried again."""
    if not links:
        return {}
    since = min(link.created_at for link in links)
    asked = last_asked(request_session(), "mail_short_list", since=since)
    newest = {int(one.details["link_id"]): one for one in asked if not one.details.get("with_code")}
    return {link_id: one for link_id, one in newest.items() if one.problem}


def _own_link(role_id: int, link_id: int) -> ShortlistLink:
    link = find_link(request_session(), link_id, to_write=True)
    if link is None or link.role_id != role_id:
        raise NotFoundError("There is no such link for this role.")
    return link


def _asked_link(role_id: int, link_id: int, *, to_write: bool = False) -> ShortlistLink:
    """Find a link that was sent to the address of whoever is looking."""
    session = request_session()
    link = find_link(session, link_id, to_write=to_write)
    email = session.get_one(Recruiter, current_viewer().recruiter_id).email
    if link is None or link.role_id != role_id or link.address_key != email_key(email):
        raise NotFoundError("There is no list for you here.")
    return link


def _inside(view: str, link: ShortlistLink, **more: int) -> str:
    values: dict[str, Any] = {"role_id": link.role_id, "link_id": link.id, **more}
    return url_for(f"shortlist_links.{view}", **values)
