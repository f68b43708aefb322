"""Blind review: nothing that a matching view shows says who somebody is, until the viewer asks."""

import html
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent, Recruiter
from talentpool.candidates.models import (
    Candidate,
    CandidateLink,
    Contact,
    ContactChannel,
    Direction,
    Fact,
    FactKind,
)
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import dismiss, shortlist
from talentpool.rediscovery.models import FeedbackScope
from talentpool.rediscovery.shortlist_links import Showing, show_to
from talentpool.roles.models import Role
from talentpool.sample_pool.pool import SamplePerson, sample_people
from tests.builders import make_application, make_candidate, make_promise
from tests.web.conftest import Browser, SignIn
from tests.web.pool_of_people import ADVERT, fill_pool

RESUME = """WALBURGA QUENSTEDT
Platform engineer
14 Zandvoort Street, Quixhaven | +49 30 55501234 | walburga.quenstedt@example.org
Date of birth: 3 May 1977
Photo: walburga.jpg

Kubernetes and Terraform for 40 teams, Walburga says: calmly.
Kafka in production, Quenstedt Consulting.
"""
PERSONAL = (
    "walburga", "quenstedt", "zandvoort", "quixhaven", "55501234", "3 may 1977", "walburga.jpg", "ats.example.org",
)  # fmt: skip
HTMX = {"HX-Request": "true"}


@pytest.fixture
def known(sessions: Sessions) -> int:
    """Somebody about whom everything that can be told is told; gives the id."""
    fill_pool(sessions)
    now = current_time()
    with sessions.writing.begin() as session:
        person = make_candidate(
            session, "Walburga Quenstedt", resume=RESUME, now=now, resume_on=now.date(),
            headline="Platform engineer Walburga Quenstedt", city="Quixhaven", country="DE",
            street="14 Zandvoort Street", emails=["walburga.quenstedt@example.org"], phones=["+49 30 55501234"],
            external_url="https://ats.example.org/walburga",
        )  # fmt: skip
        person.links = [CandidateLink(url="https://x.org/walburga", url_key="x.org/walburga")]
        make_application(
            session, person, now=now, reason_text="Walburga wanted more", interviewer_words="Walburga is calm",
            ended_on=now.date() - timedelta(days=500),
        )  # fmt: skip
        make_promise(session, person, now=now, words="write to Walburga")
        said = Fact(candidate_id=person.id, kind=FactKind.NOTICE, said="Quenstedt: 3 months", created_at=now)
        wrote = Contact(
            candidate_id=person.id, at=now - timedelta(days=400), channel=ContactChannel.EMAIL,
            direction=Direction.THEIRS, is_unasked=False, words="Best, Walburga",
        )  # fmt: skip
        session.add_all([said, wrote])
        return person.id


@pytest.fixture
def generated(sessions: Sessions, known: int) -> list[SamplePerson]:
    """People of the sample pool who fit, beside those of the small one."""
    del known
    now = current_time()
    people = [
        one
        for one in sample_people(now.date())
        if one.resume_text and "Kubernetes" in one.resume_text and one.trade == "platform"
    ][:12]
    with sessions.writing.begin() as session:
        for one in people:
            who = one.identity
            make_candidate(
                session, who.name, resume=one.resume_text, now=now, resume_on=now.date(), city=who.city,
                postcode=who.postcode, country=who.country, emails=list(who.emails), phones=[who.phone],
            )  # fmt: skip
    assert len(people) > 5
    return people


@pytest.fixture
def desk(known: int, signed_in: SignIn) -> Browser:
    """A recruiter's browser, reviewing blind."""
    del known
    browser = signed_in(AccountKind.RECRUITER)
    assert browser.post("/account/blind-review", {"on": "yes", "back": "/roles"}).location == "/roles"
    return browser


def post_role(desk: Browser) -> str:
    posted = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT})
    assert posted.status_code == 303
    return str(posted.location)


def read(desk: Browser, address: str, **more: Any) -> str:
    with desk.client.get(address, **more) as answer:
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return str(answer.get_data(as_text=True))


