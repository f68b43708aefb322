"""Every page of the desk, empty and full: it opens, it is light, and its queries do not grow with what it shows."""

from collections.abc import Callable

import pytest
from flask import Flask

from talentpool.database import Sessions
from talentpool.web.access import access_of
from talentpool.web.desk import EXTENSION
from tests.web.busy_desk import MAIL, busy_desk, empty_desk
from tests.web.busy_roles import let_apply
from tests.web.conftest import Browser, MakeSettings, StartApp
from tests.web.every_page import NOT_PAGES, PAGES, addresses
from tests.web.pool_of_people import add_people, counted_queries

MOST_BYTES = 200_000
MOST_QUERIES = 50
"""Of one page; each is named with its number by `tests.benchmarks.page_speed`."""

Desk = Callable[[Flask, Sessions], tuple[Browser, dict[str, object]]]


@pytest.fixture
def app(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """The application of an installation that can write letters."""
    return start_app(settings_with(**MAIL))


def test_every_route_that_is_read_is_a_page_to_walk_or_has_a_reason_why_not(app: Flask) -> None:
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert read == PAGES.keys() | NOT_PAGES.keys()
    assert not PAGES.keys() & NOT_PAGES.keys()


@pytest.mark.parametrize("desk", [busy_desk, empty_desk])
def test_every_page_opens_and_has_no_more_than_200_kilobytes(
    app: Flask, sessions: Sessions, desk: Desk
) -> None:
    browser, places = desk(app, sessions)
    walked = list(addresses(app, places))
    assert desk is empty_desk or {endpoint for endpoint, _ in walked} == PAGES.keys()
    for endpoint, address in walked:
        is_public = access_of(app.view_functions[endpoint]).permission is None  # type: ignore[union-attr]
        answer = (app.test_client() if is_public else browser).get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.location}"
        assert len(answer.data) <= MOST_BYTES, f"{address}: {len(answer.data):,} bytes"


def test_no_page_asks_the_database_more_often_when_it_shows_more(app: Flask, sessions: Sessions) -> None:
    browser, places = busy_desk(app, sessions)
    before = _queries(app, browser, places)
    add_people(sessions, 60)
    let_apply(sessions, int(str(places["closing"])), 60)
    browser.post(f"/roles/{places['role']}/rematch")
    after = _queries(app, browser, places)
    grown = {page: (before[page], after[page]) for page in after if after[page] > before[page]}
    assert grown == {}
    assert {page: sent for page, sent in after.items() if sent > MOST_QUERIES} == {}


def _queries(app: Flask, browser: Browser, places: dict[str, object]) -> dict[str, int]:
    found = {}
    for _, address in addresses(app, places):
        browser.get(address)  # what is kept in memory is there then
        with counted_queries(app.extensions[EXTENSION].engine) as counted:
            browser.get(address)
            found[address] = counted()
    return found
