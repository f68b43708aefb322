"""The page of possible duplicates: pairs, side by side, merged, kept apart, taken back, and who may see them."""

from html import unescape

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.candidates.duplicate_scan import scan_pool
from talentpool.candidates.models import Application, Candidate, Merge
from talentpool.clock import current_time
from talentpool.database import Sessions
from tests.builders import make_application, make_candidate
from tests.web.pool_of_people import ADVERT, fill_pool


@pytest.fixture
def pair(sessions: Sessions) -> tuple[int, int]:
    """One person who is in twice, found by a scan."""
    fill_pool(sessions)
    now = current_time()
    with sessions.writing.begin() as session:
        one = make_candidate(session, "Robert Smith", emails=["bob@example.org"], city="York", now=now)
        other = make_candidate(session, "Bob Smith", emails=["bob@example.org"], city="Leeds", now=now)
        make_application(session, other, role_title="Head of platforms", now=now)
    scan_pool(sessions.writing.begin, now=current_time)
    return one.id, other.id


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unescape(answer.get_data(as_text=True))


def test_home_counts_the_pairs_and_leads_to_them(signed_in, pair) -> None:
    home = page(signed_in().get("/"))
    assert 'href="/candidates/duplicates"><b class="">1</b> possible duplicate' in home


def test_a_pair_is_shown_with_what_agrees_and_what_differs(signed_in, pair) -> None:
    shown = page(signed_in().get("/candidates/duplicates"))
    assert "Robert Smith" in shown
    assert "certain by rule" in shown
    assert "same e-mail" in shown
    assert "different city" in shown


def test_two_are_merged_as_chosen_and_taken_apart_again(signed_in, pair, sessions: Sessions) -> None:
    browser, (one, other) = signed_in(), pair
    side_by_side = page(browser.get(f"/candidates/{one}/merge?with={other}"))
    assert "Head of platforms" in side_by_side
    done = browser.post(
        f"/candidates/{one}/merge", {"other": other, "address": "other"}, follow_redirects=True
    )
    assert "Bob Smith and Robert Smith are one now." in page(done)
    assert "Merged with Bob Smith" in page(browser.get(f"/candidates/{one}"))
    assert browser.get(f"/candidates/{other}").status_code == 404
    with sessions.reading() as session:
        assert session.get_one(Candidate, one).city == "Leeds"
        merge_id = session.scalars(select(Merge.id)).one()
    undone = page(browser.post(f"/merges/{merge_id}/undo", follow_redirects=True))
    assert "two people again" in undone
    with sessions.reading() as session:
        assert session.get_one(Candidate, one).city == "York"
        application = session.scalars(
            select(Application).where(Application.role_title == "Head of platforms")
        )
        assert application.one().candidate_id == other


def test_who_comes_second_is_told(signed_in, pair) -> None:
    one, other = pair
    assert signed_in().post(f"/candidates/{one}/merge", {"other": other}).status_code == 303
    assert signed_in().post(f"/candidates/{other}/merge", {"other": one}).status_code in (404, 409)


def test_kept_apart_a_pair_stands_in_its_own_list_and_comes_back(signed_in, pair) -> None:
    browser, (one, other) = signed_in(), pair
    browser.post("/candidates/duplicates/apart", {"one": one, "other": other})
    assert "Nobody seems to be in twice" in page(browser.get("/candidates/duplicates"))
    assert "Compare again" in page(browser.get("/candidates/duplicates?show=apart"))
    assert browser.post(f"/candidates/{one}/merge", {"other": other}).status_code == 409
    browser.post("/candidates/duplicates/1/compare-again")
    assert "certain by rule" in page(browser.get("/candidates/duplicates"))


def test_all_certain_pairs_are_merged_with_one_click(signed_in, pair, sessions: Sessions) -> None:
    browser = signed_in()
    assert "1 pair is one now" in page(
        browser.post("/candidates/duplicates/merge-certain", follow_redirects=True)
    )
    with sessions.reading() as session:
        assert session.get(Candidate, pair[1]) is None


def test_the_other_record_is_found_by_name(signed_in, pair) -> None:
    browser, (one, other) = signed_in(), pair
    chosen = page(browser.get(f"/candidates/{one}/merge?q=dana"))
    assert "Dana Levy" in chosen
    assert f"/candidates/{one}/merge?with={other}" in chosen


def test_the_pairs_go_out_as_a_table(signed_in, pair) -> None:
    table = signed_in().get("/candidates/duplicates.csv").get_data(as_text=True).splitlines()
    assert len(table) == 2
    assert "Robert Smith" in table[1]


def test_a_pair_with_somebody_restricted_is_there_for_few(signed_in, pair, sessions: Sessions) -> None:
    one, other = pair
    with sessions.writing.begin() as session:
        session.get_one(Candidate, other).is_restricted = True
    browser = signed_in()
    assert "Nobody seems to be in twice" in page(browser.get("/candidates/duplicates"))
    assert len(browser.get("/candidates/duplicates.csv").get_data(as_text=True).splitlines()) == 1
    assert browser.get(f"/candidates/{one}/merge?with={other}").status_code == 404
    assert browser.post(f"/candidates/{one}/merge", {"other": other}).status_code == 404
    assert browser.post("/candidates/duplicates/1/compare-again").status_code == 404
    assert "certain by rule" in page(signed_in(AccountKind.ADMINISTRATOR).get("/candidates/duplicates"))


def test_hiring_managers_see_no_pairs(signed_in, pair) -> None:
    manager = signed_in(AccountKind.HIRING_MANAGER)
    assert manager.get("/candidates/duplicates").status_code == 403
    assert manager.post(f"/candidates/{pair[0]}/merge", {"other": pair[1]}).status_code == 403


def test_a_role_goes_on_after_somebody_in_its_list_was_merged(signed_in, sessions: Sessions) -> None:
    people, browser = fill_pool(sessions), signed_in()
    role = browser.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    ana, bo = people["Ana Ruiz"], people["Bo Chen"]
    browser.post(f"{role}/matches/{bo}/shortlist")
    assert browser.post(f"/candidates/{ana}/merge", {"other": bo}).status_code == 303
    for path in ("", "/shortlist", "/excluded", "/history", f"?open={ana}", f"?open={bo}"):
        assert "Bo Chen" not in page(browser.get(role + path)).replace("Bo Chen and Ana Ruiz are one now", "")
    assert "Ana Ruiz" in page(browser.get(f"{role}/shortlist"))
    assert f"candidates/{ana}" in page(browser.get(role))
