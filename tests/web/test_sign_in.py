"""Signing in and out: passwords, tokens, one-time links, and the brakes on guessing."""

import re
import statistics
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from talentpool.accounts.models import (
    AccountKind,
    AuditEvent,
    LinkPurpose,
    LoginSession,
    OneTimeLink,
    Recruiter,
    SignInAttempt,
)
from talentpool.accounts.passwords import hash_password
from talentpool.accounts.sign_in import find_by_password, make_one_time_link
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import Settings
from tests.web.conftest import MakeAccount, MakeLink, MakeSettings, SignIn, StartApp, form_token

PASSWORD = "a tin of brave sardines"


@pytest.fixture
def mara(make_account: MakeAccount) -> Recruiter:
    """A recruiter with a password."""
    made: Recruiter = make_account(
        name="Mara Klein", email="mara@example.org", password_hash=hash_password(PASSWORD)
    )
    return made


@pytest.fixture
def link_for(sessions: Sessions) -> MakeLink:
    """Make a one-time link for an account."""

    def make(recruiter: Recruiter, purpose: LinkPurpose, *, hours: int = 1) -> str:
        with sessions.writing.begin() as session:
            return make_one_time_link(session, recruiter.id, purpose, now=current_time(), hours=hours)

    return make


def sign_in(client: FlaskClient, email: str, password: str, **more: str) -> TestResponse:
    return client.post(
        "/sign-in", data={"email": email, "password": password, "csrf_token": form_token(client), **more}
    )


def session_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("talentpool_session")
    assert cookie is not None
    return cookie.value


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def count(sessions: Sessions, model: type) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_right_password_signs_in_and_goes_on_to_the_page_asked_for(
    client: FlaskClient, mara: Recruiter
) -> None:
    assert client.get("/account?from=mail").location == "/sign-in?next=/account?from%3Dmail"
    response = sign_in(client, " Mara@Example.org ", PASSWORD, next="/account?from=mail")
    assert (response.status_code, response.location) == (303, "/account?from=mail")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, mara: Recruiter, elsewhere: str) -> None:
    assert sign_in(client, "mara@example.org", PASSWORD, next=elsewhere).location == "/"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: FlaskClient, mara: Recruiter
) -> None:
    wrong = sign_in(client, "mara@example.org", "another tin entirely")
    unknown = sign_in(client, "nobody@example.org", PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    token = re.compile(r'(csrf[-_]token" (?:content|value))="[^"]+"')
    assert token.sub("", wrong.text.replace("mara@", "nobody@")) == token.sub("", unknown.text)
    assert not is_signed_in(client)


@pytest.mark.parametrize("missing", ["email", "password"])
def test_an_empty_field_is_named_and_no_try_is_counted(
    client: FlaskClient, sessions: Sessions, missing: str
) -> None:
    given = {"email": "mara@example.org", "password": PASSWORD, missing: ""}
    response = sign_in(client, given["email"], given["password"])
    assert response.status_code == 422
    assert f'href="#{missing}"' in response.text
    assert count(sessions, SignInAttempt) == 0


def test_an_account_without_a_password_has_none_that_fits(
    client: FlaskClient, make_account: MakeAccount
) -> None:
    make_account(email="new@example.org")
    assert sign_in(client, "new@example.org", "").status_code == 422
    assert sign_in(client, "new@example.org", "nobody has this password").status_code == 422


def test_the_cookie_holds_a_token_of_which_only_the_hash_is_kept(
    client: FlaskClient, sessions: Sessions, mara: Recruiter
) -> None:
    response = sign_in(client, "mara@example.org", PASSWORD)
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith("talentpool_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    token = cookie.removeprefix("talentpool_session=").split(";")[0]
    assert len(token) >= 43  # 256 bits
    with sessions.reading() as session:
        assert session.scalars(select(LoginSession.token_hash)).one() not in (token, "")


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(
    client: FlaskClient, app: Flask, mara: Recruiter
) -> None:
    sign_in(client, "mara@example.org", PASSWORD)
    old = session_cookie(client)
    sign_in(client, "mara@example.org", PASSWORD)
    assert session_cookie(client) != old
    thief = app.test_client()
    thief.set_cookie("talentpool_session", old)
    assert not is_signed_in(thief)


def test_signing_out_ends_the_session_in_the_database(
    client: FlaskClient, app: Flask, mara: Recruiter
) -> None:
    sign_in(client, "mara@example.org", PASSWORD)
    token = session_cookie(client)
    response = client.post("/sign-out", data={"csrf_token": form_token(client)})
    assert response.location == "/sign-in"
    kept = app.test_client()
    kept.set_cookie("talentpool_session", token)
    assert not is_signed_in(client)
    assert not is_signed_in(kept)


def test_a_session_ends_after_a_time_without_use(
    signed_in: SignIn, sessions: Sessions, settings: Settings
) -> None:
    browser = signed_in()
    idle = timedelta(minutes=settings.security.session_idle_minutes + 1)
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(last_seen_at=current_time() - idle))
    assert not is_signed_in(browser.client)


def test_a_session_ends_after_its_whole_time_however_much_it_was_used(
    signed_in: SignIn, sessions: Sessions
) -> None:
    browser = signed_in()
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(expires_at=current_time()))
    assert not is_signed_in(browser.client)


