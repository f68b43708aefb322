"""The settings and blind review in a real browser: by keys alone, and without JavaScript; no barrier while they are used."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from talentpool.accounts.login_sessions import start_session
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.outreach.letters import install_letters
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.settings import Settings, config_folder
from talentpool.web.sign_in import lifetimes
from tests.browser.barriers import barriers_now
from tests.browser.pool_served import Served, served_pool
from tests.builders import make_office, make_recruiter, make_role
from tests.web.pool_of_people import ADVERT

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

WRONG = (
    ("/settings/weights", "signals.stage", "Save the weights"),
    ("/settings/reasons", "label-timing", "Save the reasons"),
    ("/settings/contact", "cool_down_days", "Save the contact policy"),
    ("/settings/letters/first_contact", "subject", "Save the letter"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Administered:
    """A served installation, a matched role in it, and the token of an administrator's browser."""

    desk: Served
    role_id: int
    token: str
    recruiter_id: int


@pytest.fixture
def served(sessions: Sessions, settings: Settings) -> Iterator[Administered]:
    """An installation with a pool, a role, and one administrator who is signed in."""
    with served_pool(sessions, settings) as desk:
        now = current_time()
        with sessions.writing.begin() as session:
            install_reasons(session, config_folder())
            install_letters(session, config_folder(), now=now)
            office = make_office(session, country="DE")
            mara = make_recruiter(session, kind=AccountKind.ADMINISTRATOR, office_id=office.id)
            role = make_role(session, text=ADVERT, owner_id=mara.id, now=now)
            token = start_session(session, mara.id, lifetimes=lifetimes(settings.security), now=now)
        with sessions.writing.begin() as session:
            keeper = IndexKeeper(settings.index_folder)
            rediscover(session, keeper, role.id, cause=RunCause.POSTED, recruiter_id=mara.id, now=now)
        yield Administered(desk=desk, role_id=role.id, token=token, recruiter_id=mara.id)


def enter(page: Page, served: Administered) -> None:
    page.context.add_cookies(
        [{"name": "talentpool_session", "value": served.token, "url": served.desk.address}]
    )


def test_a_wrong_field_is_named_and_reached_from_the_summary(plain_page: Page, served: Administered) -> None:
    enter(plain_page, served)
    for address, field, button in WRONG:
        plain_page.goto(f"{served.desk.address}{address}")
        plain_page.locator(f'[id="{field}"]').fill("")
        plain_page.get_by_role("button", name=button).click()
        summary = plain_page.get_by_role("alert")
        expect(summary).to_be_visible()
        summary.get_by_role("link").first.click()
        assert plain_page.url.endswith(f"#{field}")


def test_weights_are_tried_while_they_are_typed_and_saved_by_keys(page: Page, served: Administered) -> None:
    enter(page, served)
    page.goto(f"{served.desk.address}/settings/weights")
    field = page.get_by_label("Words of the title, times")
    field.fill("0")
    expect(page.locator("#trial li").first).to_be_visible()
    expect(page.locator("#trial")).to_contain_text("people ranked")
    assert not barriers_now(page)
    field.fill("lots")
    expect(page.locator("#trial")).to_contain_text("Write a number from 0 to 100.")
    field.fill("5")
    page.get_by_role("button", name="Save the weights").press("Enter")
    expect(page.locator("#notices")).to_contain_text("The weights are saved")
    expect(field).to_have_value("5")
    page.locator("#notices").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#notices")).to_contain_text("as in version 1 again")
    expect(page.get_by_label("Words of the title, times")).to_have_value("10")
    page.get_by_role("link", name="History and undo").click()
    expect(page.locator(".version")).to_have_count(3)
    assert not barriers_now(page)


def test_weights_are_tried_and_saved_without_javascript(plain_page: Page, served: Administered) -> None:
    enter(plain_page, served)
    plain_page.goto(f"{served.desk.address}/settings/weights")
    plain_page.get_by_label("Silver medalist").fill("0.5")
    plain_page.get_by_role("button", name="Show what changes").click()
    expect(plain_page.locator("#trial li").first).to_be_visible()
    expect(plain_page.get_by_label("Silver medalist")).to_have_value("0.5")
    plain_page.get_by_role("button", name="Save the weights").click()
    expect(plain_page.locator("#notices")).to_contain_text("The weights are saved")


def test_blind_review_has_no_barrier_and_is_switched_from_the_top_bar(
    page: Page, served: Administered
) -> None:
    enter(page, served)
    role = f"{served.desk.address}/roles/{served.role_id}"
    page.goto(role)
    page.get_by_label("Account of").click()
    page.get_by_role("button", name="Review blind").click()
    expect(page.locator(".blind-on")).to_contain_text("Blind review")
    assert "Ana Ruiz" not in page.content()
    assert not barriers_now(page)
    ana = served.desk.people["Ana Ruiz"]
    page.locator("#matches h3").get_by_role("link", name=f"Candidate {ana}", exact=True).click()
    expect(page.locator("#panel-name")).to_contain_text(f"Candidate {ana}")
    page.locator("#panel").get_by_role("link", name="The whole resume, without who it is").click()
    expect(page.locator("#resume")).to_contain_text("Kubernetes on AWS for 40 teams")
    assert not barriers_now(page)
    page.locator("#panel-name").get_by_role("link").click()
    assert not barriers_now(page)
    page.get_by_role("button", name="Show who this is").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana Ruiz")
    page.get_by_role("button", name="Turn off blind review").click()
    expect(page.locator(".blind-on")).to_have_count(0)


def test_blind_review_says_nothing_while_a_role_is_typed(
    page: Page, served: Administered, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Recruiter, served.recruiter_id).blind_since = current_time()
    enter(page, served)
    page.goto(f"{served.desk.address}/roles/new")
    page.get_by_label("Title").press_sequentially("Platform engineer")
    expect(page.locator("#known h3").first).to_contain_text("Candidate")
    assert "Ana Ruiz" not in page.content()
