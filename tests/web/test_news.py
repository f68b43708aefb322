"""What is new: in one's own roles since one last looked, with names for whoever may see them; and by mail as chosen."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import DigestChoice, DigestPace, RoleDigest, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.settings import Settings, config_folder
from tests.builders import make_candidate, make_recruiter, make_role
from tests.web.conftest import Browser, SignIn


@pytest.fixture
def mara(sessions: Sessions, settings: Settings, signed_in: SignIn) -> Browser:
    """A recruiter whose role was matched twice, with somebody new in between."""
    now, keeper = current_time(), IndexKeeper(settings.index_folder)
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=now)
        recruiter = make_recruiter(session, name="Mara Klein")
        make_role(session, "Platform engineer", text="Kubernetes", owner_id=recruiter.id)
        make_candidate(session, "Known Before", resume="Kubernetes for years")
    for place, name in enumerate(("Zoe Newcomer", None)):
        with sessions.writing.begin() as session:
            at = now - timedelta(hours=2 - place)
            rediscover(session, keeper, 1, cause=RunCause.SCHEDULED, recruiter_id=None, now=at)
        if name:
            with sessions.writing.begin() as session:
                make_candidate(session, name, resume="Kubernetes and Terraform", now=now)
    return signed_in(recruiter)


def page(browser: Browser, address: str = "/new") -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_whoever_came_into_ones_role_is_named_until_one_looks(mara: Browser) -> None:
    shown = page(mara)
    assert "Zoe Newcomer" in shown
    assert "Known Before" not in shown
    assert "came into the pool" in shown
    for _ in range(2):
        mara.get("/roles/1")
    assert "Nothing new since you last looked" in page(mara)


def test_nothing_of_somebody_elses_role_is_new_to_oneself(mara: Browser, signed_in: SignIn) -> None:
    assert "Zoe Newcomer" not in page(signed_in())


def test_a_hiring_manager_reads_how_many_and_no_names(
    mara: Browser, signed_in: SignIn, sessions: Sessions
) -> None:
    manager = signed_in(AccountKind.HIRING_MANAGER)
    with sessions.writing.begin() as session:
        person = make_candidate(session, "Ida Shared", resume="Kubernetes")
        role = make_role(session, "Their role", hiring_manager_id=manager.recruiter.id)
        shortlist(session, role.id, person.id, recruiter_id=None, now=current_time())
    shown = page(manager)
    assert "1 person newly on the short list" in shown
    assert "Ida Shared" not in shown


def test_what_one_wants_by_mail_is_kept_for_ones_own_roles_alone(mara: Browser, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        others = make_role(session, "Somebody else's").id
    told = {"by_mail": "yes", "role-1": "weekly", f"role-{others}": "daily"}
    assert mara.post("/account/digests", told).status_code == 303
    with sessions.reading() as session:
        assert session.get_one(DigestChoice, mara.recruiter.id).by_mail
        (kept,) = session.scalars(select(RoleDigest)).all()
        assert (kept.role_id, kept.how_often) == (1, DigestPace.WEEKLY)
    shown = page(mara, "/account/digests")
    assert '<option value="weekly" selected>' in shown
    assert "E-mail is not set up" in shown
    mara.post("/account/digests", {"role-1": "nonsense"})
    with sessions.reading() as session:
        assert not session.get_one(DigestChoice, mara.recruiter.id).by_mail
        assert session.scalars(select(RoleDigest.how_often)).one() is DigestPace.WEEKLY
