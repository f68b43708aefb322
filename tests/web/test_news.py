"""What is new: in one's own roles since one last looked, with names for whoever may see them; and by mail as chosen."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.policies import install_policies
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import DigestChoice, DigestPace, RoleDigest, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.settings import Settings, config_folder
from talentpool.web.desk import EXTENSION
from tests.builders import make_candidate, make_recruiter, make_role
from tests.web.conftest import Browser, SignIn
from tests.web.pool_of_people import counted_queries


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


def test_whoever_moved_down_is_named_too_with_the_reason(
    mara: Browser, sessions: Sessions, settings: Settings
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        for number in range(6):
            make_candidate(session, f"Better {number}", resume="Platform engineer, Kubernetes", now=now)
    match_again(sessions, settings, now)
    shown = page(mara)
    assert "Moved down <span" in shown
    assert "Known Before" in shown
    assert "others came, left or moved past" in shown


def match_again(sessions: Sessions, settings: Settings, now: datetime, role_id: int = 1) -> None:
    with sessions.writing.begin() as session:
        keeper = IndexKeeper(settings.index_folder)
        rediscover(session, keeper, role_id, cause=RunCause.SCHEDULED, recruiter_id=None, now=now)


def test_many_roles_cost_no_more_queries_than_one(
    app: Flask, mara: Browser, sessions: Sessions, settings: Settings
) -> None:
    def queries() -> int:
        mara.get("/new")
        with counted_queries(app.extensions[EXTENSION].engine) as counted:
            assert "Zoe Newcomer" in page(mara)
            return counted()

    before, now = queries(), current_time()
    with sessions.writing.begin() as session:
        own = mara.recruiter.id
        roles = [
            make_role(session, f"Role {number}", text="Kubernetes", owner_id=own).id for number in range(4)
        ]
    for role_id in roles:
        match_again(sessions, settings, now - timedelta(minutes=9), role_id)
    with sessions.writing.begin() as session:
        make_candidate(session, "Yan Latecomer", resume="Kubernetes and Terraform", now=now)
    for role_id in roles:
        match_again(sessions, settings, now, role_id)
    assert queries() == before
    assert page(mara).count("Yan Latecomer") == len(roles)


def test_a_hiring_manager_who_has_seen_the_short_list_reads_of_those_put_on_it_since(
    mara: Browser, signed_in: SignIn, sessions: Sessions
) -> None:
    manager, now = signed_in(AccountKind.HIRING_MANAGER), current_time()
    with sessions.writing.begin() as session:
        people = [make_candidate(session, f"Shared {number}", resume="Kubernetes").id for number in range(3)]
        role_id = make_role(session, "Their role", hiring_manager_id=manager.recruiter.id).id
        for person in people[:2]:
            shortlist(session, role_id, person, recruiter_id=None, now=now)
    assert "2 people newly on the short list" in page(manager)
    page(manager, f"/roles/{role_id}/shortlist")
    assert "Nothing new since you last looked" in page(manager)
    with sessions.writing.begin() as session:
        shortlist(session, role_id, people[2], recruiter_id=None, now=now + timedelta(minutes=1))
    assert "1 person newly on the short list" in page(manager)


def test_whoever_reviews_blind_reads_numbers(mara: Browser, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Recruiter, mara.recruiter.id).blind_since = current_time()
    shown = page(mara)
    assert "Zoe" not in shown
    assert "Candidate 2" in shown
