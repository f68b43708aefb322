"""Writing to people in a real browser: with the keyboard alone, set aside with a reason; without a script, read first."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from talentpool.candidates.models import Candidate, Contact, ContactChannel, Direction
from talentpool.clock import current_time
from talentpool.consent.models import PassOn
from talentpool.database import Sessions
from talentpool.outreach.models import Message
from tests.browser.conftest import PATIENCE_MS, WIDE
from tests.browser.pool_served import Served, post_role, served_pool, sign_in
from tests.browser.test_journeys import tab_to
from tests.builders import make_basis
from tests.web.busy_desk import MAIL
from tests.web.conftest import MakeSettings

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(sessions: Sessions, settings_with: MakeSettings) -> Iterator[Served]:
    """A served installation that can write letters: Ana may be written to, Bo rests."""
    with served_pool(sessions, settings_with(**MAIL)) as opened:
        with sessions.writing.begin() as session:
            for name in ("Ana Ruiz", "Bo Chen"):
                person = session.get_one(Candidate, opened.people[name])
                make_basis(session, person, expires_on=None, now=current_time())
            session.add(
                Contact(
                    candidate_id=opened.people["Bo Chen"], at=current_time(), channel=ContactChannel.CALL,
                    direction=Direction.OURS, is_unasked=True,
                )
            )  # fmt: skip
        yield opened


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A window of a laptop that may be shown a refused form."""
    context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_somebody_who_rests_is_written_to_with_a_reason_and_without_a_mouse(
    window: Page, desk: Served, sessions: Sessions
) -> None:
    page = window
    sign_in(page, desk)
    post_role(page, desk)
    ids = f"{desk.people['Ana Ruiz']},{desk.people['Bo Chen']}"
    page.goto(f"{page.url.split('?')[0]}/contact?candidates={ids}")
    expect(page.get_by_role("checkbox", name="Ana Ruiz", exact=True)).to_be_checked()
    tab_to(page, page.get_by_role("checkbox", name="Write to Bo Chen all the same"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Put into the outbox"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Write to Bo Chen all the same")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why all the same")).to_be_focused()
    page.keyboard.type("She asked for it on the telephone.")
    tab_to(page, page.get_by_role("button", name="Put into the outbox"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Outbox")).to_be_visible()
    with sessions.reading() as session:
        reasons = {one.candidate_id: one.override_reason for one in session.scalars(select(Message))}
    assert reasons == {
        desk.people["Ana Ruiz"]: None,
        desk.people["Bo Chen"]: "She asked for it on the telephone.",
    }


def test_the_letter_about_passing_a_name_on_is_read_and_queued_without_a_script(
    plain_page: Page, desk: Served, sessions: Sessions
) -> None:
    page = plain_page
    sign_in(page, desk)
    page.goto(f"{desk.address}/candidates/{desk.people['Ana Ruiz']}")
    page.get_by_text("May we pass your name to").click()
    page.get_by_label("To whom").fill("Jo Park")
    page.get_by_label("Their organisation or team").fill("Südwind")
    page.get_by_label("Why it may suit them").fill("They look for a platform lead.")
    page.get_by_role("button", name="Preview the letter").click()
    expect(page.get_by_role("region", name="How the letter reads")).to_be_in_viewport()
    expect(page.get_by_role("region", name="How the letter reads")).to_contain_text("Jo Park (Südwind)")
    with sessions.reading() as session:
        assert session.scalars(select(PassOn)).all() == []
    page.get_by_role("button", name="Put into the outbox").click()
    expect(page.locator("#notices")).to_contain_text("The question waits in the outbox")
    with sessions.reading() as session:
        assert session.scalars(select(PassOn)).one().to_name == "Jo Park"
