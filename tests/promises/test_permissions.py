"""Every address says who may call it, and holds everybody to it before it does anything."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from talentpool.accounts.login_sessions import Lifetimes, start_session
from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import PERMISSIONS_BY_KIND
from talentpool.clock import current_time
from talentpool.settings import Settings
from talentpool.web.access import Access, access_of
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION, Desk
from talentpool.web.sign_in import cookie_name, lifetimes
from tests.builders import make_recruiter

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

# Who may come in without signing in: a short list, read whenever it grows.
OPEN_TO_EVERYBODY = {
    "static",
    "health",
    "sign_in",
    "links",
    "shown_people",
    "own_page",
    "pass_on_link",
    "api",
}
# Mail programs press these without a page of ours (RFC 8058): the signed link in the address is the proof.
PROVEN_BY_THE_LINK = {"links.stop", "own_page.decide", "own_page.send_resume", "pass_on_link.decide"}
PROVEN_BY_A_TOKEN = {"api.push"}  # programs send no cookie; without the token in its head nothing is read


class Door(NamedTuple):
    """One address with one method, and how it is marked."""

    address: str
    method: str
    endpoint: str
    access: Access


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty installation."""
    made = create_app(settings)
    yield made
    desk_of(made).engine.dispose()


def desk_of(app: Flask) -> Desk:
    desk: Desk = app.extensions[EXTENSION]
    return desk


def doors(app: Flask) -> list[Door]:
    """List every address with every method it takes, filled in with numbers and words."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        assert access is not None, f"{rule.rule} does not say who may call it"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append(Door(filled(rule, app.url_map), method, rule.endpoint, access))
    return found


def filled(rule: Rule, addresses: Map) -> str:
    """Fill the places of an address: a number where one is asked for, a word elsewhere."""
    values = dict.fromkeys(rule.arguments, 1)
    return addresses.bind("127.0.0.1").build(
        rule.endpoint, values, method=next(iter(rule.methods or {"GET"}))
    )


def call(client: FlaskClient, door: Door) -> TestResponse:
    return client.open(door.address, method=door.method)


def signed_in(app: Flask, kind: AccountKind) -> FlaskClient:
    """A browser in which somebody of this kind has signed in."""
    desk = desk_of(app)
    now = current_time()
    lives: Lifetimes = lifetimes(desk.settings.security)
    with desk.sessions.writing.begin() as session:
        token = start_session(session, make_recruiter(session, kind=kind).id, lifetimes=lives, now=now)
    client = app.test_client()
    client.set_cookie(cookie_name(desk.settings, "session"), token)
    return client


def test_every_address_names_one_permission_or_a_reason_for_being_open(app: Flask) -> None:
    found = doors(app)
    assert len(found) > 5
    assert not [door for door in found if (door.access.permission is None) == (door.access.reason is None)]
    opened = {door.endpoint.split(".")[0] for door in found if door.access.permission is None}
    assert opened <= OPEN_TO_EVERYBODY


def test_nobody_gets_in_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    guarded = [door for door in doors(app) if door.access.permission]
    assert guarded
    for door in guarded:
        answer = call(client, door)
        assert answer.status_code == 303, f"{door.method} {door.address} answered {answer.status_code}"
        assert re.match(r"/sign-in\b", answer.headers["Location"])


@pytest.mark.parametrize("kind", [AccountKind.HIRING_MANAGER, AccountKind.RECRUITER])
def test_nobody_gets_where_their_kind_may_not(app: Flask, kind: AccountKind) -> None:
    client = signed_in(app, kind)
    closed = [
        door
        for door in doors(app)
        if door.access.permission and door.access.permission not in PERMISSIONS_BY_KIND[kind]
    ]
    for door in closed:
        assert call(client, door).status_code == 403, f"{kind} reached {door.method} {door.address}"
    own = [
        door for door in doors(app) if door.access.permission and door not in closed and door.method == "GET"
    ]
    assert own
    for door in own:
        answer = call(client, door)
        assert answer.status_code in (200, 303, 304, 404), f"{door.address} answered {answer.status_code}"
        assert not answer.headers.get("Location", "").startswith("/sign-in")


def test_nothing_is_changed_without_the_token_of_a_form(app: Flask) -> None:
    client = signed_in(app, AccountKind.ADMINISTRATOR)
    changing = [door for door in doors(app) if door.method != "GET"]
    assert changing
    for door in changing:
        refusal = (
            403 if door.endpoint in PROVEN_BY_THE_LINK else 401 if door.endpoint in PROVEN_BY_A_TOKEN else 400
        )
        assert call(client, door).status_code == refusal, f"{door.method} {door.address} asked for no token"


def test_every_answer_forbids_what_is_not_ours(app: Flask) -> None:
    client = app.test_client()
    for door in doors(app):
        answer = call(client, door)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
