"""When a match was first opened: kept once, and taken over from the trail of views where it was not kept yet."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from talentpool.accounts.audit import record_event
from talentpool.database import open_engine, open_sessions
from talentpool.matching.receipt import Band, Receipt, Scored
from talentpool.rediscovery.models import Match
from talentpool.rediscovery.results import keep_receipt
from talentpool.schema import downgrade_schema, upgrade_schema
from talentpool.settings import migrations_folder
from tests.builders import NOW, make_candidate, make_role
from tests.use_cases.oversight.listed_people import put_on_list

HOUR = timedelta(hours=1)


def revision_before(name: str) -> str:
    """Find the revision of the tables before a migration, by its name."""
    [path] = Path(migrations_folder()).glob(f"versions/*_{name}.py")
    return f"{int(path.stem[:4]) - 1:04}"


def test_views_of_the_trail_are_taken_over_when_the_tables_are_brought_up(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    upgrade_schema(engine)
    with open_sessions(engine).writing.begin() as session:
        role = make_role(session)
        viewed, other = make_candidate(session), make_candidate(session)
        run = put_on_list(session, role, [viewed, other])
        for hours in (3, 2):
            record_event(
                session, "match_viewed", object_kind="candidate", object_id=viewed.id, recruiter_id=None,
                now=NOW + hours * HOUR, details={"role_id": role.id, "run_id": run.id},
            )  # fmt: skip
    downgrade_schema(engine, revision=revision_before("when_a_match_was_opened"))
    upgrade_schema(engine)
    with open_sessions(engine).reading() as session:
        found = dict(session.execute(select(Match.candidate_id, Match.opened_at)).all())
    engine.dispose()
    assert found == {viewed.id: NOW + 2 * HOUR, other.id: None}


def test_only_the_first_look_counts_and_a_look_further_down_is_kept_too(session) -> None:
    role, listed, further = make_role(session), make_candidate(session), make_candidate(session)
    run = put_on_list(session, role, [listed])
    for candidate, rank in ((listed, 1), (further, 950)):
        receipt = Receipt(lines=(), missing=(), total=0.0, index_generation="")
        scored = Scored(candidate_id=candidate.id, rank=rank, score=0.0, band=Band.POSSIBLE, receipt=receipt)
        for hours in (1, 2):
            keep_receipt(session, run, scored, now=NOW + hours * HOUR)
    found = session.scalars(select(Match).order_by(Match.rank)).all()
    assert [(one.rank, one.opened_at) for one in found] == [(1, NOW + HOUR), (950, NOW + HOUR)]
