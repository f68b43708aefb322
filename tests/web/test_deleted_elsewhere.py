"""What other systems have deleted, as an administrator decides about it: all at once, taken back, or carried out."""

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobs.do_asked_work import work_through
from jobs.workplace import Shift, open_workplace
from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, receive_requests
from talentpool.consent.models import CameBy, DataRequest, RequestKind, RequestState
from talentpool.database import Base, Sessions
from talentpool.imports.models import DeletionThere
from talentpool.settings import config_folder
from talentpool.web.desk import EXTENSION
from talentpool.work.models import AskedWork
from tests.builders import make_candidate
from tests.web.conftest import Browser, SignIn

PAGE = "/requests/deleted-elsewhere"
HELD, PROPOSED = 30, 25


@pytest.fixture
def administrator(signed_in: SignIn) -> Browser:
    """Somebody who answers every request."""
    browser: Browser = signed_in(AccountKind.ADMINISTRATOR)
    return browser


@pytest.fixture
def people(sessions: Sessions) -> list[int]:
    """Thirty of whom a system says at once that it has deleted them, then twenty-five who are proposed."""
    now = current_time()
    with sessions.writing.begin() as session:
        ids = [
            make_candidate(session, f"Person {n:02}", source="ats", now=now).id
            for n in range(HELD + PROPOSED)
        ]
        session.add_all(
            DeletionThere(source="ats", candidate_id=one, external_id=f"c{one}", told_at=now, held_at=now)
            for one in ids[:HELD]
        )
        receive_requests(session, [_proposal(one) for one in ids[HELD:]], now=now)
    return ids


def _proposal(candidate_id: int) -> NewRequest:
    return NewRequest(
        kind=RequestKind.ERASURE, came_by=CameBy.SYSTEM, candidate_id=candidate_id,
        received_on=current_time().date(), words="ats says that this person was deleted there.",
    )  # fmt: skip


def count(sessions: Sessions, table: type[Base], *where: object) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def states(sessions: Sessions) -> dict[RequestState, int]:
    with sessions.reading() as session:
        found = select(DataRequest.state, func.count()).group_by(DataRequest.state)
        return dict(session.execute(found).all())


def undo_on(page: str) -> str:
    [found] = set(re.findall(rf'action="({PAGE}/undo/\d+)"', page))
    return str(found)


def proposals(sessions: Sessions) -> list[int]:
    with sessions.reading() as session:
        return list(session.scalars(select(DataRequest.id).order_by(DataRequest.id)))


def test_very_many_are_one_question_with_their_number_names_and_two_answers(
    administrator: Browser, people: list[int]
) -> None:
    page = administrator.get(PAGE).text
    assert "ats says that it has deleted 30 people" in page
    assert "It has brought 55 people here, and this is more than 5 % of them within a day." in page
    assert "Person 00" in page
    assert "ats says that it has deleted 30 people" in administrator.get("/").text
    assert f"c{people[0]}" in page
    assert "And 5 more, all of them in the CSV." in page
    assert "ats says that it has deleted 30 people" in administrator.get("/requests").text


@pytest.mark.parametrize(("act", "asked"), [("ask", PROPOSED + HELD), ("refuse", PROPOSED)])
@pytest.mark.usefixtures("people")
def test_either_answer_is_given_to_all_and_one_click_takes_it_back(
    administrator: Browser, sessions: Sessions, act: str, asked: int
) -> None:
    form = {"source": "ats", "people": HELD, "act": act}
    done = administrator.post(f"{PAGE}/question", form, follow_redirects=True).text
    assert "says that it has deleted" not in done
    assert count(sessions, DataRequest) == asked
    again = administrator.post(undo_on(done), follow_redirects=True).text
    assert "Taken back: 30 people wait as before." in again
    assert "ats says that it has deleted 30 people" in again
    assert count(sessions, DataRequest) == PROPOSED
    assert administrator.post(undo_on(done)).status_code == 409
    with sessions.reading() as session:
        actions = set(session.scalars(select(AuditEvent.action)))
    assert {"deletions_decision_undone"} < actions


@pytest.mark.usefixtures("people")
def test_what_has_grown_since_it_was_shown_is_not_decided(administrator: Browser, sessions: Sessions) -> None:
    form = {"source": "ats", "people": HELD - 1, "act": "ask"}
    assert administrator.post(f"{PAGE}/question", form).status_code == 409
    assert administrator.post(f"{PAGE}/question", form | {"act": "", "people": HELD}).status_code == 404
    assert count(sessions, DataRequest) == PROPOSED


