"""“As of” beside what another system said, amber once it may be another by now; nothing for what was entered here."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Application, RejectionReason
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from tests.builders import make_application, make_candidate, make_role
from tests.web.conftest import Browser, SignIn
from tests.web.pool_of_people import ADVERT, fill_pool

AS_OF = re.compile(r'<span class="(as-of[^"]*)"[^>]*>as of ([^<]+)</span>')


@pytest.fixture
def desk(sessions: Sessions, signed_in: SignIn) -> Browser:
    """A recruiter's browser on a pool with people in it."""
    fill_pool(sessions)
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
    browser: Browser = signed_in(AccountKind.RECRUITER)
    return browser


def as_of(page: str) -> set[str]:
    """Give the classes of what is said as of a day."""
    return {kind for kind, _ in AS_OF.findall(page)}


def told(sessions: Sessions, at: datetime | None, **state: object) -> None:
    """Let another system have told of every application at this moment."""
    with sessions.writing.begin() as session:
        session.execute(update(Application).values(as_of=at, **state))


@pytest.mark.parametrize(("days", "expected"), [(1, {"as-of"}), (8, {"as-of stale"})])
def test_an_open_application_of_another_system_is_as_of_a_day_and_amber_when_that_is_old(
    desk: Browser, sessions: Sessions, days: int, expected: set[str]
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        person, role = make_candidate(session, "Ida Vogt"), make_role(session, posted_at=now)
        make_application(
            session, person, role=role, disposition=None, ended_on=None, as_of=now - timedelta(days=days)
        )
    assert as_of(desk.get(f"/candidates/{person.id}").text) == expected
    assert as_of(desk.get("/candidates?q=Ida").text) == expected
    assert as_of(desk.get(f"/roles/{role.id}/close").text) == expected


def test_cards_and_the_panel_say_as_of_when_too(desk: Browser, sessions: Sessions) -> None:
    told(sessions, current_time() - timedelta(days=400))
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    page = desk.get(role).text
    cards, _, panel = page.partition('id="panel"')
    assert as_of(cards) == {"as-of"}  # they have ended: nothing can have changed, so nothing is amber
    assert as_of(panel) == {"as-of"}


def test_the_label_check_says_as_of_when_too(desk: Browser, sessions: Sessions) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        skill = session.scalars(select(RejectionReason.id).where(RejectionReason.code == "lacks_skill")).one()
        make_application(
            session, make_candidate(session, "Ida Vogt"), reason_id=skill, ended_on=now.date(), as_of=now - timedelta(days=9)
        )  # fmt: skip
    assert as_of(desk.get("/reports/reasons/check").text) == {"as-of"}


def test_what_was_entered_here_says_nothing(desk: Browser, sessions: Sessions) -> None:
    told(sessions, None)
    assert as_of(desk.get("/candidates").text) == set()
