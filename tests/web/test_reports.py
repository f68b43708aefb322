"""The reports as pages: charts with tables and CSV, filters, empty states, and reasons mended with an undo."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind
from talentpool.accounts.policies import install_policies
from talentpool.candidates.models import Application, RejectionReason
from talentpool.candidates.reasons import install_reasons
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.settings import config_folder
from talentpool.web.desk import EXTENSION
from tests.builders import make_application, make_candidate
from tests.web.pool_of_people import ADVERT, counted_queries, fill_pool

PAGES = ("/reports", "/reports/pool", "/reports/promises", "/reports/reasons")


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    text = str(answer.get_data(as_text=True))
    assert len(text) < 200_000
    return text


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """A small pool, with recent endings that lack a telling reason."""
    found = fill_pool(sessions)
    now = current_time()
    recently = now.date() - timedelta(days=10)
    with sessions.writing.begin() as session:
        install_reasons(session, config_folder())
        for place, words in enumerate(["hiring freeze", "headcount frozen", "n/a"]):
            one = make_candidate(session, f"Kim {place}", now=now)
            make_application(session, one, ended_on=recently, reason_text=words, now=now)
        skill = session.scalars(select(RejectionReason.id).where(RejectionReason.code == "lacks_skill")).one()
        lee = make_candidate(session, "Lee Known", now=now)
        make_application(session, lee, ended_on=recently, reason_id=skill, now=now)
    return found


def reason_of(sessions: Sessions, name: str) -> str | None:
    with sessions.reading() as session:
        wanted = select(RejectionReason.code).join(Application, Application.reason_id == RejectionReason.id)
        return session.scalar(wanted.where(Application.candidate.has(full_name=name)))


def test_an_empty_installation_says_in_each_report_what_to_do(signed_in, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        install_policies(session, config_folder(), now=current_time())
    desk = signed_in(AccountKind.RECRUITER)
    for address in (*PAGES, "/reports/reasons/fill", "/reports/reasons/check"):
        text = page(desk.get(address))
        assert 'class="empty"' in text, address
        assert '<svg class="chart"' not in text
    assert "Nothing in this choice" in page(desk.get("/reports?role=4"))


def test_each_chart_stands_beside_its_table_and_leaves_as_csv(signed_in, people: dict[str, int]) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    ana = people["Ana Ruiz"]
    desk.get(f"{role}/matches/{ana}")
    desk.post(f"{role}/matches/{ana}/shortlist")
    for address in PAGES:
        text = page(desk.get(address))
        charts, tables = text.count('<svg class="chart"'), text.count("<table")
        assert charts + text.count('class="grid heat"') >= 2, address
        assert charts <= tables
        assert 'aria-current="page">Reports' in text or 'aria-current="true">Reports' in text
        for link in set(re.findall(r'href="(/reports/[^"]+\.csv[^"]*)"', text)):
            answer = desk.get(link)
            assert answer.mimetype == "text/csv"
            rows = list(csv.reader(StringIO(answer.get_data(as_text=True))))
            assert len({len(row) for row in rows}) == 1
    rows = dict(row[:2] for row in csv.reader(StringIO(desk.get("/reports/rediscovery/funnel.csv").text)))
    assert (rows["Surfaced"], rows["Viewed"], rows["Shortlisted"], rows["Contacted"]) == ("8", "1", "1", "0")
    assert desk.get("/reports/rediscovery/secrets.csv").status_code == 404
    assert desk.get("/reports/nothing/funnel.csv").status_code == 404


def test_how_a_match_went_on_is_said_on_the_candidate_and_beside_the_list(
    signed_in, people: dict[str, int]
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    ana = people["Ana Ruiz"]
    assert "rediscovered" not in page(desk.get(f"/candidates/{ana}"))
    desk.post(f"{role}/matches/{ana}/shortlist")
    told = page(desk.get(f"/candidates/{ana}"))
    assert "Found again for" in told
    assert re.search(r"rank \d on .* · shortlisted .* by ", told)
    assert "From this list: rank" in page(desk.get(f"{role}?open={ana}"))


def test_filters_are_kept_from_page_to_page_and_odd_ones_ignored(signed_in, people: dict[str, int]) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    text = page(desk.get(f"/reports/pool?months=6&recruiter={desk.recruiter.id}"))
    assert f"/reports/reasons?months=6&amp;recruiter={desk.recruiter.id}" in text
    for odd in ("months=999", "months=x", "office=0", "role=99999999999999999999", "recruiter=-1"):
        page(desk.get(f"/reports/pool?{odd}"))


def test_a_hiring_manager_gets_no_reports(signed_in, people: dict[str, int]) -> None:
    desk = signed_in(AccountKind.HIRING_MANAGER)
    for address in (*PAGES, "/reports/pool/growth.csv", "/reports/reasons/fill"):
        assert desk.get(address).status_code == 403


def test_a_group_of_reasons_is_accepted_and_taken_back(
    signed_in, sessions: Sessions, people: dict[str, int]
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    text = page(desk.get("/reports/reasons/fill"))
    assert "Headcount or budget was frozen" in text
    assert "hiring freeze" in text
    [group] = re.findall(r'name="group" value="([^"]+)"', text)
    endings = re.findall(r'name="ending" value="(\d+)"', text)
    assert len(endings) == 2
    chosen = {"group": group, "reason": "headcount_frozen", "ending": endings}
    assert desk.post("/reports/reasons/fill", chosen).status_code == 303
    assert reason_of(sessions, "Kim 0") == "headcount_frozen"
    after = page(desk.get("/reports/reasons/fill"))
    assert "2 endings now say why." in after
    assert "The history is silent" in after
    [undo] = re.findall(r'action="(/reports/reasons/undo/\d+)"', after)
    desk.post(undo)
    assert reason_of(sessions, "Kim 0") is None
    assert desk.post(undo).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"group": "rejection.nothing.source"}, "Nothing is proposed there any more"),
        ({"reason": "bad_hair"}, "There is no reason"),
        ({"reason": "counter_offer"}, "Choose a reason of the same kind"),
        ({"ending": []}, "Tick at least one ending"),
    ],
)
def test_a_group_that_cannot_be_filled_says_why(
    signed_in, people: dict[str, int], change, words: str
) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    text = page(desk.get("/reports/reasons/fill"))
    sent = {
        "group": re.findall(r'name="group" value="([^"]+)"', text)[0],
        "reason": "headcount_frozen",
        "ending": re.findall(r'name="ending" value="(\d+)"', text),
    }
    answer = desk.post("/reports/reasons/fill", {**sent, **change})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_the_label_check_confirms_and_corrects(signed_in, sessions: Sessions, people: dict[str, int]) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    text = page(desk.get("/reports/reasons/check"))
    [address] = set(re.findall(r'action="(/reports/reasons/check/\d+)"', text))
    desk.post(address, {"reason": "location"})
    assert reason_of(sessions, "Lee Known") == "location"
    after = page(desk.get("/reports/reasons/check"))
    assert "0 of 1 confirmed" in after
    [undo] = re.findall(r'action="(/reports/reasons/undo/\d+)"', after)
    desk.post(undo)
    assert reason_of(sessions, "Lee Known") == "lacks_skill"
    desk.post(address, {"reason": "lacks_skill"})
    assert "1 of 1 confirmed" in page(desk.get("/reports/reasons/check"))
    assert desk.post("/reports/reasons/check/987654", {"reason": "location"}).status_code == 404


def test_a_report_asks_a_fixed_number_of_queries(signed_in, app, people: dict[str, int]) -> None:
    desk = signed_in(AccountKind.RECRUITER)
    for title in ("Platform engineer", "Engineer", "Nurse"):
        desk.post("/roles/new", {"title": title, "text": ADVERT})
    engine = app.extensions[EXTENSION].engine
    for address, most in zip(PAGES, (10, 13, 6, 9), strict=True):
        with counted_queries(engine) as count:
            page(desk.get(address))
        assert count() <= most, f"{address} asked {count()} queries"