def read_book(desk: Browser, address: str) -> str:
    with desk.client.get(address) as answer, zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def matching_views(desk: Browser, role: str, sessions: Sessions, known: int) -> dict[str, str]:
    """Give the text of every view of a role's matches, fragments and tables included."""
    now, role_id = current_time(), int(role.rsplit("/", 1)[1])
    with sessions.writing.begin() as session:
        own = {"recruiter_id": desk.recruiter.id, "now": now}
        everybody = session.scalars(select(Candidate.id)).all()
    said = [desk.post(f"{role}/matches/{known}/shortlist", {"words": "Walburga, for you"})]
    views = {
        name: read(desk, f"{role}{address}", **more)
        for name, address, more in (
            ("list", "", {}),
            ("list with somebody open", f"?open={known}", {}),
            ("panel", f"/matches/{known}", {"headers": HTMX}),
            ("receipt", f"/matches/{known}", {}),
            ("short list", "/shortlist", {}),
            ("why not, by number", f"/why-not?name={known}", {}),
            ("why not, by name", "/why-not?name=Walburga", {}),
            ("history", "/history", {}),
            ("brief", "/brief", {}),
            ("CSV", "/matches.csv", {}),
        )
    }
    views["spreadsheet"] = read_book(desk, f"{role}/matches.xlsx")
    form = {"title": "Platform engineer", "text": ADVERT}
    views["form"] = desk.post("/roles/preview", form).get_data(as_text=True)
    views["preview"] = desk.post("/roles/preview", form, headers=HTMX).get_data(as_text=True)
    with sessions.writing.begin() as session:
        dismiss(session, role_id, known, reason="skills", scope=FeedbackScope.THIS_ROLE, words=None, **own)
        for candidate_id in everybody:
            if candidate_id % 2 and candidate_id != known:
                shortlist(session, role_id, candidate_id, **own)
    said.append(desk.post(f"{role}/rematch"))
    views["excluded"] = read(desk, f"{role}/excluded?rule=dismissed")
    views["short list, filled"] = read(desk, f"{role}/shortlist")
    views["changes"] = read(desk, f"{role}/history?show=gone")
    views["candidate"] = read(desk, f"/candidates/{known}?role={role_id}")
    views["contact"] = read(desk, f"{role}/contact?candidates={known}")
    views["words after a decision"] = read(desk, desk.post(f"{role}/matches/{known}/snooze").location)
    assert all(answer.status_code == 303 for answer in said)
    return {name: html.unescape(text) for name, text in views.items()}


def test_no_matching_view_says_who_somebody_is(desk: Browser, sessions: Sessions, known: int) -> None:
    views = matching_views(desk, post_role(desk), sessions, known)
    for name, text in views.items():
        found = [told for told in PERSONAL if told in text.casefold()]
        assert not found, f"{name} shows {found}"
        if name not in ("brief", "history", "why not, by name"):
            assert f"Candidate {known}" in text, f"{name} does not name anybody"


def test_no_matching_view_says_who_a_generated_person_is(
    desk: Browser, sessions: Sessions, known: int, generated: list[SamplePerson]
) -> None:
    views = matching_views(desk, post_role(desk), sessions, known)
    for name, text in views.items():
        words = set(re.findall(r"[^\W_]+", text.casefold()))
        for one in generated:
            who = one.identity
            parts = {part.casefold() for part in (*who.first_name.split(), *who.last_name.split())}
            assert not parts <= words, f"{name} names {who.name}"
            told = [each for each in (who.name, who.phone, *who.emails) if each and each in text]
            assert not told, f"{name} shows {told}"


def test_the_work_is_still_there_to_read(desk: Browser, known: int) -> None:
    role = post_role(desk)
    text = html.unescape(read(desk, f"{role}/matches/{known}"))
    assert "Resume, without who it is" in text
    assert "[hidden] says: calmly" in text
    assert "is calm" in text
    assert "how to reach this person is hidden" in text
    assert "DE" in read(desk, f"{role}?open={known}")


def test_every_panel_beside_the_list_leads_to_the_whole_resume(desk: Browser, known: int) -> None:
    role = post_role(desk)
    whole = f'href="{role}/matches/{known}#resume"'
    assert whole in read(desk, f"{role}?open={known}")
    assert whole in read(desk, f"{role}/matches/{known}", headers=HTMX)
    assert whole not in read(desk, f"{role}/matches/{known}")


def test_opening_somebody_ends_it_for_that_person_and_is_written_down(
    desk: Browser, sessions: Sessions, known: int
) -> None:
    role = post_role(desk)
    closed = read(desk, f"/candidates/{known}")
    assert "Opening the whole record shows who this is" in closed
    answer = desk.post("/candidates/reveal", {"candidates": str(known), "next": f"/candidates/{known}"})
    assert answer.location == f"/candidates/{known}"
    assert "Walburga Quenstedt" in read(desk, answer.location)
    listed = read(desk, role)
    assert "Walburga Quenstedt" in listed
    assert "Ana Ruiz" not in listed
    desk.post("/candidates/reveal", {"candidates": str(known), "next": "/"})
    with sessions.reading() as session:
        events = select(AuditEvent.object_id).where(AuditEvent.action == "candidate_revealed")
        assert session.scalars(events).all() == [known]


def test_somebody_nobody_may_see_cannot_be_opened(desk: Browser, sessions: Sessions, known: int) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Candidate, known).is_restricted = True
    for asked in (str(known), "987654321", "x", ""):
        assert desk.post("/candidates/reveal", {"candidates": asked, "next": "/"}).status_code == 404


