"""Contact: write to people about a role, each with a preview and what stands against it, into the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.candidates.asked_before import Asked, asked_about
from talentpool.candidates.visibility import visible_candidates
from talentpool.consent.eligibility import MessagePurpose
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.outreach.compose import Place, edited, office_language
from talentpool.outreach.guard import Guard
from talentpool.outreach.languages import known_language, shipped_languages
from talentpool.outreach.letters import load_letter, load_letters
from talentpool.outreach.models import Message
from talentpool.outreach.pass_on_letters import FIELDS as PASS_ON_FIELDS
from talentpool.outreach.pass_on_letters import LETTER as PASS_ON
from talentpool.outreach.reminders import DAYS_TO_CHOOSE
from talentpool.outreach.stop_switch import stop_switch
from talentpool.outreach.templates import FIELDS, LONGEST_SUBJECT, Template
from talentpool.rediscovery.marking import distinct_words
from talentpool.rediscovery.match_cards import words_found
from talentpool.rediscovery.results import cards
from talentpool.rediscovery.snoozed import find_snoozed
from talentpool.settings import config_folder
from talentpool.web.access import record_number, requires
from talentpool.web.contact_sheet import MOST_PEOPLE, Addressee, Sheet
from talentpool.web.desk import current_viewer, desk, request_time
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.contacted import CHANNELS
from talentpool.web.views.roles import RolePage, load_role_page
from talentpool.web.wording import counted

pages = Blueprint("contact", __name__)

FIRST = "first_contact"
WHY_WORDS = 5


@pages.get("/roles/<int:role_id>/contact")
@requires(Permission.WRITE_TO_CANDIDATES)
def show_contact(role_id: int) -> ResponseReturnValue:
    """Show the letter and each addressee; without `?candidates=` those on the short list."""
    page = load_role_page(role_id)
    asked = asked_numbers(request.args.getlist("candidates")) or list(page.shortlisted)
    if closed := closed_page(asked, act="Writing to somebody"):
        return closed
    template = _letter(page, request.args.get("template"), request.args.get("language"))
    entry = Entry({"subject": template.subject.strip(), "text": template.text.strip()})
    return _contact_page(page, template, asked, entry)


@pages.post("/roles/<int:role_id>/contact")
@requires(Permission.WRITE_TO_CANDIDATES)
def write(role_id: int) -> ResponseReturnValue:
    """Put the ticked messages into the outbox, or, with `preview`, show how they read now."""
    page, entry = load_role_page(role_id), Entry(request.form)
    original = _letter(page, entry["template"], entry["language"])
    subject = entry.line("subject", "a subject", longest=LONGEST_SUBJECT)
    text = entry.text("text", "a text", longest=20_000)
    asked = asked_numbers(entry.all_of("candidates"))
    if closed := closed_page(asked, act="Writing to somebody"):
        return closed
    if entry.problems:
        return _contact_page(page, original, asked, entry), 422
    template = edited(original, subject=subject, text=text)
    if "preview" in entry.values:
        return _contact_page(page, template, asked, entry)
    send, override = set(asked_numbers(entry.all_of("send"))), set(asked_numbers(entry.all_of("override")))
    if not send | override:
        entry.refuse("send", "Tick at least one person.")
    reason = entry.line(
        "reason", "why this is sent although something stands against it", required=bool(override)
    )
    if entry.problems:
        return _contact_page(page, template, asked, entry), 422
    seen = {each: frozenset(entry.all_of(f"seen-{each}")) for each in override}
    sheet = sheet_of(page, template, asked, entry["follow_up"])
    sheet = replace(sheet, shown_at=_shown_at(entry))
    _queue(sheet, sorted(send | override), seen, reason)
    return go_to(url_for("outbox.show_outbox"))


def _shown_at(entry: Entry) -> datetime | None:
    try:
        return datetime.fromisoformat(entry["shown_at"]).astimezone(UTC)
    except ValueError:
        return None


def _letter(page: RolePage, name: str | None, language: str | None) -> Template:
    """Load the letter that was chosen; without a choice the first contact, in the language of the office."""
    own = request_session().get_one(Recruiter, current_viewer().recruiter_id)
    code = known_language(language) if language else office_language(own, page.role)
    letter = load_letter(request_session(), config_folder(), name or FIRST, code)
    if not _is_written_here(letter):
        raise NotFoundError(f"“{letter.label}” is not written here: it has a page of its own.")
    return letter


def _is_written_here(letter: Template) -> bool:
    """Say whether a letter is one about a role; those about people's own data and applications follow other rules."""
    return letter.purpose is not MessagePurpose.SERVICE and letter.name != PASS_ON


