"""An installation for the journeys: a small pool, one recruiter with a password, served for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from talentpool.accounts.models import AccountKind
from talentpool.accounts.sign_in import set_password
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import Settings
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from tests.browser.serving import served
from tests.builders import make_recruiter
from tests.web.pool_of_people import ADVERT, fill_pool

EMAIL, PASSWORD = "mara.klein@example.org", "a calm platform team"


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """Where the pages are, and who is in the pool."""

    address: str
    people: dict[str, int]


@contextmanager
def served_pool(sessions: Sessions, settings: Settings) -> Iterator[Served]:
    """Serve a small pool with one recruiter, until the block ends."""
    people = fill_pool(sessions)
    with sessions.writing.begin() as session:
        mara = make_recruiter(session, email=EMAIL, kind=AccountKind.RECRUITER)
        set_password(session, mara, PASSWORD, now=current_time())
    app = create_app(settings)
    with served(app) as address:
        yield Served(address=address, people=people)
    app.extensions[EXTENSION].engine.dispose()


def fill_in_account(page: Page, *, email: str = EMAIL) -> None:
    """Sign in on the page that asks for it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Page, desk: Served) -> None:
    """Go to the home page as the recruiter."""
    page.goto(desk.address)
    fill_in_account(page)
    expect_arrival(page, page.get_by_role("heading", name="Good to see you, Mara"))


def post_role(page: Page, desk: Served) -> None:
    """Post a role that four of the pool fit, and see its list."""
    page.goto(f"{desk.address}/roles/new")
    page.get_by_label("Title").fill("Platform engineer")
    page.get_by_label("Description").fill(ADVERT)
    page.get_by_role("button", name="Post the role").first.click()
    expect_arrival(page, page.get_by_role("heading", name="Platform engineer", level=1))


def expect_arrival(page: Page, sign: Locator) -> None:
    """Wait for the next page: until a sign of it is seen, and its scripts listen to the keyboard."""
    expect(sign).to_be_visible()
    page.wait_for_load_state()
