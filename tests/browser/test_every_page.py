"""axe finds nothing on any page in any state: full, empty and refused, light and dark, wide and narrow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser, Page

from talentpool.database import Sessions
from talentpool.web.access import access_of, public
from talentpool.web.app import create_app
from talentpool.web.desk import EXTENSION
from tests.browser.barriers import barriers
from tests.browser.conftest import WIDE
from tests.browser.serving import served
from tests.web.busy_desk import MAIL, busy_desk, empty_desk
from tests.web.conftest import MakeSettings
from tests.web.every_page import ERRORS, REFUSED, addresses

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

SEND = """([address, fields]) => {
    const form = document.createElement("form");
    const token = document.querySelector('meta[name="csrf-token"]').content;
    form.method = "post";
    form.action = address;
    for (const [name, value] of Object.entries({...fields, csrf_token: token})) {
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    document.body.append(form);
    form.submit();
}"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A desk that is served: where, its pages by address, and a window of somebody in it and of nobody."""

    site: str
    app: Flask
    places: dict[str, object]
    inside: Page
    outside: Page

    def pages(self) -> Iterator[tuple[str, Page]]:
        """Give each address of each page and the window to open it in."""
        for endpoint, address in addresses(self.app, self.places):
            access = access_of(self.app.view_functions[endpoint])
            is_public = access is not None and access.permission is None
            yield address, self.outside if is_public else self.inside


@pytest.fixture
def open_desk(
    browser: Browser, sessions: Sessions, settings_with: MakeSettings
) -> Iterator[Callable[..., Opened]]:
    """Serve a desk that was filled by `busy_desk` or `empty_desk`, until the test ends."""

    @contextmanager
    def opened(fill: Callable[..., tuple[object, dict[str, object]]]) -> Iterator[Opened]:
        app = create_app(settings_with(**MAIL))
        app.add_url_rule(
            "/fault/<int:status>", "fault", public("for this test")(lambda status: abort(status))
        )
        filler, places = fill(app, sessions)
        token = filler.client.get_cookie("talentpool_session").value
        with served(app) as site:
            inside, outside = (
                browser.new_context(viewport=WIDE, locale="en-GB", reduced_motion="reduce") for _ in range(2)
            )  # a colour that is still on its way to the other theme has no contrast to measure
            inside.add_cookies([{"name": "talentpool_session", "value": token, "url": site}])
            yield Opened(
                site=site, app=app, places=places, inside=inside.new_page(), outside=outside.new_page()
            )
            inside.close()
            outside.close()
        app.extensions[EXTENSION].engine.dispose()

    return opened


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Look at every page in either theme at either width, not in one theme at each."""
    return bool(request.config.getoption("--long"))


@pytest.mark.parametrize("fill", [busy_desk, empty_desk], ids=["full", "empty"])
def test_no_page_has_a_barrier_full_or_empty_in_any_theme_or_width(open_desk, fill, thorough) -> None:
    with open_desk(fill) as desk:
        found = {}
        for address, page in desk.pages():
            page.goto(desk.site + address)
            found[address] = barriers(page, thorough=thorough)
        assert [f"{address}: {fault}" for address, faults in found.items() for fault in faults] == []


def test_no_page_has_a_barrier_when_something_is_wrong(open_desk, thorough) -> None:
    with open_desk(busy_desk) as desk:
        page, found = desk.inside, {}
        for address, status in ERRORS.items():
            answer = page.goto(desk.site + address)
            assert answer is not None
            assert answer.status == status, address
            found[address] = barriers(page, thorough=thorough)
        for endpoint, refused in REFUSED.items():
            page.goto(desk.site + "/account")
            fields = {name: value.format(**desk.places) for name, value in refused.fields.items()}
            with page.expect_navigation() as sent:
                page.evaluate(SEND, [refused.address.format(**desk.places), fields])
            assert sent.value.status == 422, f"{endpoint} {urlencode(fields)}"
            found[endpoint] = barriers(page, thorough=thorough)
        assert [f"{state}: {fault}" for state, faults in found.items() for fault in faults] == []
