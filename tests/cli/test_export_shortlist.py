"""`talentpool export-shortlist`: the short list as another system's file, and who stays here."""

import csv
import json
import zipfile
from pathlib import Path

import pytest

from talentpool.accounts.policies import install_policies
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.database import Sessions
from talentpool.rediscovery.feedback import shortlist
from talentpool.roles.models import Role
from talentpool.settings import config_folder
from tests.builders import NOW, make_candidate, make_role
from tests.cli.conftest import RunCommand


@pytest.fixture
def role(sessions: Sessions) -> Role:
    """A role with two on its short list, one of whom asked not to be contacted."""
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=NOW)
        role = make_role(session)
        ana, bo = (make_candidate(session, name, resume=f"{name}: Go.") for name in ("Ana Ruiz", "Bo Chen"))
        for one in (ana, bo):
            shortlist(session, role.id, one.id, recruiter_id=None, now=NOW)
        stop_contact(session, bo, secret=b"a secret", now=NOW)
        return role


def test_the_list_goes_out_with_resumes_and_says_who_stays(
    run_command: RunCommand, role: Role, tmp_path: Path
) -> None:
    out = tmp_path / "list.zip"
    done = run_command("export-shortlist", str(role.id), "--format", "greenhouse", "--out", str(out))
    assert done.exit_code == 1
    assert "1 people written for Greenhouse" in done.out
    assert "Bo Chen stays here: Asked not to be contacted." in done.out
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == 2
        [row] = csv.DictReader(archive.read("greenhouse.csv").decode("utf-8-sig").splitlines())
    assert (row["First Name"], row["Source"], row["Job"]) == ("Ana", "Rediscovered", "Platform engineer")


def test_some_of_the_list_go_out(run_command: RunCommand, role: Role, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    given = ("export-shortlist", str(role.id), "--out", str(out), "--json")
    both = run_command(*given)
    assert both.exit_code == 0
    assert json.loads(both.out)["people"] == 2
    assert json.loads(run_command(*given, "--candidate", "1").out)["people"] == 1
    refused = run_command(*given, "--candidate", "99")
    assert (refused.exit_code, "is not on the short list" in refused.err) == (2, True)


def test_an_unknown_format_and_an_empty_list_are_told(
    run_command: RunCommand, role: Role, sessions: Sessions, tmp_path: Path
) -> None:
    out = str(tmp_path / "list.csv")
    unknown = run_command("export-shortlist", str(role.id), "--format", "taleo", "--out", out)
    assert (unknown.exit_code, "there are greenhouse" in unknown.err) == (2, True)
    with sessions.writing.begin() as session:
        empty = make_role(session, "Other role")
    nobody = run_command("export-shortlist", str(empty.id), "--out", out)
    assert (nobody.exit_code, "Nobody is on the short list" in nobody.err) == (2, True)
