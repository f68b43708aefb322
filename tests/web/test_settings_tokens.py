"""Settings, API tokens: shown once, for one source, with an end, taken back at once."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from talentpool.accounts.api_tokens import NewToken, make_token
from talentpool.accounts.models import AccountKind, ApiToken, AuditEvent
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.web.conftest import Browser, SignIn

FILLED = {"name": "Nightly push", "source": "greenhouse", "days": "30"}


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """The browser of the only administrator."""
    browser: Browser = signed_in(AccountKind.ADMINISTRATOR)
    return browser


def words_on(page: str) -> str:
    found: list[str] = re.findall(r'value="(tp_[\w-]{43})"', page)
    return found[0]


def test_a_token_is_shown_once_and_only_its_hash_is_kept(
    administrator: Browser, client: FlaskClient, sessions: Sessions
) -> None:
    shown = administrator.post("/settings/tokens", FILLED)
    words = words_on(shown.text)
    assert "http://127.0.0.1:8000/api/v1/people" in shown.text
    listed = administrator.get("/settings/tokens").text
    assert "Nightly push" in listed
    assert "greenhouse" in listed
    assert words not in listed
    with sessions.reading() as session:
        token = session.scalars(select(ApiToken)).one()
        assert words not in token.token_hash
        assert token.may_report_deletions is False
        assert session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_kind == "api_token")
        ).all() == ["api_token_made"]
    person = {"people": [{"external_id": "c1", "name": "Ana Ruiz"}]}
    pushed = client.post("/api/v1/people", json=person, headers={"Authorization": f"Bearer {words}"})
    assert pushed.get_json()["counts"]["created"] == 1
    assert "never" not in administrator.get("/settings/tokens").text


def test_a_token_taken_back_opens_nothing_from_then_on(administrator: Browser, client: FlaskClient) -> None:
    words = words_on(administrator.post("/settings/tokens", FILLED | {"deletions": "yes"}).text)
    page = administrator.post("/settings/tokens/1/revoke", {}, follow_redirects=True)
    assert "opens nothing any more" in page.text
    assert "taken back" in page.text
    answer = client.post("/api/v1/people", json={}, headers={"Authorization": f"Bearer {words}"})
    assert answer.status_code == 401
    assert administrator.post("/settings/tokens/1/revoke", {}).status_code == 409
    assert administrator.post("/settings/tokens/99/revoke", {}).status_code == 404


def test_one_that_ended_is_shown_as_ended(administrator: Browser, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        new = NewToken(name="old", source="ats", may_report_deletions=True, days=1, made_by=1)
        make_token(session, new, now=current_time() - timedelta(days=2))
    page = administrator.get("/settings/tokens").text
    assert ">ended<" in page
    assert "and report deletions" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Enter a name"),
        ({"source": " "}, "Enter the source"),
        ({"days": "0"}, "from 1 to 1,095"),
        ({"days": "for ever"}, "as a whole number"),
    ],
)
def test_what_is_filled_in_wrongly_comes_back_with_the_words_for_it(
    administrator: Browser, sessions: Sessions, wrong: dict[str, str], says: str
) -> None:
    page = administrator.post("/settings/tokens", FILLED | wrong)
    assert (page.status_code, says in page.text) == (422, True)
    with sessions.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []
