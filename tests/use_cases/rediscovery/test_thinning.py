"""Old lists are thinned out: what is told, opened, decided by or reported afterwards is the same as before."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import AccountKind, Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate, Disposition, Stage
from talentpool.errors import NotFoundError
from talentpool.oversight.one_rediscovery import rediscoveries_of
from talentpool.oversight.rediscovery_report import load_rediscovery
from talentpool.oversight.scope import ReportScope
from talentpool.rediscovery.digests import claim_digest, end_digest
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import DigestState, Match, MatchRun, RoleDigest, RunCause
from talentpool.rediscovery.news import role_news
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.rematch_delta import earlier_run
from talentpool.rediscovery.results import (
    keep_receipt,
    latest_run,
    runs_of,
    scored_of,
    scored_people,
    view_run,
)
from talentpool.rediscovery.standing import note_look
from talentpool.rediscovery.thinning import LISTS_AT_A_TIME, roles_to_thin_out, thin_out
from talentpool.roles.models import Role
from tests.builders import NOW, TODAY, make_application, make_candidate, make_recruiter, make_role
from tests.use_cases.oversight.listed_people import put_on_list

DAY = timedelta(days=1)
AFTER = NOW + 60 * DAY


@pytest.fixture
def mara(session: Session) -> Recruiter:
    return make_recruiter(session)


@pytest.fixture
def role(session: Session, mara: Recruiter) -> Role:
    return make_role(session, owner_id=mara.id)


def viewer_of(recruiter: Recruiter) -> Viewer:
    return Viewer(recruiter_id=recruiter.id, kind=AccountKind.RECRUITER, office_id=None)


def thin(session: Session, role: Role) -> int:
    """Thin everything out that can be; gives how many lists that were."""
    thinned = 0
    while some := thin_out(session, role.id, before=AFTER, now=AFTER):
        thinned += some
    session.expire_all()
    return thinned


def match_daily(session: Session, keeper: IndexKeeper, role: Role, *, days: int) -> list[MatchRun]:
    """Match a role on some days, with one more who fits it on each."""
    runs = []
    for day in range(days):
        now = NOW + day * DAY
        came = make_candidate(session, f"Day {day}", resume=f"Kubernetes and Terraform, thing{day}", now=now)
        record_changes(session, [came.id], now=now)
        runs.append(
            rediscover(session, keeper, role.id, cause=RunCause.SCHEDULED, recruiter_id=None, now=now)
        )
    return runs


def whole(session: Session, role: Role) -> list[int]:
    wanted = select(MatchRun.id).where(MatchRun.role_id == role.id, MatchRun.thinned_at.is_(None))
    return list(session.scalars(wanted.order_by(MatchRun.id)))


def test_the_first_and_the_newest_list_and_those_somebody_knows_last_stay_whole(
    session: Session, keeper: IndexKeeper, mara: Recruiter, role: Role
) -> None:
    first, _, looked, told, _, newest = match_daily(session, keeper, role, days=6)
    note_look(session, looked, recruiter_id=mara.id, now=NOW + 2 * DAY)
    session.add(
        RoleDigest(role_id=role.id, recruiter_id=mara.id, how_often="daily", told_run_id=told.id, told_at=NOW)
    )
    session.flush()
    assert roles_to_thin_out(session, before=AFTER) == [role.id]
    assert thin(session, role) == 2
    assert whole(session, role) == [run.id for run in (first, looked, told, newest)]
    assert roles_to_thin_out(session, before=AFTER) == []
    assert len(view_run(session, newest, None).ids) == 6


def test_what_is_not_old_yet_stays(session: Session, keeper: IndexKeeper, role: Role) -> None:
    runs = match_daily(session, keeper, role, days=4)
    assert thin_out(session, role.id, before=runs[2].ran_at, now=AFTER) == 1
    session.expire_all()
    assert len(whole(session, role)) == 3


def test_what_is_new_is_told_as_before_to_whoever_looked_and_to_whoever_never_did(
    session: Session, keeper: IndexKeeper, mara: Recruiter, role: Role
) -> None:
    runs = match_daily(session, keeper, role, days=5)
    zoe = make_recruiter(session, "Zoe Brandt")
    role.hiring_manager_id = zoe.id
    note_look(session, runs[2], recruiter_id=mara.id, now=NOW + 2 * DAY)

    def news() -> list[list[int]]:
        found = (role_news(session, viewer_of(one)) for one in (mara, zoe))
        return [sorted(part.ids.tolist()) for (one,) in found for part in one.parts.values()]

    before = news()
    assert thin(session, role) == 2
    assert news() == before
    newest = latest_run(session, role.id)
    assert newest is not None
    assert len(view_run(session, newest, viewer_of(mara)).new_ids) == 2


def test_a_digest_that_was_leaving_is_recorded_although_its_list_has_aged_meanwhile(
    session: Session, keeper: IndexKeeper, mara: Recruiter, role: Role
) -> None:
    runs = match_daily(session, keeper, role, days=2)
    news = role_news(session, viewer_of(mara))
    digest = claim_digest(session, mara.id, news, today=TODAY, now=NOW)
    assert digest is not None
    rediscover(session, keeper, role.id, cause=RunCause.ASKED, recruiter_id=None, now=NOW + 3 * DAY)
    assert thin(session, role) == 0
    end_digest(session, digest.id, DigestState.UNKNOWN, problem=None, now=AFTER)
    assert session.get_one(RoleDigest, (role.id, mara.id)).told_run_id == runs[1].id


def test_receipts_that_were_opened_or_decided_by_can_still_be_shown(
    session: Session, keeper: IndexKeeper, mara: Recruiter, role: Role
) -> None:
    runs = match_daily(session, keeper, role, days=6)
    view = view_run(session, runs[3], None)
    one, other = view.ids[:2].tolist()
    shown = scored_people(session, keeper, view, [one, other], now=NOW)
    keep_receipt(session, runs[3], shown[one], now=NOW + 3 * DAY)
    shortlist(session, role.id, other, recruiter_id=mara.id, now=NOW + 3 * DAY)
    assert thin(session, role) == 4
    kept = {
        match.candidate_id: scored_of(match)
        for match in session.scalars(select(Match).where(Match.run_id == runs[3].id))
    }
    assert {one, other} <= kept.keys()
    assert (kept[one], kept[other]) == (shown[one], shown[other])
    assert session.get_one(MatchRun, runs[3].id).thinned_at == AFTER


def test_everybody_s_first_place_stays_and_a_list_without_any_goes(session: Session, role: Role) -> None:
    early, late = make_candidate(session, "Early"), make_candidate(session, "Late")
    lists = [[early], [early], [early, late], [late, early], [late]]
    runs = [put_on_list(session, role, some, at=NOW + day * DAY) for day, some in enumerate(lists)]
    assert thin(session, role) == 3
    left = session.execute(select(Match.run_id, Match.candidate_id).order_by(Match.run_id)).all()
    assert left == [(runs[0].id, early.id), (runs[2].id, late.id), (runs[4].id, late.id)]
    assert list(session.scalars(select(MatchRun.id).order_by(MatchRun.id))) == [
        runs[0].id, runs[2].id, runs[4].id,
    ]  # fmt: skip


def test_the_report_from_surfaced_to_hired_says_the_same(
    session: Session, mara: Recruiter, role: Role
) -> None:
    people: list[Candidate] = [make_candidate(session, f"Person {number}") for number in range(4)]
    for day, some in enumerate(([0, 1], [1, 2], [2], [2, 0], [3, 0], [0])):
        opened = (people[2],) if day == 3 else ()
        listed = [people[number] for number in some]
        put_on_list(session, role, listed, at=NOW + day * DAY, opened=opened)
    for number in (1, 2, 3):
        make_application(
            session, people[number], role=role, stage=Stage.HIRED, applied_on=TODAY + 20 * DAY,
            ended_on=TODAY + 30 * DAY, disposition=Disposition.HIRED,
        )  # fmt: skip
    scope = ReportScope(viewer=viewer_of(mara), today=TODAY + 90 * DAY)

    def reported() -> tuple[object, ...]:
        lines = (rediscoveries_of(session, scope.viewer, one.id) for one in people)
        return load_rediscovery(session, scope), *lines

    before = reported()
    assert thin(session, role) == 4
    assert reported() == before


def test_a_thinned_list_keeps_its_line_in_the_history_and_nothing_is_compared_with_it(
    session: Session, keeper: IndexKeeper, role: Role
) -> None:
    runs = match_daily(session, keeper, role, days=4)
    thin(session, role)
    lines = runs_of(session, role.id, None)
    assert [(line.run_id, line.eligible, line.is_whole) for line in lines] == [
        (run.id, number + 1, number in (0, 3)) for number, run in reversed(list(enumerate(runs)))
    ]
    newest = session.get_one(MatchRun, runs[3].id)
    before = earlier_run(session, newest)
    assert before is not None
    assert before.id == runs[0].id
    with pytest.raises(NotFoundError, match="thinned out"):
        earlier_run(session, newest, runs[1].id)


def test_whoever_may_not_see_everybody_is_shown_no_number_that_cannot_be_counted_for_them(
    session: Session, keeper: IndexKeeper, mara: Recruiter, role: Role
) -> None:
    runs = match_daily(session, keeper, role, days=4)
    make_candidate(session, "Hidden Chief", resume="Kubernetes", is_restricted=True)
    thin(session, role)
    shown = runs_of(session, role.id, viewer_of(mara))
    assert [line.run_id for line in shown] == [runs[3].id, runs[0].id]


def test_many_lists_are_thinned_out_a_few_at_a_time(session: Session, role: Role) -> None:
    one = make_candidate(session)
    for day in range(LISTS_AT_A_TIME + 5):
        put_on_list(session, role, [one], at=NOW + day * DAY)
    assert thin_out(session, role.id, before=AFTER, now=AFTER) == LISTS_AT_A_TIME
    assert thin_out(session, role.id, before=AFTER, now=AFTER) == 3
    assert thin_out(session, role.id, before=AFTER, now=AFTER) == 0


def test_after_a_clock_was_set_back_both_lists_that_may_count_as_the_newest_stay(
    session: Session, role: Role
) -> None:
    one = make_candidate(session)
    runs = [put_on_list(session, role, [one], at=NOW + day * DAY) for day in (0, 1, 9, 2)]
    assert thin(session, role) == 1
    assert whole(session, role) == [runs[0].id, runs[2].id, runs[3].id]
