"""The desk under test: an application on this test's database, and browsers that are signed in to it."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from talentpool.accounts.login_sessions import Lifetimes, start_session
from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.models import ShortlistLink
from talentpool.rediscovery.shortlist_tokens import link_number, new_code
from talentpool.settings import Settings
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION, Desk
from talentpool.web.sign_in import lifetimes
from tests.builders import make_recruiter

MakeAccount = Callable[..., Recruiter]
SignIn = Callable[..., "Browser"]
MakeLink = Callable[..., str]
MakeSettings = Callable[..., Settings]
StartApp = Callable[[Settings], Flask]


@pytest.fixture
def start_app() -> Iterator[StartApp]:
    """Start applications that are shut down when the test ends: `start_app(settings)`."""
    started: list[Flask] = []

    def start(settings: Settings) -> Flask:
        started.append(create_app(settings))
        return started[-1]

    yield start
    for app in started:
        app.extensions[EXTENSION].engine.dispose()


@pytest.fixture
def app(settings: Settings, start_app: StartApp) -> Flask:
    """The application over this test's installation."""
    return start_app(settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def make_account(sessions: Sessions) -> MakeAccount:
    """Make an account that stays: `make_account(AccountKind.RECRUITER, name="Mara Klein")`."""

    def make(kind: AccountKind = AccountKind.RECRUITER, **fields: Any) -> Recruiter:
        with sessions.writing.begin() as session:
            return make_recruiter(session, kind=kind, **fields)

    return make


@pytest.fixture
def signed_in(app: Flask, make_account: MakeAccount) -> SignIn:
    """Sign a fresh browser in: `signed_in(AccountKind.ADMINISTRATOR)` or `signed_in(recruiter)`."""

    def sign_in(who: AccountKind | Recruiter = AccountKind.RECRUITER) -> Browser:
        return sign_in_as(app, who if isinstance(who, Recruiter) else make_account(who))

    return sign_in


def sign_in_as(app: Flask, recruiter: Recruiter) -> "Browser":
    """Sign somebody with an account in with a fresh browser."""
    desk = app.extensions[EXTENSION]
    alive: Lifetimes = lifetimes(desk.settings.security)
    with desk.sessions.writing.begin() as session:
        token = start_session(session, recruiter.id, lifetimes=alive, now=current_time())
    browser = Browser(app.test_client(), recruiter)
    browser.client.set_cookie("talentpool_session", token)
    return browser


class Browser:
    """A signed-in browser that sends forms the way our pages do, with their token."""

    def __init__(self, client: FlaskClient, recruiter: Recruiter) -> None:
        self.client, self.recruiter = client, recruiter

    def get(self, address: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(address, **more)

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form with the token of this browser."""
        return self.client.post(address, data={**(data or {}), "csrf_token": form_token(self.client)}, **more)


def form_token(client: FlaskClient) -> str:
    """Read the form token of this browser from a page that everybody may see."""
    page = client.get("/no-such-page").get_data(as_text=True)
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', page)
    assert found is not None, "no page carries a form token"
    return found.group(1)


def let_in(client: FlaskClient, way: str, desk: Desk) -> TestResponse:
    """Open a link to a short list in a browser, with the code that its address is sent."""
    number = link_number(way.rpartition("/")[2], secret=desk.secret)
    with desk.sessions.writing.begin() as session:
        code = new_code(session.get_one(ShortlistLink, number), secret=desk.secret, now=current_time())
    return client.post(f"{way}/enter", data={"code": code, "csrf_token": form_token(client)})
