"""Signing in with a real browser: by keyboard, without JavaScript, and readable for everybody."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser, Page, expect

from talentpool.accounts.models import AccountKind, LinkPurpose, Recruiter
from talentpool.accounts.passwords import hash_password
from talentpool.accounts.sign_in import make_one_time_link
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import Settings
from talentpool.web.access import public
from talentpool.web.app import create_app
from tests.browser.serving import served
from tests.builders import make_recruiter

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
PASSWORD = "a tin of brave sardines"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"


@pytest.fixture
def mara(sessions: Sessions) -> Recruiter:
    """An administrator with a password."""
    with sessions.writing.begin() as session:
        return make_recruiter(
            session,
            "Mara Klein",
            email="mara@example.org",
            kind=AccountKind.ADMINISTRATOR,
            password_hash=hash_password(PASSWORD),
        )


@pytest.fixture
def address(settings: Settings, mara: Recruiter) -> Iterator[str]:
    """Where the pages are served."""
    app: Flask = create_app(settings)
    app.add_url_rule("/fault/<int:status>", "fault", public("for this test")(lambda status: abort(status)))
    with served(app) as found:
        yield found
    app.extensions["talentpool"].engine.dispose()


def sign_in(page: Page, address: str) -> None:
    page.goto(address + "/sign-in?next=/account")
    page.get_by_label("E-mail address").fill("mara@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def faults(page: Page) -> list[str]:
    """List what axe finds wrong; it is evaluated past the page's own policy, which would refuse it."""
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run(document, {RULES})")
    assert found["passes"], "axe looked at nothing"
    return [
        f"{fault['id']}: {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A narrow window in each of the two themes."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_the_pages_before_signing_in_have_no_fault_that_axe_knows(
    themed: Page, address: str, sessions: Sessions, mara: Recruiter
) -> None:
    with sessions.writing.begin() as session:
        links = {
            purpose: make_one_time_link(session, mara.id, purpose, now=current_time(), hours=1)
            for purpose in LinkPurpose
        }
    pages = ["/sign-in", f"/set-up/{links[LinkPurpose.SET_UP]}", f"/sign-in/{links[LinkPurpose.SIGN_IN]}"]
    for path in [*pages, "/no-such-page", "/fault/500", "/fault/503"]:
        themed.goto(address + path)
        assert not faults(themed), path
    themed.goto(address + "/sign-in")
    themed.get_by_role("button", name="Sign in").click()
    expect(themed.get_by_role("alert")).to_be_visible()
    assert not faults(themed)


def test_the_account_page_and_its_menus_have_no_fault_that_axe_knows(themed: Page, address: str) -> None:
    sign_in(themed, address)
    assert not faults(themed)
    themed.locator("summary").click()
    assert not faults(themed)
    themed.get_by_role("button", name="Keyboard").click()
    expect(themed.get_by_role("dialog")).to_be_visible()
    assert not faults(themed)
    themed.goto(address + "/settings/people")
    assert not faults(themed)
    themed.goto(address + "/fault/404")
    assert not faults(themed)


def test_signing_in_and_out_works_without_javascript(plain_page: Page, address: str) -> None:
    sign_in(plain_page, address)
    plain_page.locator("summary").click()
    plain_page.get_by_role("button", name="Sign out", exact=True).click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_signing_in_works_with_the_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address + "/sign-in?next=/account")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("mara@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def test_the_list_of_keys_opens_with_its_key_and_the_keys_can_be_turned_off(page: Page, address: str) -> None:
    sign_in(page, address)
    page.wait_for_load_state()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    expect(keys).to_be_visible()
    keys.get_by_label("Use these keys in this browser").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("?")
    expect(keys).to_be_visible()


def test_a_wrong_password_puts_the_reader_on_what_to_fix(plain_page: Page, address: str) -> None:
    plain_page.goto(address + "/sign-in")
    plain_page.get_by_label("E-mail address").fill("mara@example.org")
    plain_page.get_by_label("Password").fill("not this one, sorry")
    plain_page.get_by_role("button", name="Sign in").click()
    summary = plain_page.get_by_role("alert")
    expect(summary).to_contain_text("do not belong together")
    summary.get_by_role("link").first.click()
    assert plain_page.url.endswith("#email")
    expect(plain_page.get_by_label("E-mail address")).to_have_value("mara@example.org")
