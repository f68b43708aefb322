"""A promise whose day has come without anything for it: an honest letter, once, and the promise is let go."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate, Contact, Promise
from talentpool.clock import current_time
from talentpool.consent.keeping import say_no
from talentpool.consent.models import ConsentRequest
from talentpool.database import Sessions
from talentpool.outreach.models import Message
from talentpool.settings import Settings, config_folder
from talentpool.web.wording import without_links
from tests.builders import make_candidate, make_promise
from tests.web.conftest import Browser, SignIn

PROMISE_PAGE = "/promises?whose=all"


@pytest.fixture
def settings(settings_with: Callable[..., Settings]) -> Settings:
    """An installation that may write."""
    return settings_with(
        TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example", TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay"
    )


@pytest.fixture
def promises(sessions: Sessions, app: Flask) -> dict[str, int]:
    """One promise overdue, one due later, and one that was kept."""
    today = current_time().date()
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        days = {"overdue": -1, "later": 30, "kept": -2}
        made = {
            name: make_promise(session, make_candidate(session), due_on=today + timedelta(days=after))
            for name, after in days.items()
        }
        made["kept"].kept_at = current_time()
    return {name: one.id for name, one in made.items()}


@pytest.fixture
def browser(signed_in: SignIn) -> Browser:
    """A browser of a recruiter."""
    return signed_in()


def test_the_page_offers_the_letter_where_a_day_has_come_and_shows_the_share_kept(
    browser: Browser, promises: dict[str, int]
) -> None:
    page = browser.get(PROMISE_PAGE).text
    assert f"/promises/{promises['overdue']}/nothing-yet" in page
    assert f"/promises/{promises['later']}/nothing-yet" not in page
    assert "1 of 2 that fell due" in page
    assert "50 %" in page


def test_the_letter_says_that_nothing_came_asks_once_and_starts_no_cool_down(
    browser: Browser, promises: dict[str, int], sessions: Sessions
) -> None:
    address = f"/promises/{promises['overdue']}/nothing-yet"
    assert browser.post(address).status_code == 303
    assert browser.post(address).status_code == 409
    with sessions.reading() as session:
        letter = session.scalars(select(Message)).one()
        contact, promise = (
            session.scalars(select(Contact)).one(),
            session.get_one(Promise, promises["overdue"]),
        )
        asked = session.scalars(select(ConsentRequest)).one()
    assert "Nothing that fits has opened" in letter.text
    assert "/me/" in letter.text
    assert "{{" not in letter.text + (letter.html or "")
    assert f" by {promise.due_on:%B %Y}" in letter.text
    assert promise.let_go_at is not None
    assert not contact.is_unasked
    assert asked.text_version == "promise_lapsed/2"


def test_the_letter_is_read_as_it_would_go_out_before_it_is_queued(
    browser: Browser, promises: dict[str, int], sessions: Sessions
) -> None:
    address = f"/promises/{promises['overdue']}/nothing-yet"
    page = unescape(browser.get(f"{address}?back=/promises").text)
    with sessions.reading() as session:
        assert session.scalars(select(Message)).all() == []
    assert browser.post(address, {"back": "/promises"}).location == "/promises"
    with sessions.reading() as session:
        letter = session.scalars(select(Message)).one()
    assert "/me/" in letter.text
    assert without_links(letter.text) in page
    assert letter.subject in page
    assert browser.get(address).status_code == 409


def test_whoever_said_no_to_being_kept_is_shown_no_letter_that_could_not_go(
    browser: Browser, promises: dict[str, int], sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        say_no(session, session.get_one(Promise, promises["overdue"]).candidate_id, now=current_time())
    page = browser.get(f"/promises/{promises['overdue']}/nothing-yet").text
    assert "Consent was withdrawn" in page
    assert "Put into the outbox" not in page


def test_whoever_asked_for_silence_gets_no_letter_and_the_promise_stays(
    browser: Browser, promises: dict[str, int], sessions: Sessions
) -> None:
    with sessions.reading() as session:
        person = session.get_one(Candidate, session.get_one(Promise, promises["overdue"]).candidate_id)
    browser.post(f"/candidates/{person.id}/do-not-contact")
    page = browser.get(f"/promises/{promises['overdue']}/nothing-yet").text
    assert "The letter may not go: Asked not to be contacted." in page
    assert "Put into the outbox" not in page
    browser.post(f"/promises/{promises['overdue']}/nothing-yet")
    with sessions.reading() as session:
        assert session.scalars(select(Message)).all() == []
        assert session.get_one(Promise, promises["overdue"]).let_go_at is None
