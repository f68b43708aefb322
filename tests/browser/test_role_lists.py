"""Narrowing a list down, deciding about several, and losing nothing: in a real browser, without a script too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from talentpool.accounts.models import AccountKind, LoginSession
from talentpool.accounts.sign_in import set_password
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import shortlist
from talentpool.roles.models import Role
from talentpool.settings import Settings
from tests.browser.barriers import barriers, barriers_now
from tests.browser.conftest import NARROW
from tests.browser.pool_served import PASSWORD, Served, fill_in_account, post_role, served_pool, sign_in
from tests.builders import make_recruiter
from tests.web.pool_of_people import ADVERT

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """A served installation with a small pool."""
    with served_pool(sessions, settings) as opened:
        yield opened


def names(page: Page) -> list[str]:
    return [name.strip() for name in page.locator("#matches .match h3 a").all_inner_texts()]


def test_filters_narrow_the_list_down_and_take_themselves_away(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    post_role(page, desk)
    page.get_by_role("link", name="Relevance").click()
    word = page.locator("#filters").get_by_role("link", name=re.compile("^kubernetes 2"))
    expect(word).to_be_visible()
    assert not barriers_now(page)
    word.click()
    expect(page.locator("#matches .match")).to_have_count(2)
    expect(page).to_have_url(re.compile("word=kubernetes"))
    expect(page.locator("#filters .chip[aria-current]")).to_be_focused()  # the keyboard stays where it was
    page.reload()
    assert names(page) == ["Ana Ruiz", "Bo Chen"]
    page.locator("#on-1").click()
    expect(page.locator("#matches .match")).to_have_count(4)
    page.goto(f"{page.url.split('?')[0]}?contact=resting&city=Lisbon")
    expect(page.get_by_role("heading", name="Nobody is left with these filters")).to_be_visible()
    assert not barriers_now(page)


def test_several_are_chosen_with_the_keyboard_and_taken_back_together(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    post_role(page, desk)
    bar = page.locator("#selection")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 chosen:")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("2 chosen:")
    assert not barriers_now(page)
    page.keyboard.press("a")
    expect(bar).to_contain_text("4 chosen:")
    page.keyboard.press("a")
    expect(bar).to_be_hidden()
    page.keyboard.press("a")
    bar.get_by_text("Not for this role").click()
    bar.get_by_label("Why not").select_option("pay")
    bar.get_by_role("button", name="Leave all out").click()
    expect(page.locator("#notices")).to_contain_text("4 people are left out.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#matches .match")).to_have_count(4)


def test_everything_is_there_without_a_script_on_a_telephone(plain_page: Page, desk: Served) -> None:
    page = plain_page
    sign_in(page, desk)
    post_role(page, desk)
    page.get_by_role("link", name="Quality signals").click()
    page.get_by_role("link", name=re.compile("^Final round or further 4")).click()
    page.get_by_role("link", name="Saved").click()
    page.get_by_label("Name", exact=True).fill("Nearly hired")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notices")).to_contain_text("“Nearly hired” is saved")
    page.locator("#match-" + str(desk.people["Bo Chen"])).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Bo Chen")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Ana Ruiz")).to_be_hidden()  # the open one has the page
    page.get_by_role("link", name="Back to the list").first.click()
    page.get_by_role("link", name="Choose all 4 on this page").click()
    page.get_by_role("button", name="Shortlist", exact=True).last.click()
    expect(page.locator("#notices")).to_contain_text("4 people are put on the short list.")
    expect(page).to_have_url(re.compile("stage=final_round"))


def test_on_a_telephone_the_open_one_stands_where_the_reader_is(browser: Browser, desk: Served) -> None:
    context = browser.new_context(viewport=NARROW, locale="en-GB")
    page = context.new_page()
    sign_in(page, desk)
    post_role(page, desk)
    page.locator("#match-" + str(desk.people["Chidi Okafor"])).get_by_role("link").click()
    expect(page.locator("#panel").get_by_role("heading", name="Chidi Okafor")).to_be_in_viewport()
    page.get_by_role("link", name="Back to the list").first.click()
    expect(page.locator("#match-" + str(desk.people["Chidi Okafor"]))).to_be_in_viewport()
    context.close()


def test_a_hiring_manager_reads_the_short_list_on_a_telephone(
    browser: Browser, page: Page, desk: Served, sessions: Sessions
) -> None:
    now = current_time()
    sign_in(page, desk)
    post_role(page, desk)
    with sessions.writing.begin() as session:
        manager = make_recruiter(session, email="hana@example.org", kind=AccountKind.HIRING_MANAGER)
        set_password(session, manager, PASSWORD, now=now)
        role = session.scalars(select(Role)).one()
        role.hiring_manager_id = manager.id
        shortlist(session, role.id, desk.people["Ana Ruiz"], recruiter_id=None, now=now)
    context = browser.new_context(viewport=NARROW, locale="en-GB")
    telephone = context.new_page()
    telephone.goto(f"{desk.address}/roles/{role.id}/shortlist")
    fill_in_account(telephone, email="hana@example.org")
    name = telephone.get_by_role("heading", name="Ana Ruiz")
    expect(name).to_be_visible()
    box = name.bounding_box()
    assert box is not None and box["width"] > 200
    assert not barriers(telephone)
    context.close()


def test_what_is_being_typed_when_the_session_ends_is_there_after_signing_in(
    page: Page, desk: Served, sessions: Sessions
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk.address}/roles/new")
    page.get_by_label("Title").fill("Platform engineer")
    page.get_by_label("Description").fill(ADVERT)
    expect(page.locator(".must-chip")).to_have_count(3)
    page.wait_for_load_state(
        "networkidle"
    )  # a preview that finds the session ended goes to sign in by itself
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(revoked_at=current_time()))
    page.get_by_role("button", name="Post the role").first.click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    fill_in_account(page)
    expect(page.locator("#notices")).to_contain_text("What you had typed is here again")
    expect(page.get_by_label("Title")).to_have_value("Platform engineer")
    expect(page.get_by_label("Description")).to_have_value(ADVERT)
    expect(page.locator(".must-chip")).to_have_count(3)


def test_a_note_survives_the_end_of_a_session(page: Page, desk: Served, sessions: Sessions) -> None:
    sign_in(page, desk)
    page.goto(f"{desk.address}/candidates/{desk.people['Ana Ruiz']}")
    page.locator('textarea[name="note"]').fill("Would move to Porto.\nAsk in May.")
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(revoked_at=current_time()))
    page.get_by_role("button", name="Add the note").click()
    fill_in_account(page)
    expect(page.get_by_label("Note")).to_have_value("Would move to Porto.\nAsk in May.")
    assert not barriers_now(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("#notices")).to_contain_text("Your note is added.")
