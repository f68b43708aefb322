"""A hiring manager answers from a link, on a telephone without a script; a forwarded link stays shut."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.models import ShortlistLink
from talentpool.rediscovery.shortlist_tokens import new_code
from talentpool.secret import installation_secret
from talentpool.settings import Settings
from tests.browser.barriers import barriers
from tests.browser.pool_served import Served, post_role, served_pool, sign_in

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """A served installation with a small pool."""
    with served_pool(sessions, settings) as opened:
        yield opened


def shown_list(page: Page, desk: Served) -> str:
    """Post a role, put two people on its short list, and show them; gives the address of the link."""
    sign_in(page, desk)
    post_role(page, desk)
    page.keyboard.press("s")
    expect(page.locator("#notices")).to_contain_text("is on the short list")
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.locator("#role-tabs")).to_contain_text("Shortlist 2")
    page.locator("#role-tabs").get_by_role("link", name="Shortlist").click()
    page.get_by_role("link", name="Show to a manager").click()
    page.get_by_label("E-mail address of the manager").fill("jo.park@example.org")
    page.get_by_label("What you want to know").fill("Who could lead the on-call rota?")
    page.get_by_role("button", name="Send the list").click()
    told = page.get_by_label("Link", exact=True).input_value()
    return desk.address + re.sub(r"^https?://[^/]+", "", told)


def test_a_manager_answers_on_a_telephone_without_a_script_and_a_forwarded_link_stays_shut(
    page: Page, plain_page: Page, browser: Browser, desk: Served
) -> None:
    address = shown_list(page, desk)
    plain_page.goto(address)
    expect(plain_page.locator("main")).not_to_contain_text("Ana Ruiz")
    plain_page.get_by_role("button", name="Open the list").click()
    expect(plain_page.locator("main")).to_contain_text("Kubernetes on AWS for 40 teams")
    ana = plain_page.locator(".shown-people > li").filter(has_text="Ana Ruiz")
    ana.get_by_label("In your words").fill("calm")
    ana.get_by_label("In your words").press("Enter")
    expect(plain_page.locator("main")).to_contain_text("0 of 2 answered")
    ana.get_by_role("button", name="Yes").click()
    expect(plain_page.locator("main")).to_contain_text("You said yes")
    expect(plain_page.locator("main")).to_contain_text("calm")
    bo = plain_page.locator(".shown-people > li").filter(has_text="Bo Chen")
    bo.get_by_label("Level").check()
    bo.get_by_label("Level").press("Enter")
    expect(plain_page.locator("main")).to_contain_text("You said no")
    expect(plain_page.locator("main")).to_contain_text("2 of 2 answered")
    forwarded = browser.new_context().new_page()
    forwarded.goto(address)
    expect(forwarded.locator("main")).to_contain_text("opened in another browser")
    forwarded.context.close()
    page.get_by_role("link", name="Shortlist 2").click()
    expect(page.locator("#matches")).to_contain_text("1 yes, 0 maybe, 1 no")
    page.get_by_role("link", name="Managers said").click()
    expect(page.locator(".shown-link")).to_contain_text("level")
    page.get_by_role("button", name="Undo the answer about Bo Chen").click()
    expect(page.locator("#role-tabs")).to_contain_text("Shortlist 2")


@pytest.fixture
def mailing(sessions: Sessions, settings_with: Callable[..., Settings]) -> Iterator[Served]:
    """A served installation that writes mail into a folder."""
    settings = settings_with(
        TALENTPOOL_MAIL_TRANSPORT="folder",
        TALENTPOOL_MAIL_ORGANISATION="Nordwind",
        TALENTPOOL_MAIL_FROM_ADDRESS="talent@nordwind.example",
        TALENTPOOL_MAIL_POSTAL_ADDRESS="1 Quay, 20457 Hamburg",
    )
    with served_pool(sessions, settings) as opened:
        yield opened


def test_where_mail_works_a_link_opens_with_the_code_that_went_to_the_address(
    page: Page, plain_page: Page, mailing: Served, sessions: Sessions, settings: Settings
) -> None:
    address = shown_list(page, mailing)
    page.goto(address)
    assert not barriers(page)
    plain_page.goto(address)
    plain_page.get_by_role("button", name="Send me a code").click()
    expect(plain_page.locator("#notices")).to_contain_text("A code is on its way to j…@example.org")
    with sessions.writing.begin() as session:
        link = session.scalars(select(ShortlistLink)).one()
        code = new_code(link, secret=installation_secret(settings), now=current_time())
    plain_page.get_by_label("Code").fill("1234")
    plain_page.keyboard.press("Enter")
    expect(plain_page.locator("main")).to_contain_text("This is not the code")
    plain_page.get_by_label("Code").fill(code)
    plain_page.keyboard.press("Enter")
    expect(plain_page.locator("main")).to_contain_text("Kubernetes on AWS for 40 teams")


def test_the_pages_break_no_rule_of_accessibility(page: Page, desk: Served) -> None:
    address = shown_list(page, desk)
    assert not barriers(page)
    page.goto(address)
    assert not barriers(page)
    page.get_by_role("button", name="Open the list").click()
    assert not barriers(page)
    page.locator(".shown-people > li").first.get_by_role("button", name="Maybe").click()
    assert not barriers(page)
