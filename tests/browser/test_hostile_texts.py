"""Fault 27: sixty texts made to run something, in every field there is; not one does, not even as far as the policy."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.notes import add_note
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.models import Message
from talentpool.settings import config_folder
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from tests.browser.conftest import WIDE
from tests.browser.serving import served
from tests.builders import make_application, make_basis, make_candidate, make_promise, make_recruiter
from tests.unit.resumes.resume_files import make_docx, make_odt, make_pdf, para, paragraph, run
from tests.web.busy_desk import MAIL
from tests.web.conftest import Browser as Desk
from tests.web.conftest import MakeSettings, sign_in_as
from tests.web.hostile_texts import HOSTILE
from tests.web.pool_of_people import ADVERT

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

LISTEN = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", event => window.refused.push(event.blockedURI));
    window.ran = () => window.refused.push("ran");
"""
STRANGE = r"""() => [...document.querySelectorAll("*")].filter(one => {
    const name = one.tagName.toLowerCase();
    const own = attribute => (one.getAttribute(attribute) || "").startsWith("/static/");
    return name === "script" && !own("src")
        || name === "link" && !own("href")
        || name === "meta" && one.httpEquiv
        || name === "style" || name.includes("-") || name === "template"
        || ["iframe", "object", "embed", "base", "img", "marquee", "video", "audio", "math"].includes(name)
        || [...one.attributes].some(each => each.name.startsWith("on") || each.name.startsWith("hx-on")
            || ["href", "src", "action", "formaction", "xlink:href"].includes(each.name)
                && /^\s*(javascript|vbscript|data:text)/i.test(each.value));
}).map(one => one.outerHTML.slice(0, 200))"""


@dataclass(kw_only=True, slots=True)
class Watched:
    """A window, and everything that should not have happened in it."""

    site: str
    page: Page
    found: list[str] = field(default_factory=list)

    def look(self, address: str) -> None:
        """Open a page and note whatever ran, was refused or does not belong to it."""
        self.page.goto(self.site + address)
        self.note(address)

    def note(self, address: str) -> None:
        """Note what does not belong to the page that is open."""
        strange = self.page.evaluate(STRANGE) + self.page.evaluate("window.refused")
        if "31337" in self.page.inner_text("body"):
            strange.append("a template was carried out")
        self.found += [f"{address}: {one}" for one in strange]


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The texts that get a page each; the lists show all of them."""
    return HOSTILE if request.config.getoption("--long") else HOSTILE[::3]


@pytest.fixture
def app(settings_with: MakeSettings) -> Iterator[Flask]:
    """An installation that can write letters, without people."""
    made = create_app(settings_with(**MAIL))
    yield made
    made.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def desk(app: Flask, sessions: Sessions) -> Desk:
    """The browser of an administrator whose own name is one of the texts."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        install_reasons(session, config_folder())
        somebody = make_recruiter(session, HOSTILE[0], kind=AccountKind.ADMINISTRATOR)
    return sign_in_as(app, somebody)


@pytest.fixture
def watched(browser: Browser, app: Flask, desk: Desk) -> Iterator[Watched]:
    """A signed-in window that listens for dialogs, faults, refusals of the policy and other hosts."""
    token = desk.client.get_cookie("talentpool_session")
    assert token is not None
    with served(app) as site:
        context: BrowserContext = browser.new_context(viewport=WIDE, locale="en-GB")
        context.add_cookies([{"name": "talentpool_session", "value": token.value, "url": site}])
        context.add_init_script(LISTEN)
        window = Watched(site=site, page=context.new_page())
        window.page.on("dialog", lambda dialog: window.found.append(f"dialog: {dialog.message}"))
        window.page.on("pageerror", lambda error: window.found.append(f"fault: {error}"))
        window.page.on(
            "request",
            lambda sent: None if sent.url.startswith(site) else window.found.append(f"asked: {sent.url}"),
        )
        yield window
        context.close()


@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[5], HOSTILE[9], HOSTILE[29], HOSTILE[39]])
def test_faults_27_a_text_that_got_through_would_be_noticed(watched: Watched, text: str) -> None:
    watched.look("/account")
    watched.page.evaluate(
        "text => document.querySelector('main').insertAdjacentHTML('beforeend', text)", text
    )
    watched.note("planted")
    assert watched.found


def test_faults_27_people_full_of_hostile_texts_are_shown_as_texts(
    watched: Watched, desk: Desk, sessions: Sessions, sampled: tuple[str, ...]
) -> None:
    with sessions.writing.begin() as session:
        people = [_person(session, text, desk.recruiter.id) for text in HOSTILE]
    role = desk.post("/roles/new", {"title": HOSTILE[5], "text": f"{HOSTILE[1]}\n{ADVERT}"}).location
    for number, person in enumerate(people):
        if number % 5 == 0:
            desk.post(f"{role}/matches/{person}/shortlist", {"words": HOSTILE[number]})
        if HOSTILE[number] in sampled:
            watched.look(f"/candidates/{person}?role={role.rpartition('/')[2]}")
    for page in (1, 2, 3):
        watched.look(f"{role}?page={page}")
        watched.look(f"/candidates?page={page}&show=source&show=contact&show=rating&show=added")
    for tab in ("/shortlist", "/excluded", "/brief", "/edit", "/history", f"/matches/{people[0]}"):
        watched.look(role + tab)
    for address in ("/", "/promises?whose=all", "/candidates/duplicates", "/settings/people", "/account"):
        watched.look(address)
    _write_to(desk, role, people[:50], watched)
    with sessions.reading() as session:
        letters = [message.html for message in session.scalars(select(Message))]
    assert len(letters) > 40
    for letter in letters:
        watched.page.set_content(letter or "")
        watched.note("letter")
    assert watched.found == []