def test_being_here_is_written_down_at_most_once_a_minute(signed_in: SignIn, sessions: Sessions) -> None:
    browser, started = signed_in(), current_time()
    browser.get("/account")
    with sessions.reading() as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() < started
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(last_seen_at=started - timedelta(minutes=2)))
    browser.get("/account")
    with sessions.reading() as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() >= started


def test_a_disabled_account_is_out_at_its_next_request(signed_in: SignIn, sessions: Sessions) -> None:
    browser = signed_in()
    assert is_signed_in(browser.client)
    with sessions.writing.begin() as session:
        session.execute(update(Recruiter).values(disabled_at=current_time()))
    assert not is_signed_in(browser.client)


def test_a_disabled_account_cannot_sign_in(client: FlaskClient, make_account: MakeAccount) -> None:
    make_account(email="gone@example.org", password_hash=hash_password(PASSWORD), disabled_at=current_time())
    assert sign_in(client, "gone@example.org", PASSWORD).status_code == 422


def test_a_new_password_signs_every_other_browser_out(
    signed_in: SignIn, mara: Recruiter, client: FlaskClient
) -> None:
    here, elsewhere = signed_in(mara), signed_in(mara)
    response = here.post(
        "/account/password", {"current_password": PASSWORD, "password": "eleven purple bicycles"}
    )
    assert response.status_code == 303
    assert is_signed_in(here.client)
    assert not is_signed_in(elsewhere.client)
    assert sign_in(client, "mara@example.org", PASSWORD).status_code == 422
    assert sign_in(client, "mara@example.org", "eleven purple bicycles").status_code == 303


def test_a_new_password_needs_the_current_one(
    signed_in: SignIn, mara: Recruiter, client: FlaskClient
) -> None:
    browser = signed_in(mara)
    response = browser.post(
        "/account/password", {"current_password": "a guess at it", "password": "eleven purple bicycles"}
    )
    assert response.status_code == 422
    assert 'href="#current_password"' in response.text
    assert sign_in(client, "mara@example.org", PASSWORD).status_code == 303


def test_a_new_password_has_to_be_a_good_one(signed_in: SignIn, mara: Recruiter) -> None:
    browser = signed_in(mara)
    response = browser.post("/account/password", {"current_password": PASSWORD, "password": "mara klein 1"})
    assert response.status_code == 422
    assert "not your name" in response.text
    assert is_signed_in(browser.client)


def test_guessing_the_current_password_is_slowed_down(
    signed_in: SignIn, mara: Recruiter, settings: Settings
) -> None:
    browser = signed_in(mara)
    guess = {"current_password": "a guess at it", "password": "eleven purple bicycles"}
    answers = [
        browser.post("/account/password", guess).status_code
        for _ in range(settings.security.sign_in_attempts_per_account + 1)
    ]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {422}


def test_signing_out_everywhere_ends_all_sessions(signed_in: SignIn, mara: Recruiter) -> None:
    here, elsewhere = signed_in(mara), signed_in(mara)
    assert here.post("/account/sign-out-everywhere").location == "/sign-in"
    assert not is_signed_in(here.client)
    assert not is_signed_in(elsewhere.client)