def first_letter(page: RolePage) -> Template:
    """Load the letter of a first contact in the language of the office."""
    return _letter(page, FIRST, None)


def _queue(sheet: Sheet, chosen: Sequence[int], seen: Mapping[int, frozenset[str]], reason: str) -> None:
    """Queue for each, lowest number first, so that two recruiters never wait for each other crosswise.

    `seen` holds, for each who is written to all the same, what stood against it on the page.
    """
    queued, refused = list[Message](), list[str]()
    for addressee in sheet.addressees(chosen):
        sets_aside = seen.get(addressee.candidate_id, frozenset())
        answer = sheet.queue(addressee, sets_aside=sets_aside, reason=reason)
        if isinstance(answer, Message):
            queued.append(answer)
        else:
            why = answer.refused[0].words if answer.refused else "No e-mail address on file that works"
            refused.append(f"{addressee.name}: {why}")
    if queued:
        words = f"{counted(len(queued), 'message')} {'waits' if len(queued) == 1 else 'wait'} in the outbox."
        only = url_for("outbox.take_message_back", message_id=queued[0].id) if len(queued) == 1 else None
        notify(words, undo=only)
    if refused:
        notify("Not queued: " + "; ".join(refused) + ".")


def _contact_page(page: RolePage, template: Template, asked: Sequence[int], entry: Entry) -> str:
    sheet = sheet_of(page, template, asked, entry["follow_up"])
    addressees: list[Addressee] = sheet.addressees(asked)
    return render_template(
        "contact/contact.html",
        page=page,
        template=template,
        letters=[
            one for one in load_letters(request_session(), config_folder()).values() if _is_written_here(one)
        ],
        languages={code: words.name for code, words in shipped_languages().items()},
        fields=[name for name in FIELDS if name not in PASS_ON_FIELDS],
        reminder_days=DAYS_TO_CHOOSE if template.name == FIRST else (),
        channels=CHANNELS,
        addressees=addressees,
        asked_before=_asked_before(page),
        can_write=sheet.writer() is not None,
        entry=entry,
        mail=desk().settings.mail,
        switch=stop_switch(request_session()),
        shown_at=request_time().isoformat(),
    )


def _asked_before(page: RolePage) -> dict[int, Asked]:
    """Tell who was asked in an earlier round of this role, and what they said."""
    seen = visible_candidates(current_viewer())
    if page.role.posted_at is None:
        return {}
    asked = asked_about(request_session(), page.role.id, seen=seen, until=page.role.posted_at)
    return {one.candidate_id: one for one in asked}


def sheet_of(page: RolePage, template: Template, asked: Sequence[int], follow_up: str = "") -> Sheet:
    """Prepare writing to people about a role; `follow_up` is the number of days as it was chosen."""
    days = {str(each): each for each in DAYS_TO_CHOOSE}.get(follow_up)
    opened, now = desk(), request_time()
    return Sheet(
        session=request_session(),
        role=page.role,
        template=template,
        viewer=current_viewer(),
        mail=opened.settings.mail,
        guard=Guard(secret=opened.secret, find_snoozed=find_snoozed),
        place=Place(public_url=opened.settings.web.public_url, secret=opened.secret, now=now),
        why=why_each(page, asked),
        follow_up_days=days if template.name == FIRST else None,
    )


def why_each(page: RolePage, asked: Sequence[int]) -> dict[int, list[str]]:
    """Name for each the words of the role that the resume mentions, as the list shows them."""
    if page.view is None or not asked:
        return {}
    only = [candidate_id for candidate_id in asked if page.view.rank_of(candidate_id) is not None]
    found = cards(request_session(), desk().keeper, page.view, now=request_time(), only=only) if only else []
    return {
        card.candidate_id: list(distinct_words(words_found(card.receipt), most=WHY_WORDS)) for card in found
    }


def asked_numbers(given: Sequence[str]) -> list[int]:
    """Read the candidates of a request, in the order given; raises InvalidInputError for too many."""
    parts = [part.strip() for value in given for part in value.split(",") if part.strip()]
    if len(parts) > MOST_PEOPLE:
        raise InvalidInputError(f"Write to at most {MOST_PEOPLE} people at once; you chose {len(parts):,}.")
    return [number for number in map(record_number, parts) if number is not None]
