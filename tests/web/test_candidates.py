"""One candidate and the pool: what is shown, what may be done, and how it is taken back."""

import csv
import io
import re
from datetime import date
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from talentpool.accounts.models import AccountKind, AuditEvent
from talentpool.candidates.models import Candidate, Fact, FactKind, Note, Promise
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.sheets import safe_cell
from talentpool.web.desk import EXTENSION
from tests.builders import make_application, make_candidate, make_resume
from tests.web.pool_of_people import ADVERT, add_people, counted_queries, fill_pool

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def people(sessions: Sessions) -> dict[str, int]:
    """Ids of the people in the pool, by name."""
    return fill_pool(sessions)


@pytest.fixture
def desk(people, signed_in):
    """A recruiter's browser on a pool with people in it."""
    return signed_in(AccountKind.RECRUITER)


@pytest.fixture
def ana(people: dict[str, int]) -> str:
    """The address of Ana's page."""
    return f"/candidates/{people['Ana Ruiz']}"


def page(answer) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_page_tells_the_whole_story(desk, ana: str, sessions: Sessions) -> None:
    text = plain(page(desk.get(ana)))
    assert "Final round, rejected: Stronger candidate hired" in text
    assert "write when a platform role opens" in text
    assert "OK to contact: consent until" in text
    assert "calm" in text
    with sessions.reading() as session:
        assert "candidate_viewed" in set(session.scalars(select(AuditEvent.action)))


def test_the_words_of_a_chosen_role_are_marked_in_the_resume(desk, ana: str) -> None:
    role = desk.post("/roles/new", {"title": "Platform engineer", "text": ADVERT}).location
    text = page(desk.get(f"{ana}?role={role.rsplit('/', 1)[1]}"))
    assert "<mark>Kubernetes</mark>" in text
    assert "<mark>Terraform</mark>" in text
    assert "rank 1" in plain(text)


def test_a_role_the_viewer_may_not_see_marks_nothing(desk, ana: str, signed_in) -> None:
    fields = {"title": "Secret", "text": ADVERT, "is_confidential": "yes"}
    role = desk.post("/roles/new", fields).location
    text = page(signed_in(AccountKind.RECRUITER).get(f"{ana}?role={role.rsplit('/', 1)[1]}"))
    assert "<mark>" not in text


def test_a_note_is_added_and_taken_back(desk, ana: str, sessions: Sessions) -> None:
    text = page(desk.get(desk.post(f"{ana}/notes", {"note": "Prefers mail.\nMoves in May."}).location))
    assert "Prefers mail." in text
    undo = re.search(r'action="(/notes/\d+/remove)"', text)
    assert undo is not None
    desk.post(undo.group(1))
    with sessions.reading() as session:
        assert session.scalars(select(Note)).first() is None


def test_nobody_takes_back_anothers_note(desk, ana: str, signed_in) -> None:
    text = page(desk.get(desk.post(f"{ana}/notes", {"note": "Prefers mail."}).location))
    undo = re.search(r'action="(/notes/\d+/remove)"', text)
    assert undo is not None
    assert signed_in(AccountKind.RECRUITER).post(undo.group(1)).status_code == 403


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("notes", {"note": " "}, "Enter a note."),
        ("promises", {"promise": ""}, "Enter what is promised."),
        ("promises", {"promise": "write", "due_on": "31/02/2027"}, "no day we can read"),
        ("promises", {"promise": "write", "due_on": "2001-01-01"}, "This day has passed"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field(
    desk, ana: str, sessions: Sessions, path: str, fields: dict[str, str], sentence: str
) -> None:
    refused = desk.post(f"{ana}/{path}", fields)
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).count(sentence) == 2, "in the summary and at the field"
    with sessions.reading() as session:
        assert session.scalars(select(Note)).first() is None
        assert len(session.scalars(select(Promise)).all()) == 1


def test_a_promise_is_made_kept_and_opened_again(desk, ana: str, sessions: Sessions) -> None:
    with sessions.reading() as session:
        promise_id = session.scalars(select(Promise.id)).one()
    kept = desk.post(f"/promises/{promise_id}/keep")
    assert "The promise is kept." in page(desk.get(kept.location))
    desk.post(f"/promises/{promise_id}/reopen", {"back": ana})
    made = desk.post(f"{ana}/promises", {"promise": "call in spring", "due_on": "2099-03-01"})
    assert made.location == ana
    assert "call in spring" in page(desk.get("/promises"))
    assert "write when a platform role opens" in page(desk.get("/promises?whose=all"))


def test_do_not_contact_is_recorded_and_taken_back(desk, ana: str) -> None:
    text = page(desk.get(desk.post(f"{ana}/do-not-contact").location))
    assert "Asked not to be contacted" in text
    text = page(desk.get(desk.post(f"{ana}/contact-again").location))
    assert "Asked not to be contacted" not in text


def test_where_to_go_back_to_is_never_another_site(desk, ana: str) -> None:
    done = desk.post(f"{ana}/do-not-contact", {"back": "https://example.com/"})
    assert done.location == "/"


def test_what_candidates_wrote_is_shown_and_never_run(desk, sessions: Sessions) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    with sessions.writing.begin() as session:
        person = make_candidate(session, f"Eve {evil}", resume=f"Kubernetes {evil}", headline=evil)
        make_application(session, person, interviewer_words=evil, role_title=evil)
    for address in (f"/candidates/{person.id}", "/candidates?q=eve"):
        text = page(desk.get(address))
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_link_that_is_no_web_address_is_not_linked(desk, people, ana: str, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Candidate, people["Ana Ruiz"]).external_url = "javascript:alert(1)"
    assert "javascript:" not in page(desk.get(ana))


