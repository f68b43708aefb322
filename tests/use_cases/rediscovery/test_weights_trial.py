"""Weights are tried with the ranker of every list before anybody keeps them."""

import pytest
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.accounts.policies import Edit, load_policy
from talentpool.candidates.models import Candidate, Disposition, Stage
from talentpool.candidates.reason_list import change_reasons, reasons_value
from talentpool.matching.errors import IndexOutdatedError
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.matching_policy import change_weights, load_weights, settings_with
from talentpool.rediscovery.models import MatchRun, RunCause
from talentpool.rediscovery.rediscover import rank_pool, rediscover
from talentpool.rediscovery.weights_trial import FIRST, Trial, try_weights
from talentpool.roles.briefs import brief_of
from tests.builders import NOW, make_application, make_candidate, make_reason, make_recruiter, make_role

VIEWER = Viewer(recruiter_id=0, kind=AccountKind.RECRUITER, office_id=None)

NO_HISTORY = {"stage": 0.0, "silver_medalist": 0.0, "reason_lapsed": 0.0}


@pytest.fixture
def role_id(session: Session) -> int:
    """A role with more people than its first page holds; the last of them got furthest with us."""
    for place in range(FIRST + 5):
        person = make_candidate(
            session, f"Person {place:02}", resume="Kubernetes. " + "Filler word. " * place
        )
        if place == FIRST + 4:
            make_application(session, person, stage=Stage.FINAL_ROUND, disposition=Disposition.ROLE_CLOSED)
    return make_role(session, title="", text="Kubernetes").id


def trial(
    session: Session, keeper: IndexKeeper, role_id: int, viewer: Viewer = VIEWER, **signals: float
) -> Trial:
    weights = load_weights(session)
    tried = settings_with(session, {**weights, "signals": {**weights["signals"], **signals}})
    session.flush()
    return try_weights(session, keeper, role_id, tried, viewer, now=NOW)


def test_the_weights_that_hold_move_nobody(session: Session, keeper: IndexKeeper, role_id: int) -> None:
    found = trial(session, keeper, role_id)
    assert (found.ranked, found.moved, found.count("same")) == (FIRST + 5, 0, FIRST)


def test_a_weight_that_counts_less_takes_somebody_out_and_lets_somebody_in(
    session: Session, keeper: IndexKeeper, role_id: int
) -> None:
    found = trial(session, keeper, role_id, **NO_HISTORY)
    assert (found.count("in"), found.count("out"), found.count("up")) == (1, 1, FIRST - 1)
    assert found.moved == FIRST + 5
    out = found.people[-1]
    assert (out.name, out.way) == (f"Person {FIRST + 4}", "out")
    assert out.before is not None
    assert out.after is not None
    assert (out.before.rank, out.after.rank) == (1, FIRST + 5)
    came = found.people[FIRST - 1]
    assert came.before is not None
    assert (came.way, came.before.rank) == ("in", FIRST + 1)


def test_what_was_tried_is_what_the_next_run_lists(
    session: Session, keeper: IndexKeeper, role_id: int
) -> None:
    found = trial(session, keeper, role_id, **NO_HISTORY)
    weights = load_weights(session)
    edit = Edit(recruiter_id=None, seen_version=load_policy(session, "matching").version, now=NOW)
    change_weights(session, {**weights, "signals": {**weights["signals"], **NO_HISTORY}}, edit)
    run: MatchRun = rediscover(
        session, keeper, role_id, cause=RunCause.ASKED, recruiter_id=make_recruiter(session).id, now=NOW
    )
    listed = trial(session, keeper, role_id, **NO_HISTORY)
    assert listed.moved == 0
    assert [one.candidate_id for one in listed.people] == [
        one.candidate_id for one in found.people if one.way != "out"
    ]
    assert (run.policy_version, run.skills_version) == (2, 1)


def test_people_the_viewer_may_not_see_take_no_place(
    session: Session, keeper: IndexKeeper, role_id: int
) -> None:
    best = trial(session, keeper, role_id).people[0].candidate_id
    session.get_one(Candidate, best).is_restricted = True
    found = trial(session, keeper, role_id)
    assert best not in {one.candidate_id for one in found.people}
    assert found.ranked == FIRST + 4
    assert found.people[0].after is not None
    assert found.people[0].after.rank == 1


def test_whoever_reviews_blind_sees_numbers(session: Session, keeper: IndexKeeper, role_id: int) -> None:
    blind = Viewer(recruiter_id=0, kind=AccountKind.ADMINISTRATOR, office_id=None, is_blind=True)
    assert all(
        one.name == f"Candidate {one.candidate_id}" for one in trial(session, keeper, role_id, blind).people
    )


def test_how_words_are_counted_cannot_be_tried(session: Session, keeper: IndexKeeper, role_id: int) -> None:
    weights = load_weights(session)
    tried = settings_with(session, {**weights, "words": {**weights["words"], "pair_weight": 3.0}})
    with pytest.raises(IndexOutdatedError):
        try_weights(session, keeper, role_id, tried, VIEWER, now=NOW)


def test_a_reason_that_no_longer_speaks_against_people_makes_silver_medalists_of_them(
    session: Session, keeper: IndexKeeper
) -> None:
    reason = make_reason(session, "lacks_skill", against_candidate=True)
    person = make_candidate(session, "Ana Ruiz", resume="Kubernetes")
    make_application(session, person, stage=Stage.FINAL_ROUND, reason_id=reason.id)
    role = make_role(session, title="", text="Kubernetes")

    def signals() -> set[str]:
        session.flush()
        top = rank_pool(session, keeper, brief_of(role), role=role, now=NOW, limit=1).ranking.top[0]
        return {line.label for line in top.receipt.lines if line.kind == "signal"}

    assert "silver_medalist" not in signals()
    session.commit()
    value = reasons_value(session)
    value["lacks_skill"]["against_candidate"] = False
    change_reasons(session, value, Edit(recruiter_id=None, seen_version=0, now=NOW))
    session.commit()
    assert "silver_medalist" in signals()