def _person(session: Session, text: str, owner_id: int) -> int:
    now = current_time()
    person = make_candidate(
        session, text, resume=f"Kubernetes and Terraform.\n{text}\nGo {text}", now=now, headline=text[:160],
        city=text[:160], region=text[:160], source=text[:160], skills=text, summary=text, experience=text,
        came_through=text, street=text,
    )  # fmt: skip
    make_application(
        session, person, now=now, role_title=text, interviewer_words=text, reason_text=text, promised=text
    )
    make_basis(session, person, now=now, expires_on=None, source=text[:160])
    make_promise(
        session, person, now=now, words=text, owner_id=owner_id, due_on=now.date() + timedelta(days=1)
    )
    add_note(session, person.id, words=text, recruiter_id=owner_id, now=now)
    return person.id


def _write_to(desk: Desk, role: str, people: list[int], watched: Watched) -> None:
    chosen = ",".join(map(str, people))
    watched.look(f"{role}/contact?candidates={chosen}")
    letter = {"template": "first_contact", "subject": HOSTILE[5], "text": "\n".join(HOSTILE[:58])}
    letter["text"] += "\nHello {{ first_name }}, {{ role_title }}"
    desk.post(f"{role}/contact", {**letter, "candidates": people, "send": people})
    watched.look("/outbox")


def test_faults_27_roles_and_searches_full_of_hostile_texts_are_shown_as_texts(
    watched: Watched, desk: Desk, sessions: Sessions, sampled: tuple[str, ...]
) -> None:
    with sessions.writing.begin() as session:
        make_candidate(session, "Ana Ruiz", resume="Kubernetes", now=current_time())
    for text in HOSTILE:
        fields = {
            "title": text,
            "text": f"{ADVERT}\n{text}",
            "place": text,
            "any_of": text,
            "importance": "nice",
        }
        answer = desk.post("/roles/new", fields)
        if text in sampled and answer.status_code == 303:
            watched.look(f"{answer.location}/brief")
        if text in sampled:
            watched.look(f"/candidates?q={quote(text)}")
    watched.look("/roles")
    watched.look(f"{answer.location}/why-not?name={quote(HOSTILE[40])}")
    watched.look(f"{answer.location}/edit")
    assert watched.found == []


def test_faults_27_files_full_of_hostile_texts_are_shown_as_texts(
    watched: Watched, desk: Desk, sessions: Sessions
) -> None:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        ["Name", "Email", "Job", "Stage", "Reason", "Rejected on", "Notes", HOSTILE[5], HOSTILE[40]]
    )
    writer.writerows([text] * 9 for text in HOSTILE)
    _import(watched, desk, table.getvalue().encode(), f"{HOSTILE[5].replace('/', '')}.csv")
    with sessions.writing.begin() as session:
        person = make_candidate(session, "Ana Ruiz", now=current_time()).id
    for name, data in _resumes().items():
        sent = {"file": (io.BytesIO(data), f"<img src=x onerror=ran(1)>{name}")}
        desk.post(f"/candidates/{person}/resumes", sent, content_type="multipart/form-data")
        watched.look(f"/candidates/{person}")
    assert watched.found == []


def _import(watched: Watched, desk: Desk, data: bytes, name: str) -> None:
    sent = {"file": (io.BytesIO(data), name)}
    columns = desk.post("/imports", sent, content_type="multipart/form-data").location
    watched.look(columns)
    desk.post(columns, {"source": HOSTILE[5], "date_order": "dmy"})
    address = columns.removesuffix("/columns")
    watched.look(f"{address}/check")
    desk.post(f"{address}/run")
    watched.look(address)
    watched.look("/imports")


def _resumes() -> dict[str, bytes]:
    lines = [line for text in HOSTILE for line in text.splitlines()]
    page = "".join(f"<p>{escape(line)}</p>" for line in lines)
    body = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    return {
        "cv.txt": "\n".join(HOSTILE).encode(),
        "cv.html": f"<html><body>{page}{''.join(HOSTILE)}</body></html>".encode(),
        "cv.docx": make_docx("".join(para(run(line)) for line in lines)),
        "cv.odt": make_odt(body),
        "cv.rtf": (
            "{\\rtf1\\ansi "
            + "\\par ".join(line.replace("{", "\\{").replace("}", "\\}") for line in lines if line.isascii())
            + "}"
        ).encode(),
        "cv.pdf": make_pdf(paragraph([line for line in lines if line.isascii()], leading=11)),
    }
