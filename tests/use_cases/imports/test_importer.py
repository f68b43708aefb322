"""History comes in whole, each person once, and a second time nothing changes."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.policies import install_policies
from talentpool.candidates.contact_states import contact_states
from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateChange,
    Contact,
    Disposition,
    Fact,
    Note,
    Promise,
    Resume,
    Stage,
)
from talentpool.consent.models import LawfulBasis, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppress, suppression_key
from talentpool.database import Base, Sessions
from talentpool.errors import ConflictError, InvalidInputError
from talentpool.imports.mapping_file import make_mapping
from talentpool.imports.models import Import, ImportProblem, ImportState
from talentpool.roles.models import Role, RoleState
from talentpool.sample_pool.generate import sample_rows
from talentpool.sheets import write_table
from tests.use_cases.imports.conftest import SECRET, BringIn

Count = Callable[[type[Base]], int]
EVERYTHING = (
    Candidate,
    Application,
    Resume,
    Fact,
    Contact,
    Note,
    Promise,
    LawfulBasis,
    Role,
    CandidateChange,
)

HISTORY = """\
Candidate ID,First Name,Last Name,Email,Phone,City,Country,Job,Requisition,Applied on,Stage,Disposition,Rejection reason,Reason note,Rejected on,Rating,Promise,Promise due,Do not contact,Consent given on,Consent until,Last contacted,Resume text,Desired salary,Languages,Work permit
1,Ana,Ruiz,ana@example.org; ruiz@example.com,+34 612 345 678,Madrid,Spain,Platform engineer,R-1,2024-02-01,Final round,Rejected,Stronger candidate hired,close,2024-03-01,4,Write when a platform role opens,2026-12-01,,2024-02-01,2028-02-01,2026-11-01,Kubernetes and Go,65.000 €,German C1; Spanish (native),Germany: yes
1,Ana,Ruiz,ana@example.org,,Madrid,Spain,Site reliability engineer,R-2,2022-05-01,Phone screen,Role closed,Position closed,,2022-06-01,3,,,,,,,Kubernetes and Go,,,
2,Ben,Weiß,,030 901820,Berlin,Deutschland,Nurse,,2025-01-01,Interview,Withdrawn,Accepted another offer,,,5,,,yes,,,,Nurse on an ICU,,,
"""


@pytest.fixture
def people(sessions: Sessions) -> Callable[[], dict[str, Candidate]]:
    """Load everybody with their records, by name."""

    def call() -> dict[str, Candidate]:
        with sessions.reading() as session:
            wanted = select(Candidate).options(
                selectinload(Candidate.emails),
                selectinload(Candidate.phones),
                selectinload(Candidate.applications).selectinload(Application.reason),
                selectinload(Candidate.resumes),
                selectinload(Candidate.facts),
                selectinload(Candidate.contacts),
                selectinload(Candidate.promises),
            )
            return {person.full_name: person for person in session.scalars(wanted)}

    return call


People = Callable[[], dict[str, Candidate]]


def test_everything_a_row_says_arrives(bring_in: BringIn, people: People) -> None:
    report = bring_in(HISTORY, source="ats")
    assert (report.rows, report.created, report.updated, report.cells_to_fix) == (3, 2, 1, 0)
    ana = people()["Ana Ruiz"]
    assert [email.address for email in ana.emails] == ["ana@example.org", "ruiz@example.com"]
    assert (ana.phones[0].number_key, ana.city, ana.country) == ("+34612345678", "Madrid", "ES")
    assert (ana.source, ana.external_id) == ("ats", "1")
    latest, first = ana.applications
    assert (latest.stage, latest.disposition, latest.rating) == (
        Stage.FINAL_ROUND,
        Disposition.REJECTED,
        0.75,
    )
    assert latest.reason is not None
    assert (latest.reason.code, latest.reason_text) == (
        "stronger_candidate_hired",
        "Stronger candidate hired: close",
    )
    assert latest.reason_holds_until == date(2024, 4, 1)
    assert (first.stage, first.disposition, first.applied_on) == (
        Stage.SCREENED,
        Disposition.ROLE_CLOSED,
        date(2022, 5, 1),
    )
    assert [resume.visible_text for resume in ana.resumes] == ["Kubernetes and Go"]
    assert {fact.said: fact.value for fact in ana.facts} == {
        "65.000 €": {"amount": 65000, "currency": "EUR", "period": "year"},
        "German C1": {"language": "de", "level": "c1"},
        "Spanish (native)": {"language": "es", "level": "native"},
        "Germany: yes": {"country": "DE", "allowed": True},
    }
    assert [(one.at.date(), one.is_unasked) for one in ana.contacts] == [(date(2026, 11, 1), True)]
    assert [(one.words, one.due_on, one.application_id) for one in ana.promises] == [
        ("Write when a platform role opens", date(2026, 12, 1), latest.id)
    ]


INTRODUCED = (
    "Candidate ID,Name,Email,Candidate URL,Introduced by,Agency fee until\n"
    "1,Ana Ruiz,ana@example.org,https://ats.example.org/people/1,Northwind Recruiting,2027-03-01\n"
    "2,Ben Weiss,ben@example.org,,Mara Klein,31/02/2027\n"
)


def test_who_introduced_somebody_and_until_when_it_costs_a_fee_arrive(
    bring_in: BringIn, people: People
) -> None:
    report = bring_in(INTRODUCED, source="ats")
    ana, ben = people()["Ana Ruiz"], people()["Ben Weiss"]
    assert (ana.introduced_by, ana.fee_until) == ("Northwind Recruiting", date(2027, 3, 1))
    assert ana.external_url == "https://ats.example.org/people/1"
    assert (ben.introduced_by, ben.fee_until, report.cells_to_fix) == ("Mara Klein", None, 1)
    assert bring_in(INTRODUCED, source="ats").unchanged == 2


def test_past_roles_come_back_as_closed_ones(bring_in: BringIn, session: Session) -> None:
    bring_in(HISTORY)
    roles = session.scalars(select(Role).order_by(Role.id)).all()
    assert [(role.title, role.requisition_code, role.state) for role in roles] == [
        ("Platform engineer", "R-1", RoleState.CLOSED),
        ("Site reliability engineer", "R-2", RoleState.CLOSED),
        ("Nurse", None, RoleState.CLOSED),
    ]


def test_who_asked_not_to_be_contacted_is_not_and_consent_counts(
    bring_in: BringIn, people: People, session: Session, checkout: Path, now: datetime
) -> None:
    install_policies(session, checkout / "config", now=now)
    session.commit()
    bring_in(HISTORY)
    ids = {name: person.id for name, person in people().items()}
    states = contact_states(session, list(ids.values()), today=date(2027, 2, 15))
    assert states[ids["Ben Weiß"]].kind == "no"
    ana = ids["Ana Ruiz"]
    assert states[ana].kind == "ok"
    assert "rests until" in contact_states(session, [ana], today=date(2026, 12, 1))[ana].words
    assert contact_states(session, [ana], today=date(2028, 3, 15))[ana].kind != "ok", "the consent has ended"


def test_the_same_file_again_changes_nothing(bring_in: BringIn, count: Count) -> None:
    bring_in(HISTORY)
    before = [count(table) for table in EVERYTHING]
    report = bring_in(HISTORY)
    assert (report.rows, report.unchanged, report.created, report.updated) == (3, 3, 0, 0)
    assert [count(table) for table in EVERYTHING] == before


def test_a_dry_run_reports_the_same_and_writes_nothing(bring_in: BringIn, count: Count) -> None:
    rehearsed = bring_in(HISTORY, dry_run=True)
    assert [count(table) for table in (*EVERYTHING, Import)] == [0] * (len(EVERYTHING) + 1)
    done = bring_in(HISTORY)
    assert {**rehearsed.as_json(), "import_id": 0, "seconds": 0} == {
        **done.as_json(),
        "import_id": 0,
        "seconds": 0,
    }


def test_the_sample_pool_comes_in_without_a_cell_to_mend(bring_in: BringIn) -> None:
    rows = list(sample_rows(date(2026, 11, 23)))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    report = bring_in(text.getvalue(), name="sample.csv")
    assert report.rows == len(rows)
    assert report.created + report.updated == len(rows)
    assert report.cells_to_fix == 0
    assert not [column.header for column in report.columns if column.use != "taken"]
    again = bring_in(text.getvalue(), name="sample.csv")
    assert (again.unchanged, again.updated) == (len(rows), 0)


def test_a_bad_cell_never_costs_the_person(bring_in: BringIn, people: People, session: Session) -> None:
    report = bring_in(
        "Name,Email,Country,Applied on,Job,Rating\nAna Ruiz,ana(at)example.org,Atlantis,31/02/2024,Nurse,very\n,,,,,\n,,Spain,,,\n"
    )
    ana = people()["Ana Ruiz"]
    assert (ana.emails, ana.country, ana.applications[0].applied_on) == ([], None, None)
    assert (report.created, report.left_out, report.rows) == (1, 1, 2)
    problems = session.scalars(select(ImportProblem).order_by(ImportProblem.id)).all()
    listed = {(problem.line, problem.column, problem.value) for problem in problems}
    assert {(2, "Country", "Atlantis"), (2, "Applied on", "31/02/2024"), (2, "Rating", "very")} <= listed
    assert (4, None, "") in listed
    assert report.cells_to_fix == len(problems)
    assert problems[0].row["Name"] == "Ana Ruiz"
    assert all(problem.message and problem.remedy for problem in problems)


def test_a_mended_cell_is_filled_in_afterwards(bring_in: BringIn, people: People) -> None:
    bring_in("Name,Email,Country\nAna Ruiz,ana@example.org,Atlantis\n")
    report = bring_in("Name,Email,Country\nAna Ruiz,ana@example.org,Spain\n")
    assert (report.updated, people()["Ana Ruiz"].country) == (1, "ES")


def test_faults_24_dates_that_can_be_read_in_two_ways_stop_the_import_before_it_starts(
    bring_in: BringIn, count: Count
) -> None:
    text = "Name,Applied on\nAna Ruiz,01/02/2024\nBen Weiß,03/04/2024\n"
    with pytest.raises(InvalidInputError, match="'Applied on' are ambiguous.*--date-order"):
        bring_in(text)
    assert count(Candidate) == count(Import) == 0


def test_faults_24_retention_is_never_counted_from_a_guess(
    bring_in: BringIn, people: People, session: Session
) -> None:
    with pytest.raises(InvalidInputError, match="'Consent until' are ambiguous"):
        bring_in("Name,Consent until\nAna,01/02/2027\nBen,03/04/2027\n")
    report = bring_in("Name,Consent until\nAna,31/02/2027\nBen,9999-12-31\nCleo,2027-02-01\n")
    assert report.cells_to_fix == 2
    bases = session.scalars(select(LawfulBasis)).all()
    assert [(one.candidate_id, one.expires_on) for one in bases] == [(people()["Cleo"].id, date(2027, 2, 1))]


def test_one_day_above_twelve_settles_the_column(bring_in: BringIn, people: People) -> None:
    bring_in("Name,Job,Applied on\nAna Ruiz,Nurse,01/02/2024\nBen Weiß,Nurse,03/25/2024\n")
    assert people()["Ana Ruiz"].applications[0].applied_on == date(2024, 1, 2)


def test_protected_attributes_and_current_pay_are_never_stored(bring_in: BringIn, people: People) -> None:
    report = bring_in(
        "Name,Email,Gender,Date of birth,Nationality,Current salary,Shoe size\n"
        "Ana Ruiz,ana@example.org,secret-a,1987-05-03,secret-b,99999,38\n"
    )
    ana = people()["Ana Ruiz"]
    assert ana.source_data == {"Shoe size": "38"}
    assert {column.header: column.meaning for column in report.columns if column.use == "refused"} == {
        "Gender": "gender",
        "Date of birth": "birth date",
        "Nationality": "nationality",
        "Current salary": "current or past pay",
    }


@pytest.mark.parametrize("scope", [SuppressionScope.ERASED, SuppressionScope.PROCESSING])
def test_faults_26_who_was_erased_or_objected_does_not_come_back(
    scope: SuppressionScope, bring_in: BringIn, sessions: Sessions, count: Count, now: datetime
) -> None:
    with sessions.writing() as session:
        key = suppression_key(SECRET, "email", "ruiz@example.com")
        suppress(session, [key], scope=scope, source="asked us", now=now)
        session.commit()
    report = bring_in(HISTORY.replace("2024-02-01,Final", "nonsense,Final"))
    assert (report.blocked, report.created) == (1, 2)
    assert count(ImportProblem) == 0, (
        "what a row of somebody erased said must not stay in the list of problems"
    )


def test_faults_25_a_family_that_shares_a_phone_stays_a_family(bring_in: BringIn, people: People) -> None:
    report = bring_in(
        "Name,Phone\nMaria Rossi,+39 06 1234567\nMario Rossi,+39 06 1234567\nM. Rossi,+39 06 1234567\n"
    )
    assert set(people()) >= {"Maria Rossi", "Mario Rossi"}
    assert report.possible_duplicates >= 1


def test_faults_25_an_office_address_proposes_and_never_merges(bring_in: BringIn, count: Count) -> None:
    text = "Name,Email,Job\nAna Ruiz,jobs@example.org,Nurse\nAna Ruiz,jobs@example.org,Teacher\n"
    assert bring_in(text).possible_duplicates == 1
    assert bring_in(text).unchanged == 2
    assert count(Candidate) == 2


def test_faults_25_an_agency_that_shares_one_number_is_many_people_twice_as_well(
    bring_in: BringIn, count: Count
) -> None:
    names = ["Ana Ruiz", "Ben Weiß", "Cem Kaya", "Dana Novak", "A. Ruiz"]
    text = "Name,Phone\n" + "".join(f"{name},+49 30 901820\n" for name in names)
    bring_in(text)
    assert bring_in(text).unchanged == 5
    assert count(Candidate) == 5


def test_faults_25_one_person_in_two_spellings_is_one(bring_in: BringIn, people: People) -> None:
    bring_in(
        'Name,Email,Phone\nJürgen Groß,J.Gross@Example.org,\n"Gross, Juergen",j.gross@example.org,+49 30 901820\n'
    )
    assert list(people()) == ["Jürgen Groß"]
    assert [phone.number for phone in people()["Jürgen Groß"].phones] == ["+49 30 901820"]


def test_a_merged_person_is_known_by_the_id_of_either_record(
    bring_in: BringIn, count: Count, sessions: Sessions, now: datetime
) -> None:
    text = "Candidate ID,Name,City\n1,Robert Smith,York\n2,Bob Smith,Leeds\n"
    bring_in(text, source="ats")
    with sessions.writing.begin() as session:
        one, other = session.scalars(select(Candidate.id).order_by(Candidate.id))
        decision = Decision(now=now, recruiter_id=None, choices={})
        merge_candidates(session, one, other, decision, secret=SECRET)
    assert bring_in(text + "\n", source="ats").created == 0
    assert count(Candidate) == 1


def test_ids_of_two_systems_are_not_one(bring_in: BringIn, count: Count) -> None:
    bring_in("Candidate ID,Name\n7,Ana Ruiz\n", source="one")
    bring_in("Candidate ID,Name\n7,Ana Ruiz\n", source="other")
    assert count(Candidate) == 2


def test_a_second_file_of_applications_is_joined_by_id(
    bring_in: BringIn, people: People, count: Count
) -> None:
    bring_in("externalID,firstName,lastName\n7,Ana,Ruiz\n", source="ats")
    text = "candidate.externalID,jobOrder.externalID,status,dateWebResponse\n7,J-1,Interview,2024-01-13\n7,J-2,Rejected,2024-02-13\n8,J-3,Interview,2024-01-13\n"
    report = bring_in(text, source="ats")
    assert (report.updated, report.left_out, count(Candidate)) == (2, 1, 1)
    assert {(one.role_id is not None, one.stage) for one in people()["Ana Ruiz"].applications} == {
        (True, Stage.INTERVIEWED),
        (True, Stage.APPLIED),
    }
    assert bring_in(text, source="ats").unchanged == 2


def test_an_id_given_to_somebody_else_meanwhile_proposes(bring_in: BringIn, count: Count) -> None:
    bring_in("Candidate ID,Name\n7,Ana Ruiz\n", source="ats")
    report = bring_in("Candidate ID,Name\n7,Ben Weiß\n", source="ats")
    assert (count(Candidate), report.possible_duplicates) == (2, 1)
    assert bring_in("Candidate ID,Name\n7,Ben Weiß\n", source="ats").unchanged == 1


def test_people_without_any_address_come_in_and_are_known_again(bring_in: BringIn, count: Count) -> None:
    text = "Name,Job,Stage\nAna Ruiz,Nurse,Interview\nAna Ruiz,Teacher,Applied\n"
    assert bring_in(text).created == 2
    assert bring_in(text).unchanged == 2
    assert count(Candidate) == 2


def test_a_resume_alone_is_a_person(bring_in: BringIn, count: Count) -> None:
    text = "id,text\nd1,Accountant with ERP\nd2,Nurse on an ICU\n"
    assert bring_in(text).created == 2
    assert bring_in(text).unchanged == 2
    assert count(Resume) == 2


def test_an_application_moves_forward_and_never_back(bring_in: BringIn, people: People) -> None:
    text = "Name,Email,Job,Applied on,Stage,Disposition\nAna Ruiz,ana@example.org,Nurse,2026-11-01,{}\n"
    bring_in(text.format("Phone screen,"))
    assert people()["Ana Ruiz"].applications[0].disposition is None, (
        "a recent one without an ending still runs"
    )
    bring_in(text.format("Final round,Rejected"))
    bring_in(text.format("Applied,"))
    (application,) = people()["Ana Ruiz"].applications
    assert (application.stage, application.disposition) == (Stage.FINAL_ROUND, Disposition.REJECTED)


def test_an_old_application_without_an_ending_is_unknown(bring_in: BringIn, people: People) -> None:
    bring_in("Name,Job,Applied on,Stage\nAna Ruiz,Nurse,2024-11-01,Interview\n")
    assert people()["Ana Ruiz"].applications[0].disposition is Disposition.UNKNOWN


def test_only_a_newer_word_of_the_source_replaces_an_older_one(bring_in: BringIn, people: People) -> None:
    text = "Candidate ID,Name,City,Last modified\n1,Ana Ruiz,{}\n"
    bring_in(text.format("Madrid,2024-01-01"), source="ats")
    bring_in(text.format("Lisbon,2023-01-01"), source="ats")
    assert people()["Ana Ruiz"].city == "Madrid"
    bring_in(text.format("Berlin,2025-01-01"), source="ats")
    assert people()["Ana Ruiz"].city == "Berlin"


def test_faults_23_formulas_and_markup_are_stored_as_they_are(bring_in: BringIn, people: People) -> None:
    bring_in('Name,Email,Note for us\n=HYPERLINK("x"),ana@example.org,<script>alert(1)</script>\n')
    (person,) = people().values()
    assert (person.full_name, person.source_data) == (
        '=HYPERLINK("x")',
        {"Note for us": "<script>alert(1)</script>"},
    )


def test_rows_deleted_at_the_source_stay_out(bring_in: BringIn, count: Count) -> None:
    report = bring_in("Name,isDeleted\nAna Ruiz,1\nBen Weiß,0\n")
    assert (report.left_out, report.created, report.details["deleted_at_source"], report.cells_to_fix) == (
        1,
        1,
        1,
        0,
    )
    assert count(Candidate) == 1


def test_an_unknown_word_is_one_problem_however_often_it_comes(bring_in: BringIn) -> None:
    text = "Name,Job,Stage\n" + "".join(f"Person {n},Nurse,Limbo\n" for n in range(20))
    assert bring_in(text).cells_to_fix == 1
    mapping = make_mapping({"stage": {"Limbo": "interviewed"}})
    assert bring_in(text, mapping=mapping).cells_to_fix == 0


def test_a_chunk_costs_a_fixed_number_of_statements(bring_in: BringIn, sessions: Sessions) -> None:
    lines = [
        f"{n},Person {n},p{n}@example.org,Role {n % 7},2024-01-01,Final round,Rejected,Headcount"
        for n in range(250)
    ]
    header = "Candidate ID,Name,Email,Job,Applied on,Stage,Disposition,Rejection reason"
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    engine = sessions.writing.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        bring_in("\n".join([header, *lines]))
        new = len(statements)
        statements.clear()
        bring_in("\n".join([header, *lines]))
        known = len(statements)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert new <= 60
    assert known <= 60


def many_people(how_many: int) -> str:
    rows = "".join(
        f"{n},Person {chr(97 + n % 26)}{n},p{n}@example.org,Nurse,2024-01-0{n % 9 + 1},Applied,Limbo,Resume of {n}\n"
        for n in range(how_many)
    )
    return "Candidate ID,Name,Email,Job,Applied on,Stage,Disposition,Resume text\n" + rows


@pytest.mark.parametrize("after", [1, 2])
def test_a_stopped_import_goes_on_where_it_stopped(after: int, bring_in: BringIn, count: Count) -> None:
    seen: list[int] = []

    def stop(progress: object) -> None:
        seen.append(1)
        if len(seen) == after:
            raise KeyboardInterrupt

    text = many_people(600)
    with pytest.raises(KeyboardInterrupt):
        bring_in(text, progress=stop)
    assert count(Candidate) == 250 * after
    report = bring_in(text)
    assert (report.rows, report.created, report.cells_to_fix) == (600, 600, 1)
    assert count(Import) == 1
    assert count(Candidate) == count(Application) == count(Resume) == 600


def test_an_import_that_waits_is_carried_out_under_its_own_id(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    with sessions.writing() as session:
        waiting = Import(
            file_name="upload.csv",
            content_hash="",
            source="",
            mapping={},
            state=ImportState.WAITING,
            started_at=now,
        )
        session.add(waiting)
        session.commit()
    report = bring_in(HISTORY, import_id=waiting.id, file_name="upload.csv")
    assert report.import_id == waiting.id
    with sessions.reading() as session:
        done = session.get_one(Import, waiting.id)
        assert (done.state, done.rows_done, done.counts["created"]) == (ImportState.DONE, 3, 2)
        assert done.mapping["columns"]["Job"] == "role_title"
    with pytest.raises(ConflictError, match="done already"):
        bring_in(HISTORY, import_id=waiting.id)


def test_an_import_that_cannot_be_carried_out_says_why(
    bring_in: BringIn, sessions: Sessions, now: datetime
) -> None:
    with sessions.writing() as session:
        waiting = Import(
            file_name="x.csv",
            content_hash="",
            source="",
            mapping={},
            state=ImportState.WAITING,
            started_at=now,
        )
        session.add(waiting)
        session.commit()
    with pytest.raises(InvalidInputError, match="says who"):
        bring_in("Colour,Weight\nred,3\n", import_id=waiting.id)
    with sessions.reading() as session:
        failed = session.get_one(Import, waiting.id)
        assert (failed.state, "says who" in (failed.problem or "")) == (ImportState.FAILED, True)


def test_everybody_touched_is_marked_for_the_index(bring_in: BringIn, sessions: Sessions) -> None:
    bring_in(HISTORY)
    with sessions.reading() as session:
        marked = set(session.scalars(select(CandidateChange.candidate_id)))
        assert marked == set(session.scalars(select(Candidate.id)))
        assert all(at.tzinfo is UTC for at in session.scalars(select(CandidateChange.at)))


def test_faults_19_two_imports_of_one_file_at_once_bring_everybody_in_once(
    bring_in: BringIn, count: Count
) -> None:
    text = many_people(600)
    bring_in(text, dry_run=True)
    start = Barrier(2)

    def one(_: int) -> str:
        start.wait()
        try:
            return str(bring_in(text).rows)
        except ConflictError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(one, range(2)))
    assert outcomes[0] == "600"
    assert outcomes[1] == "600" or "somebody else right now" in outcomes[1]
    assert count(Candidate) == count(Application) == count(Resume) == 600


def test_faults_21_a_cell_that_is_too_long_does_not_cost_the_person(
    bring_in: BringIn, people: People
) -> None:
    text = f"Name,Email,Resume text\nAna,ana@example.org,{'x' * 1_000_001}\nBen,ben@example.org,Nurse\n"
    report = bring_in(text)
    assert (report.created, report.cells_to_fix) == (2, 1)
    assert people()["Ana"].resumes == []


def test_rows_deleted_at_the_source_come_in_when_asked_for(bring_in: BringIn, count: Count) -> None:
    text = "Name,Email,isDeleted\nAna,ana@example.org,true\nBen,ben@example.org,false\n"
    assert bring_in(text).details["deleted_at_source"] == 1
    report = bring_in(text, with_deleted=True)
    assert (report.created, report.unchanged, count(Candidate)) == (1, 1, 2)


@pytest.mark.parametrize(
    "header",
    [
        "massMailOptOut",
        "Mass Mail Opt Out",
        "Email Opt-out",
        "Unsubscribed",
        "Do not contact",
        "HasOptedOutOfEmail",
    ],
)
def test_every_opt_out_becomes_a_suppression(header: str, bring_in: BringIn, sessions: Sessions) -> None:
    bring_in(f"Name,Email,{header}\nAna,ana@example.org,1\nBen,ben@example.org,0\n")
    keys = {name: suppression_key(SECRET, "email", f"{name}@example.org") for name in ("ana", "ben")}
    with sessions.reading() as session:
        found = find_suppressed(session, keys.values(), scope=SuppressionScope.CONTACT)
    assert found == {keys["ana"]}


def test_unknown_columns_stay_beside_the_person(bring_in: BringIn, sessions: Sessions) -> None:
    bring_in("Name,Email,Shoe size,Dietary needs\nAna,ana@example.org,38,none\n")
    with sessions.reading() as session:
        assert session.scalars(select(Candidate.source_data)).one() == {
            "Shoe size": "38",
            "Dietary needs": "none",
        }


def test_faults_23_a_round_trip_of_neutralised_cells_is_exact(bring_in: BringIn, sessions: Sessions) -> None:
    notes = ["=1+1", "'=1+1", "''=x", "+49 30", "-5", "@home", "'tis", "plain", "'"]
    file = io.StringIO()
    rows = [[f"Person {n}", f"p{n}@example.org", note] for n, note in enumerate(notes)]
    write_table(file, ["Name", "Email", "Notes"], rows)
    bring_in(file.getvalue())
    with sessions.reading() as session:
        assert session.scalars(select(Note.words).order_by(Note.id)).all() == notes


def test_faults_18_two_imports_that_meet_the_same_people_in_opposite_order_both_end(
    bring_in: BringIn, count: Count
) -> None:
    lines = [f"{n},Person{n} Name{n},p{n}@example.org,Role {n % 7},yes" for n in range(600)]
    start, outcomes = Barrier(2), []

    def one(rows: list[str], name: str) -> None:
        start.wait()
        text = "\n".join(["ID,Name,Email,Job,Do not contact", *rows])
        outcomes.append(bring_in(text, name=name, source="ats"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, (lines, lines[::-1]), ("up.csv", "down.csv")))
    assert [report.rows for report in outcomes] == [600, 600]
    assert sum(report.created for report in outcomes) == 600
    assert (count(Candidate), count(Application)) == (600, 600)