def test_writing_to_somebody_asks_before_and_writes_nothing(desk: Browser, known: int) -> None:
    role = post_role(desk)
    form = {"candidates": str(known), "send": str(known), "subject": "s", "text": "t"}
    answer = desk.post(f"{role}/contact", form)
    assert "Writing to somebody shows who this is" in answer.get_data(as_text=True)
    assert "Nothing has been written yet" in read(desk, "/outbox")


def test_a_name_asked_for_gives_no_number_away(desk: Browser, known: int) -> None:
    role = post_role(desk)
    assert "You review blind" in read(desk, f"{role}/why-not?name=Walburga")
    assert f"Candidate {known}" in read(desk, f"{role}/why-not?name=Candidate {known}")
    desk.post("/candidates/reveal", {"candidates": str(known), "next": "/"})
    assert "Walburga Quenstedt" in read(desk, f"{role}/why-not?name=Walburga")


def test_the_switch_is_the_accounts_own_and_shows_while_it_is_on(
    desk: Browser, signed_in: SignIn, sessions: Sessions, known: int
) -> None:
    role = post_role(desk)
    other = signed_in(AccountKind.RECRUITER)
    assert "Walburga Quenstedt" in read(other, role)
    again = signed_in(desk.recruiter)
    assert 'class="blind-on"' in read(again, role)
    assert 'class="blind-on"' not in read(other, role)
    desk.post("/account/blind-review", {"on": "no", "back": role})
    assert "Walburga Quenstedt" in read(again, role)
    with sessions.reading() as session:
        assert session.get_one(Recruiter, desk.recruiter.id).blind_since is None
        assert {"blind_review_turned_on", "blind_review_turned_off"} <= set(
            session.scalars(select(AuditEvent.action))
        )
    assert known


def test_a_hiring_manager_reviews_the_short_list_blind(
    desk: Browser, signed_in: SignIn, sessions: Sessions, known: int
) -> None:
    role = post_role(desk)
    manager = signed_in(AccountKind.HIRING_MANAGER)
    with sessions.writing.begin() as session:
        session.get_one(Role, int(role.rsplit("/", 1)[1])).hiring_manager_id = manager.recruiter.id
    desk.post(f"{role}/matches/{known}/shortlist")
    assert "Walburga" in read(manager, f"{role}/shortlist")
    manager.post("/account/blind-review", {"on": "yes"})
    blind = html.unescape(read(manager, f"{role}/shortlist")).casefold()
    assert f"candidate {known}" in blind
    assert not [told for told in PERSONAL if told in blind]
    assert manager.post("/candidates/reveal", {"candidates": str(known)}).status_code == 403


@pytest.mark.parametrize("view", ["shortlist/show", "close", "shortlist/export"])
def test_acts_that_name_people_ask_before(desk: Browser, sessions: Sessions, known: int, view: str) -> None:
    role = post_role(desk)
    desk.post(f"{role}/matches/{known}/shortlist")
    with sessions.writing.begin() as session:
        person, posted = session.get_one(Candidate, known), session.get_one(Role, int(role.rsplit("/", 1)[1]))
        make_application(session, person, role=posted, disposition=None, ended_on=None)
    for asked in (view, f"{view}?format=csv"):
        page = html.unescape(read(desk, f"{role}/{asked}"))
        assert f"Candidate {known}: you review blind" in page
        assert not [told for told in PERSONAL if told in page.casefold()]
    desk.post("/candidates/reveal", {"candidates": str(known), "next": "/"})
    with desk.get(f"{role}/{view}") as answer:
        opened = answer.data
    assert b"you review blind" not in opened
    assert opened.startswith(b"PK") or b"Walburga" in opened


def test_a_manager_who_reviews_blind_is_asked_without_names(
    desk: Browser, signed_in: SignIn, sessions: Sessions, known: int
) -> None:
    role, manager = post_role(desk), signed_in(AccountKind.HIRING_MANAGER)
    role_id, now = int(role.rsplit("/", 1)[1]), current_time()
    desk.post(f"{role}/matches/{known}/shortlist")
    with sessions.writing.begin() as session:
        posted = session.get_one(Role, role_id)
        posted.hiring_manager_id = manager.recruiter.id
        showing = Showing(address=manager.recruiter.email, candidate_ids=(known,))
        show_to(session, posted, showing, recruiter_id=desk.recruiter.id, now=now)
    assert "Walburga" in read(manager, f"{role}/shortlist/asked/1")
    manager.post("/account/blind-review", {"on": "yes"})
    blind = html.unescape(read(manager, f"{role}/shortlist/asked/1")).casefold()
    assert "person 1" in blind
    assert not [told for told in PERSONAL if told in blind]
