"""`talentpool close-role`: everybody with a reason, and nothing changed while somebody would be without."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.candidates.models import Application, Disposition
from talentpool.candidates.reasons import install_reasons
from talentpool.database import Sessions
from talentpool.roles.models import Role, RoleState
from talentpool.settings import config_folder
from tests.builders import make_application, make_candidate, make_role
from tests.cli.conftest import RunCommand


@pytest.fixture
def role(sessions: Sessions) -> Role:
    """A role with two open applications."""
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        role = make_role(session)
        for name in ("Ana Ruiz", "Bo Chen"):
            make_application(
                session, make_candidate(session, name), role=role, disposition=None, ended_on=None
            )
        return role


def ended(sessions: Sessions) -> list[tuple[Disposition | None, str | None]]:
    with sessions.reading() as session:
        rows = session.scalars(select(Application).order_by(Application.id))
        return [(one.disposition, one.reason.code if one.reason else None) for one in rows]


def test_a_role_is_closed_with_one_reason_for_all_and_some_of_their_own(
    run_command: RunCommand, role: Role, sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.reading() as session:
        first = session.scalars(select(Application.candidate_id).order_by(Application.id)).first()
    own = tmp_path / "own.csv"
    own.write_text(f"candidate,reason,holds,words\n{first},lost_interest,,\n")
    done = run_command("close-role", str(role.id), "--reason", "timing", "--reasons", str(own), "--json")
    assert done.exit_code == 0, done.err
    assert json.loads(done.out) == {"role_id": role.id, "round": 1, "ended": 2}
    assert ended(sessions) == [(Disposition.WITHDRAWN, "lost_interest"), (Disposition.REJECTED, "timing")]
    with sessions.reading() as session:
        assert session.get_one(Role, role.id).state is RoleState.CLOSED


def test_nobody_is_left_without_a_reason(run_command: RunCommand, role: Role, sessions: Sessions) -> None:
    done = run_command("close-role", str(role.id))
    assert done.exit_code == 2
    assert "there is none yet for: Ana Ruiz, Bo Chen" in done.err
    assert ended(sessions) == [(None, None)] * 2


def test_not_selected_is_refused_with_the_reasons_there_are(
    run_command: RunCommand, role: Role, sessions: Sessions
) -> None:
    done = run_command("close-role", str(role.id), "--reason", "not selected")
    assert done.exit_code == 2
    assert "choose one of: A stronger candidate was hired" in done.err
    assert ended(sessions) == [(None, None)] * 2


def test_who_is_open_is_listed_with_the_reasons(run_command: RunCommand, role: Role) -> None:
    done = run_command("close-role", str(role.id), "--list")
    assert "Bo Chen" in done.out
    assert "headcount_frozen" in done.out


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"candidate,reason\nAna,timing\n", "Line 2 of own.csv names no candidate"),
        (b"candidate,reason\n" + b"9" * 5000 + b",timing\n", "Line 2 of own.csv names no candidate"),
        (b"candidate,reason\n4711,timing\n", "Candidate 4711 has no open application for role"),
        (b"candidate,reason\n1,timing\n1,skills\n", "Line 3 of own.csv names candidate 1 a second time"),
        (b"candidate,Reason\n1,timing\n", "own.csv has no column 'reason'"),
        (b"candidate,reason,words\n1,timing,f\xfcr sp\xe4ter\n", "own.csv is not in UTF-8"),
        (b"", "own.csv has no column 'candidate'"),
    ],
)
def test_a_list_of_reasons_that_cannot_be_taken_closes_nothing(
    run_command: RunCommand, role: Role, sessions: Sessions, tmp_path: Path, written: bytes, said: str
) -> None:
    own = tmp_path / "own.csv"
    own.write_bytes(written)
    done = run_command("close-role", str(role.id), "--reason", "timing", "--reasons", str(own))
    assert done.exit_code == 2
    assert said in done.err
    assert ended(sessions) == [(None, None)] * 2
