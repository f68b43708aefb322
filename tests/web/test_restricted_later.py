"""Somebody who becomes restricted after the fact is named nowhere to whoever may not see them any more."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.imports.models import Import, ImportProblem, ImportState
from talentpool.rediscovery.feedback import shortlist
from talentpool.rediscovery.models import ManagerAnswer
from talentpool.rediscovery.shortlist_links import Showing, show_to
from tests.builders import make_candidate, make_role
from tests.web.conftest import SignIn

NAME = "Walburga Quenstedt"
Said = Callable[[str], str]


@pytest.fixture
def known(sessions: Sessions) -> int:
    """Somebody who was shown, about whom a manager answered, and whose row had a problem; gives the role."""
    now = current_time()
    with sessions.writing.begin() as session:
        person, role = make_candidate(session, NAME), make_role(session)
        shortlist(session, role.id, person.id, recruiter_id=None, now=now)
        showing = Showing(address="jo@example.org", candidate_ids=(person.id,))
        link = show_to(session, role, showing, recruiter_id=None, now=now)
        link.people[0].answer, link.people[0].answered_at = ManagerAnswer.YES, now
        kept = {"record": "candidates", "id": person.id, "candidate_id": person.id, "because": "was changed"}
        done = Import(
            file_name="history.csv", content_hash="0" * 64, source="csv", mapping={}, state=ImportState.DONE,
            started_at=now, ended_at=now, undo_began_at=now, undone_at=now,
            undo_outcome={"taken_back": {}, "kept": [kept], "kept_total": 1},
        )  # fmt: skip
        session.add(done)
        session.flush()
        problem = ImportProblem(
            import_id=done.id, line=2, column="Country", value="Atlantis", message="Not known.", remedy="Write another.",
            candidate_id=person.id, row={"Name": NAME, "Country": "Atlantis"},
        )  # fmt: skip
        session.add(problem)
        return role.id


@pytest.mark.parametrize("kind", [AccountKind.RECRUITER, AccountKind.ADMINISTRATOR])
def test_who_may_not_see_somebody_any_more_reads_their_name_nowhere(
    signed_in: SignIn, sessions: Sessions, known: int, kind: AccountKind
) -> None:
    browser = signed_in(kind)
    pages = (f"/roles/{known}/shortlist/show", "/imports/1", "/imports/1/problems.csv")
    assert all(NAME in browser.get(page).text for page in pages)
    assert "1 yes" in browser.get(f"/roles/{known}/shortlist").text
    with sessions.writing.begin() as session:
        session.execute(update(Candidate).values(is_restricted=True))
    still = kind is AccountKind.ADMINISTRATOR
    assert [NAME in browser.get(page).text for page in pages] == [still] * 3
    assert ("1 yes" in browser.get(f"/roles/{known}/shortlist").text) is still
    undone = browser.post(f"/roles/{known}/shortlist/answers/1/undo")
    assert undone.status_code == (303 if still else 404)
