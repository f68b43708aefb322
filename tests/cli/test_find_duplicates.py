"""`find-duplicates`: who is in the pool twice, as a sentence and as JSON, and the certain ones made one."""

import json

from sqlalchemy import func, select

from talentpool.candidates.models import Candidate
from talentpool.cli.installation import Installation
from tests.builders import make_candidate
from tests.cli.conftest import RunCommand


def test_certain_pairs_are_merged_when_asked_and_the_others_wait(
    run_command: RunCommand, environ: dict[str, str]
) -> None:
    assert run_command("init").exit_code == 0
    installation = Installation(environ)
    with installation.sessions.writing.begin() as session:
        for name in ("Robert Smith", "Bob Smith", "R. Smith"):
            make_candidate(session, name, emails=["bob@example.org"])
        for name in ("Ana Ruiz", "Ana Ruiz"):
            make_candidate(session, name, city="Madrid")
    looked = run_command("find-duplicates")
    assert looked.out.strip() == "Looked at 5 people; 0 pairs merged, 4 wait for somebody to look."
    merged = json.loads(run_command("find-duplicates", "--merge", "--json").out)
    assert merged == {"people": 5, "open_pairs": 1, "merged": 2}
    with installation.sessions.reading() as session:
        assert session.scalar(select(func.count(Candidate.id))) == 3
    installation.close()
