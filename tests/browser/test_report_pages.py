"""The reports in a real browser: no barrier in either theme, nothing past the edge of a telephone, no script needed."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import Settings, config_folder
from tests.browser.barriers import barriers
from tests.browser.pool_served import Served, post_role, served_pool, sign_in
from tests.builders import make_application, make_candidate

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

PAGES = (
    "/reports",
    "/reports/pool",
    "/reports/promises",
    "/reports/reasons",
    "/reports/reasons/fill",
    "/reports/reasons/check",
)


@pytest.fixture
def desk(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """A served installation with recent endings, some without a telling reason."""
    now = current_time()
    with served_pool(sessions, settings) as opened:
        with sessions.writing.begin() as session:
            install_reasons(session, config_folder())
            for place, words in enumerate(["hiring freeze", "headcount frozen", "n/a"]):
                one = make_candidate(
                    session, f"Kim {place}", now=now, came_through="A channel with a long name"
                )
                recently = now.date() - timedelta(days=10)
                make_application(session, one, ended_on=recently, reason_text=words, now=now)
        yield opened


def test_no_report_has_a_barrier_in_either_theme(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    post_role(page, desk)
    for address in PAGES:
        page.goto(desk.address + address)
        assert not barriers(page), address


def test_reasons_are_filled_in_on_a_telephone_without_a_script(plain_page: Page, desk: Served) -> None:
    page = plain_page
    sign_in(page, desk)
    post_role(page, desk)
    for address in PAGES:
        page.goto(desk.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.goto(f"{desk.address}/reports/reasons")
    page.get_by_label("Period").select_option("3")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("months=3"))
    page.get_by_role("link", name="Fill in reasons").click()
    page.get_by_role("checkbox", name="Kim 0").uncheck()
    page.get_by_role("button", name="Accept for Headcount or budget was frozen").click()
    expect(page.locator("#notices")).to_contain_text("1 ending now says why.")
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.locator("#notices")).to_contain_text("Taken back: 1 ending as before.")
