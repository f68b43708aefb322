"""The match history of a role: who came, moved and left since an earlier run, and why."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.rediscovery.models import MatchRun
from talentpool.rediscovery.thinning import thin_out
from talentpool.web.desk import EXTENSION
from tests.builders import make_application, make_candidate, make_office
from tests.web.pool_of_people import ADVERT, add_people, counted_queries, fill_pool


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    return fill_pool(sessions)


@pytest.fixture
def desk(people, signed_in):
    return signed_in(AccountKind.RECRUITER)


@pytest.fixture
def role(desk) -> str:
    return desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location


def shown(answer) -> str:
    """Give what a reader sees of a page, in one line."""
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def rematch(desk, role: str) -> None:
    assert desk.post(f"{role}/rematch").status_code in (302, 303)


def test_the_first_matching_has_nothing_to_be_compared_with(desk, role: str) -> None:
    assert "Since the list" not in shown(desk.get(f"{role}/history"))


def test_a_matching_that_changed_nothing_says_so(desk, role: str) -> None:
    rematch(desk, role)
    assert "nobody near the top moved" in shown(desk.get(f"{role}/history"))


def test_who_came_and_who_left_stand_there_with_the_reason(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    desk.post(f"{role}/matches/{people['Dana Levy']}/dismiss", {"reason": "skills", "scope": "this_role"})
    now = current_time()
    with sessions.writing.begin() as session:
        make_candidate(session, "Gil Kamara", resume="Platform engineer, Kubernetes, Terraform.", now=now)
        session.delete(session.get_one(Candidate, people["Chidi Okafor"]))
        record_changes(session, [people["Chidi Okafor"]], now=now)
    rematch(desk, role)
    text = shown(desk.get(f"{role}/history"))
    assert "New 1 Up 0 Down 0 Gone 2" in text
    assert re.search(r"Gil Kamara came into the pool place \d", text)
    gone = shown(desk.get(f"{role}/history?show=gone"))
    assert "Dana Levy left out now: dismissed for this role was 4" in gone
    assert "Somebody no longer on file erased or no longer in the pool" in gone


def test_somebody_whose_resume_was_renewed_is_up_for_that(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    add_people(sessions, 12)
    rematch(desk, role)
    now = current_time()
    with sessions.writing.begin() as session:
        dana = session.get_one(Candidate, people["Dana Levy"])
        dana.summary = "Platform engineer. Kubernetes in production, Terraform, Kafka for forty teams."
        record_changes(session, [dana.id], now=now)
    rematch(desk, role)
    assert re.search(
        r"Dana Levy resume or history changed since \d+ → \d", shown(desk.get(f"{role}/history?show=up"))
    )


def test_an_earlier_run_can_be_chosen_and_a_strange_one_is_not_found(
    desk, role: str, sessions: Sessions
) -> None:
    add_people(sessions, 1)
    rematch(desk, role)
    add_people(sessions, 2)
    rematch(desk, role)
    with sessions.reading() as session:
        first, _second, last = session.scalars(select(MatchRun.id).order_by(MatchRun.id))
    assert "New 2" in shown(desk.get(f"{role}/history"))
    assert "New 3" in shown(desk.get(f"{role}/history?since={first}"))
    for strange in (last, last + 1):
        assert desk.get(f"{role}/history?since={strange}").status_code == 404


def test_a_restricted_person_is_in_no_number_and_under_no_name(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        make_candidate(session, "Hidden Chief", resume="Kubernetes.", now=now, is_restricted=True)
    rematch(desk, role)
    text = shown(desk.get(f"{role}/history?show=new"))
    assert "nobody near the top moved" in text
    assert "Hidden Chief" not in text


def test_people_past_retention_are_counted_and_named_to_an_administrator_only(
    desk, role: str, people: dict[str, int], sessions: Sessions, signed_in
) -> None:
    now = current_time()
    with sessions.writing.begin() as session:
        eva = make_candidate(session, "Eva Long", resume="Kubernetes.", now=now)
        make_application(
            session, eva, now=now, applied_on=date(2019, 1, 1), ended_on=now.date() - timedelta(days=400)
        )
    rematch(desk, role)
    with sessions.writing.begin() as session:
        make_office(session, retention_policy="DE")
    rematch(desk, role)
    text = shown(desk.get(f"{role}/history?show=gone"))
    assert "Somebody past the retention you chose left out now: kept longer" in text
    assert "Eva Long" not in text
    assert "Eva Long" in shown(signed_in(AccountKind.ADMINISTRATOR).get(f"{role}/history?show=gone"))


def test_many_people_are_given_page_by_page_in_a_fixed_number_of_queries(
    app, desk, role: str, sessions: Sessions
) -> None:
    engine, counts = app.extensions[EXTENSION].engine, []
    for more in (2, 40):
        add_people(sessions, more)
        rematch(desk, role)
        with counted_queries(engine) as sent:
            text = shown(desk.get(f"{role}/history"))
        counts.append(sent())
        assert f"New {more}" in text
    assert counts[0] == counts[1]
    assert "1–25 of 40 people" in text  # noqa: RUF001 - as the page writes it
    assert "26–40 of 40 people" in shown(desk.get(f"{role}/history?page=2"))  # noqa: RUF001


def test_a_list_that_was_thinned_out_keeps_its_numbers_and_is_not_compared_with(
    desk, role: str, people: dict[str, int], sessions: Sessions
) -> None:
    for _ in range(2):
        add_people(sessions, 1)
        rematch(desk, role)
    later = current_time() + timedelta(days=30)
    with sessions.writing.begin() as session:
        ids = session.scalars(select(MatchRun.id).order_by(MatchRun.id)).all()
        assert thin_out(session, int(role.rpartition("/")[2]), before=later, now=later) == 1
    page = desk.get(f"{role}/history").get_data(as_text=True)
    assert page.count("thinned out") == 1
    assert f"since={ids[0]}" in page
    assert f"since={ids[1]}" not in page
    assert desk.get(f"{role}/history?since={ids[1]}").status_code == 404
