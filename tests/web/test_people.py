"""Looking after accounts: making, linking, changing, disabling, and never without an administrator."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent, Recruiter
from talentpool.database import Sessions
from tests.web.conftest import Browser, MakeAccount, SignIn, form_token


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """The browser of the only administrator."""
    browser: Browser = signed_in(AccountKind.ADMINISTRATOR)
    return browser


def account(sessions: Sessions, recruiter_id: int) -> Recruiter:
    with sessions.reading() as session:
        return session.get_one(Recruiter, recruiter_id)


def link_on(page: str) -> str:
    found: list[str] = re.findall(r'value="http://127\.0\.0\.1:8000(/set-up/[\w-]{43})"', page)
    return found[0]


def test_a_new_account_starts_with_a_link_that_works(
    administrator: Browser, client: FlaskClient, sessions: Sessions
) -> None:
    page = administrator.post(
        "/settings/people", {"name": "Tom Berg", "email": "tom@example.org", "kind": "recruiter"}
    )
    assert page.status_code == 200
    link = link_on(page.text)
    assert "Welcome, Tom Berg" in client.get(link).text
    answer = client.post(link, data={"password": "eleven purple bicycles", "csrf_token": form_token(client)})
    assert answer.status_code == 303
    assert "Tom Berg" in client.get("/account").text
    with sessions.reading() as session:
        assert "account_made" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 400), ("email", ""), ("email", "tom@"), ("kind", ""), ("kind", "emperor")],
)
def test_an_account_that_cannot_be_made_says_which_field(
    administrator: Browser, sessions: Sessions, field: str, value: str
) -> None:
    given = {"name": "Tom Berg", "email": "tom@example.org", "kind": "recruiter", field: value}
    page = administrator.post("/settings/people", given)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    with sessions.reading() as session:
        assert len(session.scalars(select(Recruiter)).all()) == 1


def test_a_second_account_for_an_address_is_refused(
    administrator: Browser, make_account: MakeAccount
) -> None:
    make_account(email="tom@example.org")
    page = administrator.post(
        "/settings/people", {"name": "Tom", "email": "TOM@example.org", "kind": "recruiter"}
    )
    assert page.status_code == 422
    assert "already" in page.text


def test_a_disabled_account_is_out_at_once_and_can_be_opened_again(
    administrator: Browser, signed_in: SignIn, sessions: Sessions
) -> None:
    other = signed_in(AccountKind.RECRUITER)
    assert other.get("/account").status_code == 200
    page = administrator.client.post(
        f"/settings/people/{other.recruiter.id}/disable",
        data={"csrf_token": form_token(administrator.client)},
        follow_redirects=True,
    )
    assert "is disabled" in page.text
    assert f'action="/settings/people/{other.recruiter.id}/enable"' in page.text
    assert other.get("/account").status_code == 303
    assert administrator.post(f"/settings/people/{other.recruiter.id}/link").status_code == 409
    administrator.post(f"/settings/people/{other.recruiter.id}/enable")
    assert account(sessions, other.recruiter.id).disabled_at is None


def test_the_last_administrator_stays(
    administrator: Browser, make_account: MakeAccount, sessions: Sessions
) -> None:
    own = f"/settings/people/{administrator.recruiter.id}"
    make_account(AccountKind.RECRUITER)
    assert administrator.post(f"{own}/disable").status_code == 409
    assert administrator.post(f"{own}/kind", {"kind": "recruiter"}).status_code == 409
    assert account(sessions, administrator.recruiter.id).kind is AccountKind.ADMINISTRATOR
    make_account(AccountKind.ADMINISTRATOR)
    assert administrator.post(f"{own}/kind", {"kind": "recruiter"}).status_code == 303
    assert administrator.get("/settings/people").status_code == 403


def test_another_kind_of_account_may_do_other_things_at_its_next_request(
    administrator: Browser, signed_in: SignIn
) -> None:
    other = signed_in(AccountKind.RECRUITER)
    assert other.get("/settings/people").status_code == 403
    assert (
        administrator.post(
            f"/settings/people/{other.recruiter.id}/kind", {"kind": "administrator"}
        ).status_code
        == 303
    )
    assert other.get("/settings/people").status_code == 200


def test_a_kind_that_does_not_exist_is_refused(administrator: Browser, make_account: MakeAccount) -> None:
    other = make_account()
    assert administrator.post(f"/settings/people/{other.id}/kind", {"kind": "emperor"}).status_code == 422


@pytest.mark.parametrize("kind", [AccountKind.RECRUITER, AccountKind.HIRING_MANAGER])
def test_only_administrators_see_the_page_and_the_way_to_it(signed_in: SignIn, kind: AccountKind) -> None:
    browser = signed_in(kind)
    assert browser.get("/settings/people").status_code == 403
    assert "/settings/people" not in browser.get("/account").text


def test_an_account_that_does_not_exist_is_not_found(administrator: Browser) -> None:
    for what in ("disable", "enable", "link", "kind"):
        assert administrator.post(f"/settings/people/4711/{what}").status_code == 404


def test_a_name_is_shown_as_text_whatever_it_holds(administrator: Browser, make_account: MakeAccount) -> None:
    make_account(name='"><script>alert(1)</script>', email="x@example.org")
    page = administrator.get("/settings/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