@pytest.mark.usefixtures("people")
def test_chosen_proposals_are_refused_with_an_answer_and_opened_again_together(
    administrator: Browser, sessions: Sessions
) -> None:
    chosen = proposals(sessions)[:3]
    form = {"proposals": chosen, "act": "refuse", "answer": "They apply here again."}
    done = administrator.post(PAGE, form, follow_redirects=True).text
    assert "3 proposals are refused." in done
    assert states(sessions) == {RequestState.OPEN: PROPOSED - 3, RequestState.REFUSED: 3}
    administrator.post(undo_on(done))
    assert states(sessions) == {RequestState.OPEN: PROPOSED}


@pytest.mark.usefixtures("people")
def test_everybody_on_all_pages_is_chosen_with_one_tick(administrator: Browser, sessions: Sessions) -> None:
    form = {"all": PROPOSED, "act": "refuse", "answer": "They stay."}
    assert administrator.post(PAGE, form | {"all": PROPOSED - 1}).status_code == 409
    administrator.post(PAGE, form)
    assert states(sessions) == {RequestState.REFUSED: PROPOSED}


@pytest.mark.usefixtures("people")
def test_nothing_is_done_without_a_choice_an_answer_or_a_tick(
    administrator: Browser, sessions: Sessions
) -> None:
    chosen = proposals(sessions)[:1]
    assert "Nobody was chosen" in administrator.post(PAGE, {"act": "refuse"}, follow_redirects=True).text
    assert administrator.post(PAGE, {"act": "refuse", "proposals": chosen, "answer": ""}).status_code == 422
    refused = administrator.post(PAGE, {"act": "erase", "proposals": chosen, "how_known": "they wrote"})
    assert (refused.status_code, "Tick that you are sure" in refused.text) == (422, True)
    assert f'value="{chosen[0]}" form="selection" data-key="x" checked' in refused.text
    assert states(sessions) == {RequestState.OPEN: PROPOSED}
    assert count(sessions, AskedWork) == 0


def test_erasing_together_proves_each_and_leaves_who_may_not_go_now(
    app: Flask, administrator: Browser, people: list[int], sessions: Sessions
) -> None:
    chosen = proposals(sessions)[:22]
    asks_to_see = NewRequest(
        kind=RequestKind.ACCESS, came_by=CameBy.MAIL, candidate_id=people[HELD], received_on=current_time().date()
    )  # fmt: skip
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
        receive_requests(session, [asks_to_see], now=current_time())
    form = {"proposals": chosen, "act": "erase", "how_known": "each wrote to the other system", "sure": "yes"}
    done = administrator.post(PAGE, form, follow_redirects=True).text
    assert "22 people are being erased" in done
    workplace = open_workplace(app.extensions[EXTENSION].settings, app.extensions[EXTENSION].engine)
    workplace.tenure.renew(current_time())
    shift = workplace.shift()
    assert isinstance(shift, Shift)
    assert work_through(shift, "erasures") == 2
    assert count(sessions, Candidate) == HELD + PROPOSED - 21
    with sessions.reading() as session:
        answered = list(
            session.scalars(select(DataRequest).where(DataRequest.state == RequestState.ANSWERED))
        )
        waiting = session.scalars(
            select(DataRequest).where(
                DataRequest.candidate_id == people[HELD], DataRequest.kind == RequestKind.ERASURE
            )
        ).one()
    assert len(answered) == 21
    assert all(one.proof and one.proof["found"] == {} for one in answered)
    assert (waiting.state, waiting.erasure_asked_at) == (RequestState.OPEN, None)


def test_the_table_names_all_of_them_and_the_trail_says_so(
    administrator: Browser, people: list[int], sessions: Sessions
) -> None:
    rows = list(csv.DictReader(io.StringIO(administrator.get(f"{PAGE}.csv").text.lstrip("\ufeff"))))
    assert len(rows) == len(people)
    assert {row["State"] for row in rows} == {"proposed", "waits for a yes"}
    assert f"deleted in ats (there: c{people[0]})" in {row["What the other system says"] for row in rows}
    with sessions.reading() as session:
        assert "proposals_exported" in set(session.scalars(select(AuditEvent.action)))


def test_a_recruiter_decides_about_none_of_it(signed_in: SignIn, people: list[int]) -> None:
    recruiter = signed_in()
    assert recruiter.get(PAGE).status_code == 403
    assert (
        recruiter.post(f"{PAGE}/question", {"source": "ats", "people": HELD, "act": "ask"}).status_code == 403
    )
    assert "Deleted elsewhere" not in recruiter.get("/requests").text
