"""The main job in a real browser: sign in, post a role, open a match, read why, shortlist; with and without keys."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from talentpool.database import Sessions
from talentpool.settings import Settings
from tests.browser.pool_served import (
    EMAIL,
    PASSWORD,
    Served,
    expect_arrival,
    post_role,
    served_pool,
    sign_in,
)
from tests.web.pool_of_people import ADVERT

FOCUS_IS_SEEN = """() => {
    const one = document.activeElement;
    const edges = [getComputedStyle(one), getComputedStyle(one, "::after")];
    return one.matches(":focus-visible")
        && edges.some(edge => edge.outlineStyle !== "none" && parseFloat(edge.outlineWidth) >= 2);
}"""
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def desk(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """A served installation with a small pool."""
    with served_pool(sessions, settings) as opened:
        yield opened


def test_a_recruiter_posts_a_role_and_reads_why_somebody_fits(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    page.get_by_role("link", name="Post a role").first.click()
    page.get_by_label("Title").press_sequentially("Platform engineer")
    known = page.locator("#known")
    expect(known.locator("h3").first).to_contain_text("Ana Ruiz")
    page.get_by_label("Description").fill(ADVERT)
    expect(page.locator(".must-chip")).to_have_count(3)
    page.locator("#what-matters select").last.select_option("filter")
    expect(known).to_contain_text("0 of 6")
    page.locator("#what-matters select").last.select_option("left_out")
    expect(known).to_contain_text("4 of 6")
    page.get_by_label("Something else that matters").fill("prometheus or grafana")
    page.get_by_label("How much it matters").select_option("filter")
    page.get_by_role("button", name="Add").click()
    expect(known).to_contain_text("1 of 6")
    expect(page.locator(".must-chip")).to_have_count(4)
    page.locator("#what-matters select").last.select_option("important")
    page.get_by_role("button", name="Post the role").first.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    page.locator("#matches h3").get_by_role("link", name="Bo Chen").click()
    expect(panel.get_by_role("heading", name="Bo Chen")).to_be_visible()
    expect(page).to_have_url(re.compile(f"open={desk.people['Bo Chen']}"))
    expect(page.locator(".match.open h3")).to_contain_text("Bo Chen")
    panel.get_by_text("Why this rank").click()
    expect(panel.locator(".bill .total")).to_contain_text("of 4")
    panel.get_by_role("link", name="Every line of it").click()
    expect(page.get_by_role("heading", name=re.compile("Why Bo Chen is rank"))).to_be_visible()


def test_the_main_job_is_done_with_the_keyboard_alone(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    post_role(page, desk)
    page.keyboard.press("j")
    expect(page.locator("#panel-name")).to_contain_text("Bo Chen")
    page.keyboard.press("r")
    expect(page.locator("#panel .bill")).to_be_in_viewport()
    page.keyboard.press("s")
    expect(page.locator("#notices")).to_contain_text("Bo Chen is on the short list.")
    expect(page.locator("#role-tabs")).to_contain_text("Shortlist 1")
    expect(page.locator("#panel-name")).to_contain_text("Bo Chen")
    expect(page.locator("#matches h3").get_by_role("link", name="Bo Chen")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#panel-name")).to_contain_text("Ana Ruiz")
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Leave out")).to_be_visible()
    expect(page.get_by_role("radio", name="Location")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Ana Ruiz is left out of this role.")
    expect(page.locator("#panel-name")).to_contain_text("Bo Chen")
    expect(page.locator("#matches .match")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("prometheus")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("1 person matches")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target is reached; whatever is passed on the way has to show that it has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("Tab never leads there.")


def test_from_signing_in_to_a_letter_without_a_mouse(page: Page, desk: Served) -> None:
    page.goto(desk.address)
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect_arrival(page, page.get_by_role("heading", name="Good to see you, Mara"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("undo what was just done")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).not_to_be_visible()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("n")
    page.wait_for_url("**/roles/new", timeout=30_000)
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("Platform engineer")
    tab_to(page, page.get_by_label("Description"))
    page.keyboard.insert_text(ADVERT)
    tab_to(page, page.get_by_role("button", name="Post the role").last)
    page.keyboard.press("Enter")
    expect_arrival(page, page.get_by_role("heading", name="Platform engineer", level=1))
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#panel-name")).to_contain_text("Ana Ruiz")
    page.keyboard.press("s")
    expect(page.locator("#notices")).to_contain_text("Ana Ruiz is on the short list.")
    page.keyboard.press("j")
    expect(page.locator("#panel-name")).to_contain_text("Bo Chen")
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#notices")).to_contain_text("Bo Chen is left out of this role.")
    expect(page.locator("#matches .match")).to_have_count(3)
    page.keyboard.press("z")
    expect(page.locator("#notices")).to_contain_text("Bo Chen is back in the list.")
    expect(page.locator("#matches .match")).to_have_count(4)
    expect(page.locator("#panel-name")).to_contain_text("Bo Chen")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="To 1 person")).to_be_visible()
    tab_to(page, page.get_by_text("I contacted them another way"))
    page.keyboard.press("Enter")
    expect(page.locator("main details[open]")).to_have_count(1)


def test_what_was_done_is_undone_where_it_is_said(page: Page, desk: Served) -> None:
    sign_in(page, desk)
    post_role(page, desk)
    page.locator("#panel").get_by_role("button", name="Snooze a month").click()
    expect(page.locator("#matches .match")).to_have_count(3)
    page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(page.locator("#matches .match")).to_have_count(4)


def test_a_decision_leaves_the_list_where_it_was(page: Page, desk: Served) -> None:
    page.set_viewport_size({"width": 1366, "height": 420})
    sign_in(page, desk)
    post_role(page, desk)
    for _ in range(2):
        page.keyboard.press("j")
    chosen = page.locator(".match.open h3")
    expect(chosen).to_be_in_viewport()
    before = page.evaluate("scrollY")
    assert before > 0
    page.keyboard.press("s")
    expect(page.locator("#notices").get_by_role("button", name="Undo")).to_be_in_viewport()
    expect(chosen).to_be_in_viewport()
    assert page.evaluate("scrollY") == before


def test_everything_works_without_a_script_on_a_telephone(plain_page: Page, desk: Served) -> None:
    page = plain_page
    sign_in(page, desk)
    page.get_by_role("link", name="Post a role").first.click()
    page.get_by_label("Title").fill("Platform engineer")
    page.get_by_label("Description").fill(ADVERT)
    page.get_by_role("button", name="Show people you already know").click()
    expect(page.locator("#known h3").first).to_contain_text("Ana Ruiz")
    expect(page.get_by_label("Title")).to_have_value("Platform engineer")
    page.get_by_role("button", name="Post the role").first.click()
    expect(page.locator("#panel")).not_to_be_visible()
    page.locator("#matches h3").get_by_role("link", name="Bo Chen").click()
    expect(page.locator("#panel")).to_be_visible()
    page.locator("#panel").get_by_role("button", name="Shortlist").click()
    expect(page.locator("#notices")).to_contain_text("Bo Chen is on the short list.")
    page.locator("#panel summary", has_text="Not for this role").click()
    page.get_by_role("button", name="Leave out").click()
    expect(page.locator("#matches .match")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
