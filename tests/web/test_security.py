"""What holds for every page: marked routes, headers, form tokens, hosts, sizes."""

import hashlib
import re
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Permission
from talentpool.web.access import access_of, public, require_marked_routes, requires
from talentpool.web.security import HEADERS
from talentpool.web.static_files import FOLDER
from tests.browser.serving import served
from tests.web.conftest import MakeSettings, SignIn, StartApp, form_token

FORGED_LINK, FORGED_LIST = "/u/unknown", "/s/unknown"
FORGED_OWN_PAGE = ("/me/unknown", "/me/unknown/unknown", "/me/unknown/resume")
FORGED_PASS_ON = ("/pass-on/unknown", "/pass-on/unknown/unknown")
PUSHED = "/api/v1/people"  # by a program, whose token is the proof
# Behind these the signed token is the proof, not a sign-in; some are pressed without a page of ours, too.
FORGED = (FORGED_LINK, FORGED_LIST, *FORGED_OWN_PAGE, *FORGED_PASS_ON)
WITHOUT_A_FORM = (FORGED_LINK, *FORGED_OWN_PAGE, *FORGED_PASS_ON, PUSHED)


def routes(app: Flask) -> list[tuple[str, str]]:
    """List every route with each of its methods, parameters filled in with something unknown."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<int:[^>]+>", "4711", rule.rule)
        address = re.sub(r"<[^>]+>", "unknown", address)
        found += [(method, address) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_says_who_may_call_it(app: Flask) -> None:
    marks = {rule.endpoint: access_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}
    assert len(marks) > 5
    assert all(mark is not None and (mark.permission or mark.reason) for mark in marks.values())
    require_marked_routes(app)


def test_an_application_with_an_unmarked_route_does_not_start(app: Flask) -> None:
    app.add_url_rule("/unmarked", view_func=lambda: "anybody")
    with pytest.raises(RuntimeError, match="/unmarked"):
        require_marked_routes(app)


def test_a_route_cannot_be_public_and_need_a_permission(app: Flask) -> None:
    app.add_url_rule("/both", view_func=public("why")(requires(Permission.EXPORT)(lambda: "x")))
    with pytest.raises(RuntimeError, match="/both"):
        require_marked_routes(app)


def test_nobody_gets_past_the_sign_in_without_an_account(app: Flask, client: FlaskClient) -> None:
    for method, address in routes(app):
        response = client.open(address, method=method)
        if address in (*FORGED, PUSHED):
            assert response.status_code in (401, 403)
            continue
        endpoint_is_public = response.status_code in (200, 400, 404)
        is_sent_to_sign_in = response.status_code == 303 and "/sign-in" in response.location
        assert endpoint_is_public or is_sent_to_sign_in, f"{method} {address}: {response.status}"
    assert client.get("/account").location.startswith("/sign-in")


def test_every_post_needs_the_token_of_our_forms(app: Flask, signed_in: SignIn) -> None:
    browser = signed_in(AccountKind.ADMINISTRATOR)
    posts = [address for method, address in routes(app) if method == "POST" and address not in WITHOUT_A_FORM]
    assert len(posts) >= 5
    for address in posts:
        assert browser.client.post(address).status_code == 400, address
        assert browser.client.post(address, data={"csrf_token": "made up"}).status_code == 400, address


def test_htmx_sends_the_token_as_a_header(signed_in: SignIn) -> None:
    browser = signed_in()
    token = form_token(browser.client)
    response = browser.client.post("/account/sign-out-everywhere", headers={"X-CSRFToken": token})
    assert response.status_code == 303


@pytest.mark.parametrize("address", ["/sign-in", "/healthz", "/no-such-page", "/static/desk.css", "/account"])
def test_every_answer_carries_the_security_headers(signed_in: SignIn, address: str) -> None:
    with signed_in().get(address) as response:
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_pages_are_never_stored_and_files_are_kept_by_their_content(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    style = re.findall(r'href="(/static/desk\.css\?v=[0-9a-f]{12})"', page.text)[0]
    with client.get(style) as by_content, client.get("/static/desk.css") as by_name:
        assert "immutable" in by_content.headers["Cache-Control"]
        assert "immutable" not in by_name.headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"])
def test_only_our_own_files_are_served(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code in (404, 308)
    assert client.get(address, follow_redirects=True).status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "a b"]
)
def test_a_request_for_another_host_is_refused(client: FlaskClient, host: str) -> None:
    response = client.get("/sign-in", headers={"Host": host})
    assert response.status_code == 400
    assert host not in response.text


def test_forwarded_headers_are_not_believed_without_a_trusted_proxy(client: FlaskClient) -> None:
    page = client.get("/account", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    assert page.status_code == 303
    assert page.location == "/sign-in?next=/account"


def test_a_production_site_answers_to_its_own_name_over_https(
    settings_with: MakeSettings, start_app: StartApp
) -> None:
    settings = settings_with(
        TALENTPOOL_SECURITY_MODE="production",
        TALENTPOOL_WEB_PUBLIC_URL="https://talent.example.org",
        TALENTPOOL_WEB_TRUSTED_PROXIES="1",
    )
    client = start_app(settings).test_client()
    assert client.get("/sign-in", headers={"Host": "localhost"}).status_code == 400
    response = client.get("/sign-in", headers={"Host": "talent.example.org", "X-Forwarded-Proto": "https"})
    assert response.status_code == 200
    assert "max-age=63072000" in response.headers["Strict-Transport-Security"]
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-talentpool_forms=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie


def test_a_form_larger_than_any_advert_is_refused(client: FlaskClient) -> None:
    response = client.post("/sign-in", data={"email": "x" * (5 * 1024 * 1024)})
    assert response.status_code == 413
    assert "too large" in response.text


def test_a_state_is_never_changed_by_looking(app: Flask, signed_in: SignIn) -> None:
    for address in ("/sign-out", "/account/password", "/account/sign-out-everywhere"):
        assert signed_in().get(address).status_code == 405


def test_no_answer_names_the_program_that_serves_it(app: Flask) -> None:
    with served(app) as address, urllib.request.urlopen(address + "/healthz", timeout=10) as answer:
        assert answer.read() == b"ok\n"
        assert "Server" not in answer.headers


def test_the_vendored_script_is_the_one_we_know() -> None:
    vendored = (FOLDER / "VENDORED.md").read_text()
    scripts = list(Path(FOLDER).glob("htmx-*.min.js"))
    assert len(scripts) == 1
    assert hashlib.sha256(scripts[0].read_bytes()).hexdigest() in vendored
