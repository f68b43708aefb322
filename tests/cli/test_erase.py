"""`erase`, and what a restore does about people who were erased since."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_request
from talentpool.consent.holds import hold_contact
from talentpool.consent.models import CameBy, DataRequest, HoldKind, RequestKind, RequestState
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.database import Sessions
from tests.builders import make_application, make_candidate, make_recruiter
from tests.cli.conftest import RunCommand


@pytest.fixture
def ana(run_command: RunCommand, sessions: Sessions) -> int:
    """Somebody in an installation that has been set up."""
    assert run_command("init", "--email", "mara@example.org").exit_code == 0
    with sessions.writing.begin() as session:
        person = make_candidate(
            session, "Ana Ruizdottir", resume="Kubernetes at Brunnenkressenkontor.", now=current_time()
        )
        make_application(session, person)
        return person.id


def is_here(sessions: Sessions, candidate_id: int) -> bool:
    with sessions.reading() as session:
        return bool(session.scalar(select(func.count()).where(Candidate.id == candidate_id)))


def test_without_yes_only_what_would_go_is_said(
    run_command: RunCommand, sessions: Sessions, ana: int
) -> None:
    shown = run_command("erase", ana)
    assert shown.exit_code == 0
    assert "nothing is yet" in shown.out
    assert f"talentpool erase {ana} --yes" in shown.out
    assert is_here(sessions, ana)


def test_with_yes_the_person_goes_and_is_found_nowhere(
    run_command: RunCommand, sessions: Sessions, ana: int
) -> None:
    done = run_command("erase", ana, "--yes", "--json")
    assert done.exit_code == 0, done.err
    told = json.loads(done.out)
    assert told["found"] == {}
    assert told["rows"] >= 4
    assert told["searched_for"] >= 3
    assert not is_here(sessions, ana)


def test_whom_to_tell_is_said(run_command: RunCommand, sessions: Sessions, ana: int) -> None:
    to, now = Recipient(name="Jo", organisation="Südwind", why="A role.", with_resume=False), current_time()
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        asked = note_pass_on_agreed(session, ana, to, how="by phone", recruiter_id=own, now=now)
        note_passed_on(asked, recruiter_id=own, now=now)
    done = run_command("erase", ana, "--yes")
    assert "One recipient of the data has to be told" in done.out


def test_a_request_that_is_open_ends_with_it_and_that_is_said(
    run_command: RunCommand, sessions: Sessions, ana: int
) -> None:
    now = current_time()
    new = NewRequest(kind=RequestKind.ERASURE, came_by=CameBy.MAIL, candidate_id=ana, received_on=now.date())
    with sessions.writing.begin() as session:
        number = receive_request(session, new, now=now).id
    assert f"Request {number} of this person would end with it." in run_command("erase", ana).out
    assert f"Request {number} of this person ended with it." in run_command("erase", ana, "--yes").out
    with sessions.reading() as session:
        asked = session.get_one(DataRequest, number)
    assert (asked.state, asked.candidate_id) == (RequestState.ANSWERED, None)
    assert asked.proof is not None


def test_nobody_is_erased_twice_or_by_a_wrong_number(run_command: RunCommand, ana: int) -> None:
    assert run_command("erase", ana, "--yes").exit_code == 0
    for number in (ana, 4711):
        again = run_command("erase", number, "--yes")
        assert again.exit_code == 2
        assert f"There is no candidate {number}" in again.err


def test_faults_47_an_access_request_is_answered_first(
    run_command: RunCommand, sessions: Sessions, ana: int
) -> None:
    with sessions.writing.begin() as session:
        hold_contact(session, ana, HoldKind.ACCESS_REQUEST, source="letter", now=current_time())
    refused = run_command("erase", ana, "--yes")
    assert refused.exit_code == 2
    assert "not answered yet" in refused.err
    assert is_here(sessions, ana)


def test_faults_53_whoever_was_erased_after_the_backup_is_gone_after_the_restore(
    run_command: RunCommand, sessions: Sessions, ana: int, tmp_path: Path
) -> None:
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    assert run_command("erase", ana, "--yes").exit_code == 0
    done = run_command("restore", tmp_path / "backup", "--force", "--json")
    assert done.exit_code == 0, done.err
    assert json.loads(done.out)["erased"] == 1
    assert not is_here(sessions, ana)
