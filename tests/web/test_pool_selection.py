"""Several people of the pool at once: promised the same, taken back with one click, or taken out as a table."""

import html
import re

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.candidates.models import Candidate, Promise
from talentpool.database import Sessions
from tests.web.pool_of_people import fill_pool
from tests.web.test_roles import page

WORDS = "write when a platform role opens"


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """Ids of the people in the pool, by name."""
    return fill_pool(sessions)


@pytest.fixture
def desk(people, signed_in):
    """A recruiter's browser on a pool with people in it."""
    return signed_in(AccountKind.RECRUITER)


def open_promises(sessions: Sessions) -> list[str]:
    wanted = select(Promise.words).where(Promise.let_go_at.is_(None), Promise.words == WORDS)
    with sessions.reading() as session:
        return list(session.scalars(wanted.where(Promise.owner_id.is_not(None))))


def test_several_are_promised_the_same_and_let_go_together(
    desk, people: dict[str, int], sessions: Sessions
) -> None:
    chosen = [people["Bo Chen"], people["Dana Levy"]]
    form = {"act": "promise", "promise": WORDS, "due_on": "2199-01-31", "candidates": chosen}
    answer = desk.post("/candidates/selection?q=lisbon&page=1", form)
    assert answer.location == "/candidates?page=1&q=lisbon"
    text = page(desk.get(answer.location))
    assert "2 promises are noted" in text
    assert len(open_promises(sessions)) == 2
    undo = re.search(r'action="(/promises/\d+/let-go-all)"', html.unescape(text))
    assert undo is not None
    assert "2 promises are let go." in page(desk.post(undo.group(1), follow_redirects=True))
    assert not open_promises(sessions)


def test_the_table_of_a_selection_has_whoever_was_chosen(desk, people: dict[str, int]) -> None:
    chosen = [people["Bo Chen"], people["Dana Levy"]]
    table = desk.post("/candidates/selection", {"act": "csv", "candidates": chosen}, follow_redirects=True)
    lines = table.get_data(as_text=True).splitlines()
    assert len(lines) == 3 and {"Bo Chen", "Dana Levy"} == {line.split(",")[1] for line in lines[1:]}


def test_nothing_happens_without_people_words_or_a_day_that_is_one(
    desk, people: dict[str, int], sessions: Sessions
) -> None:
    chosen = [people["Bo Chen"]]
    assert "Nobody was chosen" in page(
        desk.post("/candidates/selection", {"promise": WORDS}, follow_redirects=True)
    )
    for form in (
        {"promise": " "},
        {"promise": WORDS, "due_on": "soon"},
        {"promise": WORDS, "due_on": "2001-01-01"},
    ):
        assert desk.post("/candidates/selection", {**form, "candidates": chosen}).status_code == 422
    assert not open_promises(sessions)


def test_who_may_not_be_seen_cannot_be_chosen(desk, people: dict[str, int], sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Candidate, people["Bo Chen"]).is_restricted = True
    chosen = [people["Bo Chen"], people["Dana Levy"]]
    form = {"act": "promise", "promise": WORDS, "candidates": chosen}
    assert desk.post("/candidates/selection", form).status_code == 404
    assert not open_promises(sessions)


def test_all_of_a_page_can_be_chosen_without_a_script(desk) -> None:
    assert page(desk.get("/candidates?choose=page")).count('data-key="x" checked') == 6