def test_restricted_people_are_not_there_for_others(desk, people, ana: str, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.get_one(Candidate, people["Ana Ruiz"]).is_restricted = True
    assert desk.get(ana).status_code == 404
    assert desk.post(f"{ana}/notes", {"note": "x"}).status_code == 404
    assert desk.post(f"{ana}/do-not-contact").status_code == 404
    assert "Ana Ruiz" not in page(desk.get("/candidates"))
    assert "Ana Ruiz" not in page(desk.get("/promises?whose=all"))
    assert "Ana Ruiz" not in desk.get("/candidates.csv").get_data(as_text=True)


def test_hiring_managers_do_not_get_into_the_pool(signed_in, ana: str) -> None:
    manager = signed_in(AccountKind.HIRING_MANAGER)
    for address in (ana, "/candidates", "/candidates.csv", "/promises", "/imports"):
        assert manager.get(address).status_code == 403
    assert "past candidates" not in page(manager.get("/"))


def test_an_agency_whose_fee_is_still_protected_is_said_at_the_top(
    desk, people, ana: str, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        person = session.get_one(Candidate, people["Ana Ruiz"])
        person.introduced_by, person.fee_until = "Northwind Recruiting", current_time().date()
    text = page(desk.get(ana))
    assert "Agency fee until" in text and "Northwind Recruiting" in text
    with sessions.writing.begin() as session:
        session.get_one(Candidate, people["Ana Ruiz"]).fee_until = date(2020, 3, 1)
    text = page(desk.get(ana))
    assert "Agency fee until" not in text and "1 Mar 2020" in text


def test_what_was_asked_is_said_with_its_date(desk, people, ana: str, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        session.add(
            Fact(
                candidate_id=people["Ana Ruiz"],
                kind=FactKind.PAY_EXPECTATION,
                said="62,000 EUR",
                stated_on=current_time().date(),
                created_at=current_time(),
            )
        )
    assert "Expects 62,000 EUR" in plain(page(desk.get(ana)))


def test_the_pool_is_searched_by_name_and_by_words_of_resumes(desk) -> None:
    assert "1 person matches" in plain(page(desk.get("/candidates?q=prometheus")))
    text = page(desk.get("/candidates?q=ANA+k8s"))
    assert "Ana Ruiz" in text
    assert "Bo Chen" not in text
    assert "Nobody matches all of this" in page(desk.get("/candidates?q=zzzz"))


@pytest.mark.parametrize(
    "asked", ["stage=chief", "page=-3", "page=999999", "resume=x&lacking=y", "q='%25--", "order=x&show=y"]
)
def test_an_address_with_nonsense_still_gives_a_page(desk, asked: str) -> None:
    page(desk.get(f"/candidates?{asked}"))


def test_the_pool_goes_out_as_a_table_that_runs_nothing(desk, sessions: Sessions) -> None:
    with sessions.writing.begin() as session:
        make_candidate(session, "=1+1 Eve")
    rows = list(csv.reader(io.StringIO(desk.get("/candidates.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0][:2] == ["Candidate ID", "Name"]
    assert {"Ana Ruiz", "'=1+1 Eve"} <= {row[1] for row in rows}
    with sessions.reading() as session:
        exported = session.scalars(select(AuditEvent).where(AuditEvent.action == "pool_exported")).one()
        assert exported.details == {"people": 7}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_whole_records_go_out_for_whom_was_asked_and_the_trail_says_so(
    desk, ana: str, sessions: Sessions, ending: str
) -> None:
    for address, wanted in ((f"/candidates/export.{ending}?q=Kubernetes", 1), (f"{ana}/export.{ending}", 1)):
        answer = desk.get(address)
        assert answer.status_code == 200
        assert f".{ending}" in answer.headers["Content-Disposition"]
        told = answer.data if ending == "csv" else ZipFile(io.BytesIO(answer.data)).read(SHEET)
        answer.close()
        assert "Ana Ruiz" in told.decode()
        with sessions.reading() as session:
            asked = select(AuditEvent).where(AuditEvent.action == "pool_exported")
            newest = session.scalars(asked.order_by(AuditEvent.id.desc())).first()
            assert newest is not None
            assert newest.details["people"] >= wanted


def test_nobody_unknown_is_exported(desk) -> None:
    assert desk.get("/candidates/999999/export.csv").status_code == 404
    assert desk.get("/candidates/export.pdf").status_code == 404


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\0"])
def test_a_cell_that_starts_like_a_formula_is_quoted(start: str) -> None:
    assert safe_cell(f"{start}x") == f"'{start}x"
    assert safe_cell("Ana") == "Ana"


def test_a_candidate_page_costs_the_same_number_of_queries_whatever_the_history(
    app, desk, people, ana: str, sessions: Sessions
) -> None:
    engine, counts = app.extensions[EXTENSION].engine, []
    for more in (1, 20):
        with sessions.writing.begin() as session:
            person = session.get_one(Candidate, people["Ana Ruiz"])
            for place in range(more):
                make_application(session, person, role_title=f"Role {more} {place}", applied_on=None)
                make_resume(session, person, f"Kubernetes {more} {place}")
        add_people(sessions, more)
        page(desk.get(ana))
        with counted_queries(engine) as count:
            page(desk.get(ana))
            counts.append(count())
    assert counts[0] == counts[1] <= 40
