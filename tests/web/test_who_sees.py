"""Who sees a role or a person is decided on their pages, and holds at once."""

import pytest

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.builders import make_candidate, make_role
from tests.web.conftest import Browser, MakeAccount, SignIn
from tests.web.pool_of_people import fill_pool

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def pool(sessions: Sessions) -> None:
    """The small pool."""
    fill_pool(sessions)


@pytest.fixture
def mara(signed_in: SignIn, make_account: MakeAccount) -> Browser:
    """A recruiter."""
    return signed_in(make_account(AccountKind.RECRUITER, name="Mara Klein"))


@pytest.fixture
def jo(signed_in: SignIn, make_account: MakeAccount) -> Browser:
    """A colleague."""
    return signed_in(make_account(AccountKind.RECRUITER, name="Jo Park"))


def person_of(sessions: Sessions, recruiter: Recruiter | None) -> int:
    with sessions.writing.begin() as session:
        owner_id = recruiter.id if recruiter else None
        return make_candidate(session, "Zora Quill", owner_id=owner_id, now=current_time()).id


def test_their_own_recruiter_lets_few_see_a_person_and_lifts_it_again(
    mara: Browser, jo: Browser, sessions: Sessions
) -> None:
    page = f"/candidates/{person_of(sessions, mara.recruiter)}"
    assert jo.get(page).status_code == 200
    mara.post(f"{page}/standing-here", {"is_restricted": "yes"})
    assert (mara.get(page).status_code, jo.get(page).status_code) == (200, 404)
    assert "Zora" not in jo.get("/candidates").text
    mara.post(f"{page}/standing-here", {})
    assert jo.get(page).status_code == 200


def test_whoever_would_not_see_a_person_any_more_cannot_hide_them(jo: Browser, sessions: Sessions) -> None:
    page = f"/candidates/{person_of(sessions, None)}"
    assert 'name="is_restricted"' not in jo.get(page).text
    jo.post(f"{page}/standing-here", {"is_restricted": "yes"})
    assert jo.get(page).status_code == 200


def test_staff_leave_the_ranking_and_alumni_are_in_it(mara: Browser, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        person = make_candidate(
            session, "Zora Quill", resume="Kubernetes and Terraform.", now=current_time()
        ).id
        role = make_role(session, now=current_time()).id
    page, lists = f"/candidates/{person}", f"/roles/{role}"
    mara.post(f"{page}/standing-here", {"employed_from": "2020-01-01"})
    assert "staff are left out of rankings" in mara.get(page).text
    mara.post(f"/roles/{role}/rematch")
    assert "Zora" not in mara.get(lists).text
    mara.post(f"{page}/standing-here", {"employed_from": "2020-01-01", "employed_until": "2022-06-30"})
    assert "until 30 Jun 2022" in mara.get(page).text
    mara.post(f"/roles/{role}/rematch")
    assert "Zora" in mara.get(lists).text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"employed_until": "2022-06-30"}, "Say since when"),
        ({"employed_from": "2023-01-01", "employed_until": "2022-06-30"}, "cannot end on 2022-06-30"),
        ({"employed_from": "soon"}, "is no day we can read"),
    ],
)
def test_days_that_cannot_be_are_told(
    mara: Browser, sessions: Sessions, days: dict[str, str], said: str
) -> None:
    person = person_of(sessions, None)
    refused = mara.post(f"/candidates/{person}/standing-here", days)
    assert refused.status_code == 422
    assert said in refused.text
    with sessions.reading() as session:
        assert session.get_one(Candidate, person).employed_until is None


def test_a_colleague_on_the_team_sees_a_confidential_role_and_off_it_does_not(
    mara: Browser, jo: Browser, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        role = make_role(session, owner_id=mara.recruiter.id, is_confidential=True, now=current_time()).id
    brief = f"/roles/{role}/brief"
    assert jo.get(brief).status_code == 404
    assert jo.post(f"/roles/{role}/team", {"team": [jo.recruiter.id]}).status_code == 404
    mara.post(f"/roles/{role}/team", {"team": [jo.recruiter.id]})
    assert "Jo Park" in mara.get(brief).text
    assert jo.get(brief).status_code == 200
    mara.post(f"/roles/{role}/team", {})
    assert jo.get(brief).status_code == 404


def test_a_team_is_chosen_from_the_list(mara: Browser, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        role = make_role(session, owner_id=mara.recruiter.id, now=current_time()).id
    refused = mara.post(f"/roles/{role}/team", {"team": ["987654321"]})
    assert refused.status_code == 422
    assert "Choose the team from the list" in refused.text
