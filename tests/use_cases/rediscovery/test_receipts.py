"""Receipts of a re-match come after its lists: the same as if they had come with them, and never of another day."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Resume
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.models import Match, MatchRun, RunCause
from talentpool.rediscovery.receipts import keep_receipts, missing_receipts, runs_without_receipts
from talentpool.rediscovery.rediscover import rediscover
from talentpool.rediscovery.rematch import look_at_roles, rank_again, record_rematch
from talentpool.rediscovery.results import cards, view_run
from tests.builders import NOW, make_application, make_candidate, make_reason, make_role
from tests.personas import TOOLS, make_twins

Rows = list[tuple[object, ...]]


def a_pool(session: Session) -> int:
    reason = make_reason(session)
    for number in range(30):
        (who, resume), _other = make_twins(number)
        person = make_candidate(session, who.name, resume=resume)
        if number % 3 == 0:
            make_application(session, person, reason_id=reason.id, rating=0.7)
    return make_role(session, text=" ".join(TOOLS)).id


def rematched(session: Session, keeper: IndexKeeper, role_id: int) -> MatchRun:
    run = record_rematch(
        session,
        rank_again(session, look_at_roles(session, keeper, [role_id], now=NOW), role_id),
        cause=RunCause.SCHEDULED,
    )
    assert run is not None
    return run


def kept(session: Session, run_id: int) -> Rows:
    rows = select(Match.candidate_id, Match.rank, Match.score, Match.band, Match.receipt)
    return [tuple(row) for row in session.execute(rows.where(Match.run_id == run_id).order_by(Match.rank))]


def test_lists_and_receipts_of_a_rematch_are_those_of_a_whole_match(
    session: Session, keeper: IndexKeeper
) -> None:
    role_id = a_pool(session)
    session.commit()
    run = rematched(session, keeper, role_id)
    assert runs_without_receipts(session) == [run.id]
    before = [
        (one.candidate_id, one.score) for one in cards(session, keeper, view_run(session, run, None), now=NOW)
    ]
    keep_receipts(session, run.id, missing_receipts(session, keeper, run.id, now=NOW))
    assert runs_without_receipts(session) == []
    after = [
        (one.candidate_id, one.score) for one in cards(session, keeper, view_run(session, run, None), now=NOW)
    ]
    assert before == after
    whole = rediscover(session, keeper, role_id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
    assert kept(session, run.id) == kept(session, whole.id)
    assert (run.ranked, run.excluded, run.funnel, run.role_weights) == (
        *(whole.ranked, whole.excluded, whole.funnel, whole.role_weights),
    )


def test_a_receipt_that_somebody_opened_meanwhile_stays_and_nobody_has_two(
    session: Session, keeper: IndexKeeper
) -> None:
    role_id = a_pool(session)
    session.commit()
    run = rematched(session, keeper, role_id)
    scored = missing_receipts(session, keeper, run.id, now=NOW)
    keep_receipts(session, run.id, scored[4:6])
    keep_receipts(session, run.id, scored)
    assert [row[1] for row in kept(session, run.id)] == list(range(1, 31))


def test_whoever_changed_since_gets_no_receipt_for_the_list_of_before(
    session: Session, keeper: IndexKeeper
) -> None:
    role_id = a_pool(session)
    session.commit()
    run = rematched(session, keeper, role_id)
    first = missing_receipts(session, keeper, run.id, now=NOW)[0].candidate_id
    resume = session.scalars(select(Resume).where(Resume.candidate_id == first)).one()
    resume.visible_text = "Gardening and roses"
    record_changes(session, [first], now=NOW + timedelta(minutes=1))
    session.commit()
    later = NOW + timedelta(minutes=2)
    assert first not in {one.candidate_id for one in missing_receipts(session, keeper, run.id, now=later)}
