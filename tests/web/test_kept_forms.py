"""A session that ends while somebody types: after signing in again, what was typed is there."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from talentpool.accounts.kept_forms import KEPT_FOR, LARGEST_FORM, MOST_KEPT
from talentpool.accounts.models import AccountKind, KeptForm, LoginSession
from talentpool.accounts.passwords import hash_password
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.web.conftest import form_token
from tests.web.pool_of_people import ADVERT, fill_pool
from tests.web.test_roles import page

PASSWORD = "a long sentence that nobody guesses"


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """Ids of the people in the pool, by name."""
    return fill_pool(sessions)


@pytest.fixture
def mara(people, make_account, signed_in):
    """A recruiter's browser, who has a password."""
    account = make_account(
        AccountKind.RECRUITER, email="mara@example.org", password_hash=hash_password(PASSWORD)
    )
    return signed_in(account)


def end_sessions(sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.execute(update(LoginSession).values(revoked_at=current_time()))


def sign_in_again(browser, address: str, email: str = "mara@example.org"):
    """Follow the way to the sign-in, sign in, and give where it leads."""
    following = re.search(r"next=([^&]+)", address)
    assert following is not None
    sent = {"email": email, "password": PASSWORD, "next": following.group(1)}
    answer = browser.client.post("/sign-in", data={**sent, "csrf_token": form_token(browser.client)})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def kept(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count(KeptForm.id))) or 0


def test_a_role_that_was_being_typed_is_in_its_form_again(mara, sessions: Sessions) -> None:
    typed = {"title": "Platform engineer", "text": ADVERT, "place": "Lisbon", "words": "nomad", "choice": "filter", "proposed": ""}  # fmt: skip
    end_sessions(sessions)
    away = mara.post("/roles/new", typed)
    assert away.status_code == 303
    back = sign_in_again(mara, away.location)
    text = html.unescape(page(mara.get(back, follow_redirects=True)))
    assert "What you had typed is here again" in text
    assert 'value="Platform engineer"' in text and "Kubernetes in production" in text and "nomad" in text
    assert 'action="/roles/new"' in text


def test_a_change_of_a_role_goes_back_into_that_roles_form(mara, sessions: Sessions) -> None:
    role = str(mara.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location)
    prints = re.search(r'name="prints" value="([^"]+)"', page(mara.get(f"{role}/edit")))
    assert prints is not None
    end_sessions(sessions)
    away = mara.post(f"{role}/edit", {"title": "Cloud engineer", "text": ADVERT, "prints": prints.group(1)})
    text = page(mara.get(sign_in_again(mara, away.location), follow_redirects=True))
    assert f'action="{role}/edit"' in text and 'value="Cloud engineer"' in text
    assert prints.group(1) in text  # so that others' changes meanwhile are still told


def test_what_the_live_list_sends_while_typing_is_kept_too(mara, sessions: Sessions) -> None:
    end_sessions(sessions)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/roles/new"}
    away = mara.post("/roles/preview", {"title": "Cloud engineer", "text": "Nomad"}, headers=headers)
    assert away.status_code == 401
    text = page(mara.get(sign_in_again(mara, away.headers["HX-Redirect"]), follow_redirects=True))
    assert 'value="Cloud engineer"' in text and 'action="/roles/new"' in text


def test_a_note_is_there_to_be_sent(mara, people: dict[str, int], sessions: Sessions) -> None:
    end_sessions(sessions)
    address = f"/candidates/{people['Ana Ruiz']}/notes"
    away = mara.post(address, {"note": "Would move to Porto.\nAsk in May."})
    text = page(mara.get(sign_in_again(mara, away.location)))
    assert f'action="{address}"' in text and "Would move to Porto.\nAsk in May." in text
    assert "csrf" not in re.findall(r'id="kept-\d+" name="([^"]+)"', text)
    sent = mara.post(address, {"note": "Would move to Porto.\nAsk in May."}, follow_redirects=True)
    assert "Your note is added." in page(sent)


def test_only_the_same_account_gets_it_back(mara, sessions: Sessions, make_account, people) -> None:
    make_account(AccountKind.RECRUITER, email="theo@example.org", password_hash=hash_password(PASSWORD))
    end_sessions(sessions)
    away = mara.post(f"/candidates/{people['Ana Ruiz']}/notes", {"note": "Mine alone"})
    back = sign_in_again(mara, away.location, email="theo@example.org")
    answer = mara.get(back)
    assert answer.status_code == 404
    assert "Mine alone" not in answer.get_data(as_text=True)
    assert mara.get("/roles/new?kept=1").get_data(as_text=True).count("Mine alone") == 0


@pytest.mark.parametrize("odd", [{"note": " "}, {"note": "x" * (LARGEST_FORM + 1)}, {"password": PASSWORD}])
def test_nothing_too_large_empty_or_secret_is_kept(
    mara, people, sessions: Sessions, odd: dict[str, str]
) -> None:
    end_sessions(sessions)
    assert mara.post(f"/candidates/{people['Ana Ruiz']}/notes", odd).status_code == 303
    assert kept(sessions) == 0


def test_somebody_who_was_never_here_leaves_nothing(client, sessions: Sessions) -> None:
    client.set_cookie("talentpool_session", "made up")
    assert client.post("/roles/new", data={"title": "Spam"}).status_code == 303
    assert kept(sessions) == 0


def test_a_few_forms_are_kept_for_some_hours(mara, people, sessions: Sessions) -> None:
    end_sessions(sessions)
    places = [mara.post("/roles/new", {"title": f"Role {n}"}).location for n in range(MOST_KEPT + 3)]
    assert kept(sessions) == MOST_KEPT
    with sessions.writing.begin() as session:
        session.execute(update(KeptForm).values(created_at=current_time() - KEPT_FOR - timedelta(minutes=1)))
    assert mara.get(sign_in_again(mara, places[-1])).status_code == 404


def test_a_form_of_a_session_before_this_one_is_shown_to_be_sent_again(mara, people) -> None:
    answer = mara.client.post(
        f"/candidates/{people['Ana Ruiz']}/notes", data={"note": "Typed in another tab", "csrf_token": "old"}
    )
    assert answer.status_code == 400
    assert "Typed in another tab" in answer.get_data(as_text=True)
    assert form_token(mara.client) is not None