@pytest.fixture
def quick_brake(settings_with: MakeSettings, start_app: StartApp) -> Flask:
    """An application that slows guessing down after three tries an account, five an address."""
    return start_app(
        settings_with(
            TALENTPOOL_SECURITY_SIGN_IN_ATTEMPTS_PER_ACCOUNT="3",
            TALENTPOOL_SECURITY_SIGN_IN_ATTEMPTS_PER_ADDRESS="5",
        )
    )


@pytest.mark.parametrize("email", ["mara@example.org", "nobody@example.org"])
def test_guessing_at_one_account_is_slowed_down_whether_it_exists_or_not(
    quick_brake: Flask, mara: Recruiter, email: str
) -> None:
    answers = [sign_in(quick_brake.test_client(), email, f"guess number {n}") for n in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "account" not in answers[-1].text.split("<main")[1]


def test_trying_one_password_on_many_accounts_is_slowed_down(quick_brake: Flask, mara: Recruiter) -> None:
    answers = [
        sign_in(quick_brake.test_client(), f"person{n}@example.org", PASSWORD).status_code for n in range(6)
    ]
    assert answers == [422] * 5 + [429]


def test_an_office_behind_one_address_can_sign_in_however_many_they_are(
    quick_brake: Flask, mara: Recruiter
) -> None:
    for _ in range(8):
        assert sign_in(quick_brake.test_client(), "mara@example.org", PASSWORD).status_code == 303


def test_neighbouring_addresses_of_one_customer_count_together(quick_brake: Flask) -> None:
    answers = []
    for n in range(6):
        client = quick_brake.test_client()
        token = form_token(client)
        data = {"email": f"person{n}@example.org", "password": PASSWORD, "csrf_token": token}
        outside = {"REMOTE_ADDR": f"2001:db8:1:2::{n}"}
        answers.append(client.post("/sign-in", data=data, environ_base=outside).status_code)
    assert answers == [422] * 5 + [429]


def test_a_wrong_password_takes_as_long_as_an_unknown_address(sessions: Sessions, mara: Recruiter) -> None:
    def seconds(email: str) -> float:
        taken = []
        for _ in range(7):
            with sessions.reading() as session:
                started = time.perf_counter()
                find_by_password(session, email, "not this one, sorry")
                taken.append(time.perf_counter() - started)
        return statistics.median(taken)

    known, unknown = seconds("mara@example.org"), seconds("nobody@example.org")
    assert known > 0.005  # the slow hash was really looked at
    assert 1 / 3 < known / unknown < 3


def test_somebody_elses_guessing_does_not_keep_the_owner_out(quick_brake: Flask, mara: Recruiter) -> None:
    own = quick_brake.test_client()
    assert sign_in(own, "mara@example.org", PASSWORD).status_code == 303
    own.post("/sign-out", data={"csrf_token": form_token(own)})
    for n in range(4):
        stranger = quick_brake.test_client()
        sign_in(stranger, "mara@example.org", f"guess number {n}")
    assert sign_in(quick_brake.test_client(), "mara@example.org", PASSWORD).status_code == 429
    assert sign_in(own, "mara@example.org", PASSWORD).status_code == 303


def test_the_brake_lets_go_after_its_window(quick_brake: Flask, mara: Recruiter, sessions: Sessions) -> None:
    for n in range(4):
        sign_in(quick_brake.test_client(), "mara@example.org", f"guess number {n}")
    with sessions.writing.begin() as session:
        session.execute(update(SignInAttempt).values(attempted_at=current_time() - timedelta(minutes=16)))
    assert sign_in(quick_brake.test_client(), "mara@example.org", PASSWORD).status_code == 303
    assert count(sessions, SignInAttempt) <= 2


def test_a_counted_try_says_nothing_about_whom_it_was_for(
    client: FlaskClient, sessions: Sessions, mara: Recruiter
) -> None:
    sign_in(client, "mara@example.org", "not it at all")
    with sessions.reading() as session:
        rows = session.scalars(select(SignInAttempt.key_hash)).all()
    assert len(rows) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", row) for row in rows)


def test_a_set_up_link_sets_the_password_once(
    client: FlaskClient, app: Flask, make_account: MakeAccount, link_for: MakeLink
) -> None:
    account = make_account(name="Tom Berg", email="tom@example.org")
    link = f"/set-up/{link_for(account, LinkPurpose.SET_UP)}"
    assert client.get(link).status_code == client.get(link).status_code == 200  # a look uses nothing up
    weak = client.post(link, data={"password": "password1234", "csrf_token": form_token(client)})
    assert weak.status_code == 422
    response = client.post(link, data={"password": PASSWORD, "csrf_token": form_token(client)})
    assert response.status_code == 303
    assert is_signed_in(client)
    other = app.test_client()
    again = other.post(link, data={"password": "someone else's choice", "csrf_token": form_token(other)})
    assert again.status_code == 404
    assert other.get(link).status_code == 404
    assert sign_in(other, "tom@example.org", PASSWORD).status_code == 303


def test_a_set_up_link_ends_by_itself(
    client: FlaskClient, make_account: MakeAccount, link_for: MakeLink, sessions: Sessions
) -> None:
    link = f"/set-up/{link_for(make_account(), LinkPurpose.SET_UP)}"
    with sessions.writing.begin() as session:
        session.execute(update(OneTimeLink).values(expires_at=current_time()))
    assert client.get(link).status_code == 404


def test_a_new_set_up_link_replaces_the_one_before(
    client: FlaskClient, make_account: MakeAccount, link_for: MakeLink
) -> None:
    account = make_account()
    first, second = (f"/set-up/{link_for(account, LinkPurpose.SET_UP)}" for _ in range(2))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_sign_in_link_works_once_and_only_by_its_button(
    client: FlaskClient, app: Flask, make_account: MakeAccount, link_for: MakeLink
) -> None:
    link = f"/sign-in/{link_for(make_account(AccountKind.ADMINISTRATOR), LinkPurpose.SIGN_IN)}"
    assert client.get(link).status_code == 200
    assert not is_signed_in(client)
    assert client.post(link, data={"csrf_token": form_token(client)}).status_code == 303
    assert is_signed_in(client)
    other = app.test_client()
    assert other.post(link, data={"csrf_token": form_token(other)}).status_code == 404
    assert not is_signed_in(other)


def test_a_sign_in_link_works_on_this_machine_only(
    client: FlaskClient, make_account: MakeAccount, link_for: MakeLink
) -> None:
    link = f"/sign-in/{link_for(make_account(), LinkPurpose.SIGN_IN)}"
    token = form_token(client)
    outside = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert client.get(link, **outside).status_code == 404
    assert client.post(link, data={"csrf_token": token}, **outside).status_code == 404
    assert client.get(link).status_code == 200


def test_a_set_up_link_is_no_sign_in_link(
    client: FlaskClient, make_account: MakeAccount, link_for: MakeLink
) -> None:
    account = make_account()
    set_up, sign_in_link = (link_for(account, purpose) for purpose in LinkPurpose)
    assert client.get(f"/sign-in/{set_up}").status_code == 404
    assert client.get(f"/set-up/{sign_in_link}").status_code == 404


def test_a_sign_in_leaves_a_trail(client: FlaskClient, mara: Recruiter, sessions: Sessions) -> None:
    sign_in(client, "mara@example.org", PASSWORD)
    with sessions.reading() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.recruiter_id) == ("signed_in", mara.id)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("http://localhost/account?tab=1#top", "/sign-in?next=/account?tab%3D1"),
        ("http://evil.example/account", "/sign-in"),
        ("", "/sign-in"),
    ],
)
def test_htmx_is_sent_to_the_sign_in_and_back_to_its_page_when_the_session_has_ended(
    client: FlaskClient, page: str, address: str
) -> None:
    response = client.get("/account", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == address


def test_a_form_sent_after_the_session_has_ended_leads_back_to_its_page(client: FlaskClient) -> None:
    response = client.post("/account/password", headers={"Referer": "http://localhost/account"})
    assert (response.status_code, response.location) == (303, "/sign-in?next=/account")
