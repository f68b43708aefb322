"""The index and several readers at once: nobody's old view of the database takes it back."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from talentpool.accounts.policies import install_policies, load_policy, save_policy
from talentpool.candidates.models import Candidate, CandidateChange
from talentpool.database import Sessions
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.settings import config_folder
from tests.builders import NOW, make_candidate


@pytest.fixture(autouse=True)
def policies(sessions: Sessions) -> None:
    """The policies, where every session sees them."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        make_candidate(session, "Ana Ruiz", resume="Kubernetes and Terraform")


def test_a_reader_with_an_older_view_of_the_database_leaves_a_newer_index_alone(
    sessions: Sessions, keeper: IndexKeeper
) -> None:
    with sessions.reading() as slow, sessions.reading() as quick:
        keeper.settings(slow)  # from here on, SQLite shows this reader the database as it is now
        with sessions.writing.begin() as writing:
            bo = make_candidate(writing, "Bo Chen", resume="Accounts").id
        newer = keeper.current(quick, now=NOW)
        assert bo in newer.candidate_ids
        assert keeper.current(slow, now=NOW).generation == newer.generation


def test_a_database_that_was_put_back_has_its_index_made_anew(
    sessions: Sessions, keeper: IndexKeeper
) -> None:
    with sessions.writing.begin() as session:
        bo = make_candidate(session, "Bo Chen", resume="Accounts").id
    with sessions.reading() as session:
        assert bo in keeper.current(session, now=NOW).candidate_ids
    with sessions.writing.begin() as session:
        session.execute(delete(CandidateChange).where(CandidateChange.candidate_id == bo))
        session.execute(delete(Candidate).where(Candidate.id == bo))
    with sessions.reading() as session:
        assert bo not in keeper.current(session, now=NOW + timedelta(hours=1)).candidate_ids


def test_new_aliases_hold_for_an_index_that_is_open_already(sessions: Sessions, keeper: IndexKeeper) -> None:
    with sessions.reading() as session:
        before = keeper.current(session, now=NOW).generation
    with sessions.writing.begin() as session:
        aliases = {**load_policy(session, "skills").value, "ours": {"terraform": ["hcl"]}}
        save_policy(session, "skills", aliases, recruiter_id=None, now=NOW)
    with sessions.reading() as session:
        assert keeper.current(session, now=NOW).generation != before
