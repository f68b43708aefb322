"""Settings of writing: templates, contact policy, retention, senders, and the trail of it all."""

import html
import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from talentpool.accounts.models import AccountKind, AuditEvent, Office
from talentpool.candidates.contact_states import load_contact_policy
from talentpool.candidates.models import Application
from talentpool.clock import current_time
from talentpool.consent.eligibility import NEVER_OVERRIDDEN, Refusal
from talentpool.database import Sessions
from talentpool.erasure.retention import look_who_is_over
from talentpool.outreach.letters import install_letters, letters_value, shipped_letters
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import make_office
from tests.mail_server import serving_mail
from tests.web.conftest import Browser, MakeSettings, SignIn, StartApp
from tests.web.pool_of_people import ADVERT, fill_pool
from tests.web.test_settings import form_of, read, undo_of


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that writes mail into a folder."""
    return start_app(settings_with(**MAIL))


MAIL = {
    "TALENTPOOL_MAIL_TRANSPORT": "folder",
    "TALENTPOOL_MAIL_ORGANISATION": "Nordwind",
    "TALENTPOOL_MAIL_FROM_ADDRESS": "talent@nordwind.example",
    "TALENTPOOL_MAIL_POSTAL_ADDRESS": "1 Quay, 20457 Hamburg",
}


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """A pool, its letters, and one office; gives the ids of people by name."""
    people = fill_pool(sessions)
    with sessions.writing.begin() as session:
        install_letters(session, config_folder(), now=current_time())
        make_office(session, country="DE")
    return people


@pytest.fixture
def mara(people: dict[str, int], signed_in: SignIn) -> Browser:
    """The browser of an administrator."""
    del people
    browser: Browser = signed_in(AccountKind.ADMINISTRATOR)
    return browser


def post_role(browser: Browser) -> str:
    return str(browser.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location)


LETTER = "/settings/letters/first_contact"


def test_a_letter_in_own_words_is_the_one_recruiters_start_from(
    mara: Browser, people: dict[str, int], sessions: Sessions
) -> None:
    role = post_role(mara)
    form = form_of(mara.get(LETTER).text)
    own = {
        "subject": "{{ role_title }} at {{ organisation }}",
        "text": "Dear {{ first_name }},\n\nstill keen?",
    }
    assert mara.post(LETTER, {**form, **own, "save": "yes"}).status_code == 303
    undo = undo_of(mara, LETTER)
    page = read(mara, f"{role}/contact?candidates={people['Ana Ruiz']}")
    assert "Dear Ana," in page
    assert "Platform engineer at Nordwind" in page
    with sessions.reading() as session:
        letter = letters_value(session, config_folder())["first_contact"]
    assert letter["html"] == "<p>Dear {{ first_name }},</p>\n<p>still keen?</p>"
    assert "own words" in read(mara, "/settings/letters")
    mara.post(undo)
    assert "Dear Ana," not in read(mara, f"{role}/contact?candidates={people['Ana Ruiz']}")


def test_a_letter_is_read_for_a_real_person_before_it_is_saved(mara: Browser, sessions: Sessions) -> None:
    post_role(mara)
    form = form_of(mara.get(LETTER).text)
    answer = mara.post(
        LETTER, {**form, "text": "Hello {{ full_name }}: {{ why_this_role }}", "preview": "yes"}
    )
    text = html.unescape(answer.text)
    assert "Hello Ana Ruiz: What it asks for and your resume mentions:" in text
    assert "[the link that stops all messages]" in text
    assert "1 Quay, 20457 Hamburg" in text
    with sessions.reading() as session:
        assert letters_value(session, config_folder()) == shipped_letters(config_folder())


def test_the_shipped_text_comes_back_with_one_button(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get(LETTER).text)
    mara.post(LETTER, {**form, "text": "Short.", "save": "yes"})
    form = form_of(mara.get(LETTER).text)
    assert form["text"] == "Short."
    mara.post(LETTER, {**form, "shipped": "yes"})
    with sessions.reading() as session:
        assert letters_value(session, config_folder()) == shipped_letters(config_folder())


@pytest.mark.parametrize(
    ("letter", "field", "value", "words"),
    [
        ("first_contact", "subject", "", "Enter a subject"),
        ("first_contact", "text", " ", "Enter a text"),
        ("first_contact", "text", "Hello {{ first.name }}", "There is no field {{ first.name }}"),
        ("first_contact", "text", "{{ 7*7 }}", "There is no field {{ 7*7 }}"),
        ("first_contact", "subject", "{{ stop_link }}", "There is no field {{ stop_link }}"),
        ("first_contact", "subject", "x" * 300, "Shorten this"),
        ("_footer", "text", "{{ organisation }}, {{ postal_address }}", "has to carry {{ stop_link }}"),
        ("_footer", "text", "{{ stop_link }}", "has to carry {{ postal_address }}"),
    ],
)
def test_a_letter_that_cannot_be_sent_is_refused(
    mara: Browser, letter: str, field: str, value: str, words: str
) -> None:
    form = form_of(mara.get(f"/settings/letters/{letter}").text)
    answer = mara.post(f"/settings/letters/{letter}", {**form, field: value, "save": "yes"})
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert f'<a href="#{field}">' in answer.text


def test_a_footer_in_own_words_keeps_its_link(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/letters/_footer").text)
    text = "{{ organisation }} · {{ postal_address }}\nStop: {{ stop_link }}"
    assert mara.post("/settings/letters/_footer", {**form, "text": text, "save": "yes"}).status_code == 303
    with sessions.reading() as session:
        footer = letters_value(session, config_folder())["_footer"]
    assert '<a href="{{ stop_link }}">' in footer["html"]


def test_a_letter_that_is_none_is_not_found(mara: Browser) -> None:
    assert mara.get("/settings/letters/nothing").status_code == 404
    assert mara.post("/settings/letters/nothing", {"text": "x"}).status_code == 404


def test_whoever_reviews_blind_sees_nobody_in_a_letter(mara: Browser) -> None:
    post_role(mara)
    mara.post("/account/blind-review", {"on": "yes"})
    page = read(mara, LETTER)
    assert "Ana Ruiz" not in page
    assert "You review blind" in page


def test_the_contact_policy_is_changed_and_taken_back(mara: Browser, sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/contact").text)
    changed = {**form, "cool_down_days": "120", "overridable": ["resting", "no_basis"]}
    assert mara.post("/settings/contact", changed).status_code == 303
    with sessions.reading() as session:
        policy = load_contact_policy(session)
    assert policy.cool_down_days == 120
    assert policy.overridable == {Refusal.RESTING, Refusal.NO_BASIS}
    assert policy.freemail_domains, "what the page does not show stays"
    mara.post(undo_of(mara, "/settings/contact"))
    with sessions.reading() as session:
        assert load_contact_policy(session).cool_down_days == 90


@pytest.mark.parametrize(
    ("field", "value"),
    [("cool_down_days", ""), ("cool_down_days", "-1"), ("conversation_days", "many"), ("cool_down_days", "99999"),
     *(("overridable", refusal.value) for refusal in NEVER_OVERRIDDEN)],
)  # fmt: skip
def test_a_contact_policy_that_cannot_be_is_refused(mara: Browser, field: str, value: str) -> None:
    form = form_of(mara.get("/settings/contact").text)
    answer = mara.post("/settings/contact", {**form, field: value})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text


def test_retention_says_whom_it_would_hide_and_erase_before_it_does(
    mara: Browser, sessions: Sessions
) -> None:
    long_ago = current_time().date() - timedelta(days=400)
    with sessions.writing.begin() as session:
        session.execute(
            update(Application).values(ended_on=long_ago).where(Application.disposition.is_not(None))
        )
        office = session.scalars(select(Office)).one()
    form = form_of(mara.get("/settings/retention").text)
    chosen = {**form, f"office-{office.id}": "DE"}
    answer = mara.post("/settings/retention", {**chosen, "preview": "yes"})
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    told = re.search(r"<b>(\d+) people</b> would be hidden from lists; 0 are now", text)
    assert told is not None
    assert f"<b>{told[1]} people</b> would be erased for good" in text
    assert "the night waits until an administrator says yes" in text
    assert "and erases them from the next night on" in text
    assert "by itself it erases nobody" not in text
    assert "Bo Chen" in text
    assert "Ana Ruiz" not in text, "she has a consent that stands"
    with sessions.reading() as session:
        assert session.get_one(Office, office.id).retention_policy is None
    role = post_role(mara)
    assert mara.post("/settings/retention", {**chosen, "save": "yes"}).status_code == 303
    saved = mara.get("/settings/retention").text
    assert "whoever is past it is erased from the next night on" in html.unescape(saved)
    undo = re.findall(r'action="(/settings/history/[^"]+/restore[^"]*)"', saved)[0]
    with sessions.reading() as session:
        assert len(look_who_is_over(session, now=current_time()).ids) == int(told[1])
    mara.post(f"{role}/rematch")
    assert f"<b>{told[1]}</b>" not in read(mara, role)
    assert "Bo Chen" not in read(mara, role)
    mara.post(undo)
    with sessions.reading() as session:
        assert session.get_one(Office, office.id).retention_policy is None


def test_a_country_nobody_has_a_rule_for_cannot_be_chosen(mara: Browser, sessions: Sessions) -> None:
    with sessions.reading() as session:
        office = session.scalars(select(Office)).one()
    answer = mara.post("/settings/retention", {f"office-{office.id}": "XX", "version": "0", "save": "yes"})
    assert answer.status_code == 422


def test_an_office_writes_in_its_own_name(mara: Browser, people: dict[str, int], sessions: Sessions) -> None:
    form = form_of(mara.get("/settings/sending").text)
    own = dict.fromkeys(form, "")
    own |= {name: "Nordwind Kiel" for name in form if name.startswith("sender_name")}
    own |= {name: " Jobs@Kiel.example " for name in form if name.startswith("sender_address")}
    assert mara.post("/settings/sending", {**own, "version": form["version"]}).status_code == 303
    with sessions.reading() as session:
        office = session.scalars(select(Office)).one()
    assert (office.sender_name, office.sender_address) == ("Nordwind Kiel", "Jobs@kiel.example")
    assert office.postal_address is None
    assert people


def test_an_address_that_is_none_is_refused(mara: Browser) -> None:
    form = form_of(mara.get("/settings/sending").text)
    name = next(name for name in form if name.startswith("sender_address"))
    answer = mara.post("/settings/sending", {**form, name: "kiel@"})
    assert answer.status_code == 422
    assert f'<a href="#{name}">' in answer.text


def test_a_test_mail_lies_in_the_folder(mara: Browser, app: Flask, sessions: Sessions) -> None:
    assert mara.post("/settings/sending/test").status_code == 303
    folder: Path = app.extensions["talentpool"].settings.mail_folder
    [file] = folder.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == mara.recruiter.email
    assert mail["From"].addresses[0].addr_spec == "talent@nordwind.example"
    assert "Nothing has been written yet" in read(mara, "/outbox")
    with sessions.reading() as session:
        assert "test_mail_sent" in session.scalars(select(AuditEvent.action)).all()


def test_a_test_mail_goes_through_the_mail_server(
    settings_with: MakeSettings,
    start_app: StartApp,
    people: dict[str, int],
    sessions: Sessions,
    signed_in: SignIn,
) -> None:
    del people
    with serving_mail() as server:
        smtp = {"TALENTPOOL_MAIL_TRANSPORT": "smtp", "TALENTPOOL_MAIL_HOST": "127.0.0.1",
                "TALENTPOOL_MAIL_PORT": str(server.port), "TALENTPOOL_MAIL_SECURITY": "none"}  # fmt: skip
        mara = signed_in(AccountKind.ADMINISTRATOR)
        other = Browser(start_app(settings_with(**{**MAIL, **smtp})).test_client(), mara.recruiter)
        cookie = mara.client.get_cookie("talentpool_session")
        assert cookie is not None
        other.client.set_cookie("talentpool_session", cookie.value)
        other.post("/settings/sending/test")
        assert server.recipients == [mara.recruiter.email]
        assert "is handed over" in read(other, "/settings/sending")
    other.post("/settings/sending/test")
    assert "has not been sent" in read(other, "/settings/sending")
    assert sessions


def test_the_trail_is_filtered_by_who_what_about_and_when(
    mara: Browser, people: dict[str, int], sessions: Sessions
) -> None:
    mara.get(f"/candidates/{people['Ana Ruiz']}")
    mara.get(f"/candidates/{people['Bo Chen']}")
    post_role(mara)
    everything = read(mara, "/settings/audit")
    assert ": None" not in everything
    assert {"candidate viewed", "role posted"} <= set(re.findall(r'<th scope="row">([^<]+)</th>', everything))
    today, tomorrow = date.today(), date.today() + timedelta(days=2)  # noqa: DTZ011 - events happen now
    for asked, count in (
        (f"who={mara.recruiter.id}&what=candidate+viewed", 2),
        (f"about=candidate+{people['Bo Chen']}", 1),
        ("who=0", 0),
        (f"since={today - timedelta(days=2)}&what=role+posted", 1),
        (f"since={tomorrow}", 0),
        (f"until={today - timedelta(days=2)}", 0),
    ):
        text = read(mara, f"/settings/audit?{asked}")
        assert len(re.findall(r'<th scope="row">', text)) == count, asked
    assert sessions


def test_the_trail_goes_on_where_the_page_ended_and_none_is_left_out(
    mara: Browser, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.add_all(
            AuditEvent(
                at=current_time(), action="thing_done", object_kind="thing", object_id=number, details={}
            )
            for number in range(120)
        )
    address, seen = "/settings/audit?what=thing+done", list[int]()
    while address:
        text = read(mara, address)
        seen += [int(number) for number in re.findall(r"thing (\d+)</td>", text)]
        older = re.search(r'rel="next" href="([^"]+)"', text)
        address = older[1] if older else ""
    assert seen == list(reversed(range(120)))


@pytest.mark.parametrize("asked", ["since=yesterday", "until=2026-02-31", "about=%3Cscript%3E"])
def test_a_filter_that_cannot_be_read_says_so(mara: Browser, asked: str) -> None:
    answer = mara.get(f"/settings/audit?{asked}")
    assert answer.status_code == 422
    assert f'<a href="#{asked.split("=")[0]}">' in answer.text


def test_the_trail_goes_out_as_a_table_and_that_is_in_it(mara: Browser, people: dict[str, int]) -> None:
    mara.get(f"/candidates/{people['Ana Ruiz']}")
    with mara.get("/settings/audit.csv?what=candidate+viewed") as answer:
        lines = answer.get_data(as_text=True).splitlines()
    assert lines[0].endswith("When (UTC),Who,Account,What,Object,Number,Details")
    assert len(lines) == 2
    assert f"candidate,{people['Ana Ruiz']}" in lines[1]
    assert "audit log exported" in read(mara, "/settings/audit")


def test_a_letter_is_worded_for_each_language_alone_and_an_office_chooses_its_own(
    mara: Browser, people: dict[str, int], sessions: Sessions
) -> None:
    role = post_role(mara)
    page = "/settings/letters/first_contact.de"
    form = form_of(mara.get(page).text)
    assert "Guten Tag {{ full_name }}" in form["text"]
    mara.post(page, {**form, "text": "Liebe {{ first_name }}, {{ remembered }}", "save": "yes"})
    with sessions.reading() as session:
        letters, shipped = letters_value(session, config_folder()), shipped_letters(config_folder())
        office = session.scalars(select(Office)).one()
    assert [key for key in letters if letters[key] != shipped[key]] == ["first_contact.de"]
    senders = form_of(mara.get("/settings/sending").text)
    assert mara.post("/settings/sending", {**senders, f"language-{office.id}": "de"}).status_code == 303
    undo = undo_of(mara, "/settings/sending")
    with sessions.writing.begin() as session:
        session.get_one(Role, int(role.rpartition("/")[2])).office_id = office.id
    assert "Liebe Ana, Im " in read(mara, f"{role}/contact?candidates={people['Ana Ruiz']}")
    mara.post(undo)
    with sessions.reading() as session:
        assert session.get_one(Office, office.id).language == "en"
