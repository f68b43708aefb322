"""Between two stored runs: who is new, up, down and gone, with the reason that is on record."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.accounts.policies import load_policy, save_policy
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.errors import NotFoundError
from talentpool.rediscovery.changes import Kind, why_words
from talentpool.rediscovery.feedback import dismiss, shortlist
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import FeedbackScope, MatchRun, RunCause
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.rematch_delta import changed_people, delta_of_runs, earlier_run
from talentpool.roles.models import Role
from tests.builders import NOW, TODAY, make_application, make_candidate, make_recruiter, make_role
from tests.use_cases.rediscovery.test_query_counts import counted

PLATFORM = (
    "Platform engineer. Ran Kubernetes for forty teams. Everything in Terraform. Calm incident response."
)
LATER = NOW + timedelta(days=1)
NEXT_DAY = NOW + timedelta(days=2)


@pytest.fixture
def role(session: Session) -> Role:
    return make_role(session)


@pytest.fixture
def crowd(session: Session) -> list[Candidate]:
    """Twelve who mention less of the role the later they come."""
    words = PLATFORM.split()
    return [
        make_candidate(
            session, f"Person {n:02}", resume=" ".join([*words[: 14 - n], f"garden{n} kitchen{n}"])
        )
        for n in range(12)
    ]


def match(session: Session, keeper: IndexKeeper, role: Role, *, now=NOW) -> MatchRun:
    return rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=now)


def told(session: Session, keeper: IndexKeeper, role: Role) -> dict:
    """Match the role two days later and give the reason by name, for each kind."""
    after = match(session, keeper, role, now=NEXT_DAY)
    before = earlier_run(session, after)
    assert before is not None
    delta = delta_of_runs(session, before, after, None).delta
    return {
        kind: {one.name: why_words(one.changed.why) for one in changed_people(session, part)}
        for kind, part in delta.parts.items()
        if len(part)
    }


def count_lapsed_reasons(session: Session) -> None:
    """Let a lapsed reason count more than any word."""
    weights = load_policy(session, "matching").value
    signals = {**weights["signals"], "reason_lapsed": 5.0, "stage": 0.0}
    save_policy(session, "matching", {**weights, "signals": signals}, recruiter_id=None, now=LATER)


def test_nothing_is_told_when_nothing_happened(session, keeper, role, crowd) -> None:
    match(session, keeper, role)
    assert told(session, keeper, role) == {}


def test_who_came_who_changed_and_who_left(session, keeper, role, crowd) -> None:
    match(session, keeper, role)
    make_candidate(session, "Zed New", resume="gardener", now=LATER)
    crowd[11].summary = PLATFORM
    record_changes(session, [crowd[11].id, crowd[5].id], now=LATER)
    session.delete(crowd[5])
    dismiss(
        session,
        role.id,
        crowd[6].id,
        reason="level",
        scope=FeedbackScope.THIS_ROLE,
        recruiter_id=None,
        now=LATER,
    )
    found = told(session, keeper, role)
    assert found[Kind.NEW] == {"Zed New": "came into the pool"}
    assert found[Kind.UP]["Person 11"] == "resume or history changed since"
    assert found[Kind.GONE] == {
        "Person 06": "left out now: dismissed for this role",
        None: "erased or no longer in the pool",
    }


def test_a_change_that_the_earlier_run_had_seen_is_no_reason(session, keeper, role, crowd) -> None:
    match(session, keeper, role)
    role.title, role.text = "Gardener", "garden11 kitchen11 and garden10 kitchen10"
    found = told(session, keeper, role)
    assert set(found[Kind.UP]) == {"Person 10", "Person 11"}
    assert set(found[Kind.UP].values()) == {"the role changed"}


def test_a_reason_that_has_lapsed_is_told(session, keeper, role, crowd) -> None:
    make_application(session, crowd[11], reason_holds_until=TODAY + timedelta(days=1))
    count_lapsed_reasons(session)
    match(session, keeper, role)
    assert told(session, keeper, role)[Kind.UP] == {"Person 11": "the reason of a rejection has lapsed since"}


def test_changed_weights_are_told(session, keeper, role, crowd) -> None:
    make_application(session, crowd[11], reason_holds_until=TODAY - timedelta(days=9))
    match(session, keeper, role)
    count_lapsed_reasons(session)
    assert told(session, keeper, role)[Kind.UP] == {"Person 11": "the weights were changed"}


@pytest.mark.parametrize(
    ("is_judged", "words"),
    [
        (False, "others came, left or moved past"),
        (True, "somebody was shortlisted or dismissed for the role"),
    ],
)
def test_whoever_others_have_passed_is_down_for_nothing_of_their_own(
    session, keeper, role, crowd, is_judged: bool, words: str
) -> None:
    match(session, keeper, role)
    for number in range(6):
        make_candidate(session, f"Better {number}", resume=PLATFORM, now=LATER)
    if is_judged:
        shortlist(session, role.id, crowd[0].id, recruiter_id=None, now=LATER)
    found = told(session, keeper, role)
    assert len(found[Kind.NEW]) == 6
    assert set(found[Kind.DOWN].values()) == {words}


def test_restricted_people_count_for_whoever_may_see_them_only(session, keeper, role, crowd) -> None:
    recruiter = make_recruiter(session, kind=AccountKind.RECRUITER)
    match(session, keeper, role)
    make_candidate(session, "Chief", resume=PLATFORM, now=LATER, is_restricted=True)
    viewer = Viewer(recruiter_id=recruiter.id, kind=recruiter.kind, office_id=None)
    after = match(session, keeper, role, now=NEXT_DAY)
    before = earlier_run(session, after)
    assert before is not None
    assert delta_of_runs(session, before, after, viewer).delta.is_empty
    assert len(delta_of_runs(session, before, after, None).delta.parts[Kind.NEW]) == 1


def test_a_run_is_compared_with_earlier_ones_of_its_own_role_only(session, keeper, role, crowd) -> None:
    other = match(session, keeper, make_role(session, "Gardener"))
    run = match(session, keeper, role)
    assert earlier_run(session, run) is None
    with pytest.raises(NotFoundError, match=f"no run {other.id} of role {role.id} before run {run.id}"):
        earlier_run(session, run, other.id)


def test_the_number_of_queries_does_not_grow_with_the_changes(session, keeper, role, crowd) -> None:
    counts = []
    for people in (1, 30):
        before = match(session, keeper, role)
        for number in range(people):
            make_candidate(session, f"Later {number}", resume=f"Terraform {number}", now=LATER)
        after = match(session, keeper, role, now=NEXT_DAY)
        session.flush()
        with counted(session) as statements:
            found = delta_of_runs(session, before, after, None)
            assert len(list(changed_people(session, found.delta.parts[Kind.NEW], per_page=25)))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 5
