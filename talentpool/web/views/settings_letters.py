"""Settings, message templates: the words of each letter, how it reads for a real person, and the shipped text back."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import Edit, Policy
from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.errors import NotFoundError, UnavailableError
from talentpool.outreach.compose import Writer, footer_values, letter_values, load_open_promises, writer_of
from talentpool.outreach.languages import letter_words, shipped_languages
from talentpool.outreach.letters import (
    LONGEST_TEXT,
    POLICY,
    change_letters,
    is_footer,
    letter_problems,
    letters_value,
    shipped_letters,
    worded,
)
from talentpool.outreach.templates import (
    FIELDS,
    FOOTER,
    FOOTER_FIELDS,
    LONGEST_SUBJECT,
    Letter,
    key_of,
    load_templates,
    name_and_language,
    write_letter,
)
from talentpool.roles.models import Role, RoleState
from talentpool.roles.visibility import confidential_role_ids, visible_roles
from talentpool.settings import config_folder
from talentpool.web.access import requires
from talentpool.web.desk import current_viewer, desk
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import request_session
from talentpool.web.views.contact import FIRST, why_each
from talentpool.web.views.roles import RolePage, load_role_page
from talentpool.web.wording import LINK_WORDS

pages = Blueprint("settings_letters", __name__)

PEOPLE_OFFERED = 10
FOOTER_LABEL = "Under every letter"
PURPOSE_WORDS = {
    "first_contact": "unasked: rests and opt-outs hold",
    "answer": "part of a conversation",
    "service": "about the person’s own data or application",
}


def _change(session: Session, value: dict[str, Any], edit: Edit) -> Policy:
    return change_letters(session, value, edit, config_folder=config_folder())


PAGE = PolicyPage(name=POLICY, label="Message templates", endpoint="settings_letters.show", change=_change)


@pages.get("/settings/letters")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """List the letters, each with what it is for and whether its words are our own."""
    value, shipped = letters_value(request_session(), config_folder()), shipped_letters(config_folder())
    lines = [(key, label, purpose, value[key] != shipped[key]) for key, (label, purpose) in _labels().items()]
    languages = [
        (words.name, [line for line in lines if name_and_language(line[0])[1] == code])
        for code, words in shipped_languages().items()
    ]
    return render_template("settings/letters.html", languages=languages, standing=standing_of(POLICY))


@pages.get("/settings/letters/<name>")
@requires(Permission.CHANGE_SETTINGS)
def show_letter(name: str) -> ResponseReturnValue:
    """Show one letter as a form, and how it reads for somebody."""
    return _page(name, _entry(_letter(name)))


@pages.post("/settings/letters/<name>")
@requires(Permission.CHANGE_SETTINGS)
def change(name: str) -> ResponseReturnValue:
    """Save a letter; with `preview` show how it would read; with `shipped` bring the shipped text back."""
    entry, letter, value = (
        Entry(request.form),
        _letter(name),
        letters_value(request_session(), config_folder()),
    )
    if "shipped" in entry.values:
        told = shipped_letters(config_folder())[name]
    else:
        subject = None if is_footer(name) else entry.line("subject", "a subject", longest=LONGEST_SUBJECT)
        told = worded(letter, text=entry.text("text", "a text", longest=LONGEST_TEXT), subject=subject)
        for part, sentence in letter_problems(told, is_footer=is_footer(name)).items():
            entry.refuse(part, sentence)
    if entry.problems:
        return _page(name, entry), 422
    if "preview" in entry.values:
        return _page(name, entry, told)
    if not save(PAGE, {**value, name: told}, entry, f"{_labels()[name][0]}: saved, for the next letter on."):
        return _page(name, entry), 409
    return go_to(url_for("settings_letters.show_letter", name=name))


def _labels() -> dict[str, tuple[str, str]]:
    """Give label and purpose of each letter by key, the footers last."""
    letters = load_templates(config_folder()).items()
    told = {key: (letter.label, PURPOSE_WORDS.get(letter.purpose.value, "")) for key, letter in letters}
    footers = {key_of(FOOTER, language): FOOTER_LABEL for language in shipped_languages()}
    return told | {key: (label, "who writes, why, and how to stop it") for key, label in footers.items()}


def _letter(name: str) -> dict[str, str]:
    value = letters_value(request_session(), config_folder())
    if name not in value:
        raise NotFoundError(f"There is no letter {name!r}.")
    return dict(value[name])


def _entry(letter: dict[str, str]) -> Entry:
    filled = {"subject": letter.get("subject", ""), "text": letter["text"]}
    return Entry({**filled, VERSION: standing_of(POLICY).version})


def _page(name: str, entry: Entry, told: dict[str, str] | None = None) -> str:
    value = letters_value(request_session(), config_folder())
    roles, page = _roles(), None
    asked = entry["role"] or request.args.get("role", "")
    role_id = next((one for one, _ in roles if str(one) == asked), roles[0][0] if roles else None)
    if role_id is not None:
        page = load_role_page(role_id)
    people = _people(page)
    asked_for = entry["person"] or request.args.get("person", "")
    person = next((one for one in people if str(one.id) == asked_for), people[0] if people else None)
    return render_template(
        "settings/letter.html",
        name=name,
        label=_labels()[name][0],
        language=letter_words(name_and_language(name)[1]).name,
        entry=entry,
        fields=FOOTER_FIELDS if is_footer(name) else FIELDS,
        is_footer=is_footer(name),
        is_shipped=value[name] == shipped_letters(config_folder())[name],
        roles=roles,
        role_id=role_id,
        people=[(one.id, one.full_name or f"Candidate {one.id}") for one in people],
        person_id=person.id if person else None,
        preview=_preview({**value, name: told or value[name]}, name, page, person)
        if person and page
        else None,
        standing=standing_of(POLICY),
    )


def _preview(value: dict[str, Any], name: str, page: RolePage, person: Candidate) -> Letter:
    """Write a letter to somebody without its stop link, so that nothing on this page stops anything."""
    shipped, language = load_templates(config_folder()), name_and_language(name)[1]
    shown = key_of(FIRST, language) if is_footer(name) else name
    letter = replace(shipped[shown], **value[shown])
    footer = value[key_of(FOOTER, language)]
    writer, promise = (
        replace(_writer(page.role), language=language),
        load_open_promises(request_session(), [person.id]).get(person.id),
    )
    why = why_each(page, [person.id]).get(person.id, ())
    hidden = confidential_role_ids(request_session())
    values = letter_values(person, page.role, writer, why=why, promise=promise, hidden_roles=hidden)
    return write_letter(
        letter,
        {**values, "own_page": LINK_WORDS["me"]},
        footer=(footer["text"], footer["html"]),
        footer_values=footer_values(writer, person, stop_link=LINK_WORDS["u"]),
    )


def _writer(role: Role) -> Writer:
    recruiter = request_session().get_one(Recruiter, current_viewer().recruiter_id)
    try:
        return writer_of(recruiter, role, desk().settings.mail)
    except UnavailableError:  # nothing can be sent yet; the letter can be read all the same
        return Writer(
            name=recruiter.name,
            organisation="[your organisation]",
            address=recruiter.email,
            postal_address="[your postal address]",
            reply_to=recruiter.email,
        )


def _roles() -> list[tuple[int, str]]:
    wanted = select(Role.id, Role.title).where(visible_roles(current_viewer()), Role.state == RoleState.OPEN)
    rows = request_session().execute(wanted.order_by(Role.posted_at.desc(), Role.id.desc()).limit(100))
    return [(row.id, row.title) for row in rows]


def _people(page: RolePage | None) -> list[Candidate]:
    """Load the best of a role's list whom the viewer may recognise, best first."""
    if page is None or page.view is None:
        return []
    ids = [one for one in page.view.ids[:PEOPLE_OFFERED].tolist() if not page.view.blindness.hides(one)]
    wanted = select(Candidate).where(Candidate.id.in_(ids), visible_candidates(current_viewer()))
    found = {
        one.id: one for one in request_session().scalars(wanted.options(selectinload(Candidate.applications)))
    }
    return [found[one] for one in ids if one in found]
