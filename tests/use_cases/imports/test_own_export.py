"""Our own export comes back as it was: in an empty installation everything, in the same one nothing."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, select, true
from sqlalchemy.orm import Session

from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.identity import email_key
from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import (
    Application,
    Candidate,
    CandidateEmail,
    CandidateLink,
    CandidatePhone,
    Contact,
    ContactChannel,
    Direction,
    Disposition,
    Fact,
    FactKind,
    Note,
    Promise,
    RejectionReason,
    Resume,
    Stage,
)
from talentpool.candidates.reasons import install_reasons
from talentpool.consent.models import Basis, LawfulBasis, Suppression, SuppressionScope
from talentpool.consent.suppression import lift, suppress, suppression_key
from talentpool.database import Sessions, folded, open_engine, open_sessions
from talentpool.imports.importer import import_file
from talentpool.imports.own_export import exported_ids, write_people
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportReport
from talentpool.imports.undo import undo_import
from talentpool.roles.models import Role, RoleState
from talentpool.sheets import FORMULA_STARTS, LONGEST_EXCEL_CELL, utf16_length
from talentpool.tables import metadata
from tests.builders import NOW, make_application, make_candidate, make_resume

HERE, THERE = b"the secret of one installation", b"the secret of another"
FORMATS = ("csv", "xlsx")
HOSTILE = (
    "=1+1", "+49 30", "-1", "@SUM(A1)", "\tTab", "'=1+1", "''-1", "json:", 'json:"x"', "", " ", " leading", "trailing ",
    "a\nb", "a\r\nb\rc", '"', '""', "a;b,c|d", "שלום עולם", "\u202eevil", "👩‍👩‍👧‍👦", "_x000D_", "\x0b\x1f\x7f\x85", "\ufffd", "\ufeffx",
    "#N/A", "1e5", "007", "true", "2024-02-30", "NULL", "None", "</t>&amp;<", "\u2028", "\xa0", "ﬁ", "İ", "e\u0301",
)  # fmt: skip
# Neither SQLite nor PostgreSQL keeps both of these in a text: half a surrogate pair, and NUL.
ANY_TEXT = some.text(
    some.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1, max_size=12
)
TEXT = some.one_of(some.sampled_from(HOSTILE), ANY_TEXT)
WORDS = TEXT.filter(str.strip)
MAYBE = some.none() | TEXT
DAYS = some.none() | some.dates(date(1990, 1, 1), date(2027, 12, 31))
MOMENTS = some.datetimes(datetime(2000, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
DOCUMENTS = some.dictionaries(TEXT, TEXT, max_size=3)

PEOPLE = some.lists(
    some.fixed_dictionaries(
        {
            "full_name": TEXT, "headline": MAYBE, "summary": MAYBE, "skills": MAYBE, "experience": MAYBE, "street": MAYBE,
            "city": MAYBE, "external_url": MAYBE, "came_through": MAYBE, "introduced_by": MAYBE, "fee_until": DAYS, "collected_on": DAYS, "employed_until": DAYS,
            "is_restricted": some.booleans(), "source_data": DOCUMENTS, "as_of": some.none() | MOMENTS,
            "has_id": some.booleans(), "addresses": some.integers(0, 3), "opt_out": some.sampled_from(["", "stands", "lifted"]),
            "applications": some.lists(
                some.fixed_dictionaries(
                    {
                        "role_title": TEXT, "stage": some.sampled_from(Stage), "disposition": some.none() | some.sampled_from(Disposition),
                        "reason_text": MAYBE, "applied_on": DAYS, "ended_on": DAYS, "rating": some.none() | some.floats(0, 1),
                        "interviewer_words": MAYBE, "promised": MAYBE, "source": MAYBE, "source_data": DOCUMENTS,
                        "is_of_a_role": some.booleans(), "has_reason": some.booleans(),
                    }
                ),
                max_size=3,
            ),
            "resumes": some.lists(TEXT, max_size=2, unique=True),
            "facts": some.lists(some.tuples(some.sampled_from(FactKind), TEXT, DOCUMENTS, DAYS), max_size=3),
            "notes": some.lists(some.tuples(TEXT, MOMENTS), max_size=3),
            "contacts": some.lists(some.tuples(MOMENTS, some.sampled_from(ContactChannel), MAYBE), max_size=2),
            "promises": some.lists(some.tuples(TEXT, DAYS, some.none() | MOMENTS, some.booleans()), max_size=2),
            "bases": some.lists(some.tuples(some.sampled_from(Basis), DAYS.filter(bool), DAYS, MAYBE), max_size=2),
        }
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@pytest.fixture
def places(tmp_path: Path, checkout: Path) -> Iterator[Callable[[], Sessions]]:
    """Give empty installations, each with the reasons that ship."""
    engines = []

    def call() -> Sessions:
        engine = open_engine(f"sqlite:///{tmp_path}/pool{len(engines)}.sqlite")
        engines.append(engine)
        metadata.create_all(engine)
        opened = open_sessions(engine)
        with opened.writing.begin() as session:
            install_reasons(session, checkout / "config")
        return opened

    yield call
    for engine in engines:
        engine.dispose()


def fill(session: Session, people: list[dict[str, Any]]) -> None:
    """Write random people as they are described."""
    reason = session.scalars(select(RejectionReason)).first()
    for number, one in enumerate(people):
        own = (
            "has_id",
            "addresses",
            "opt_out",
            "applications",
            "resumes",
            "facts",
            "notes",
            "contacts",
            "promises",
            "bases",
        )
        person = Candidate(
            **{name: value for name, value in one.items() if name not in own},
            folded_name=folded(one["full_name"])[:320],
            source="another system" if one["has_id"] else None,
            external_id=f"={number}" if one["has_id"] else None,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(person)
        session.flush()
        for place in range(one["addresses"]):
            address = f"P{number}.{place}@Example.org"
            person.emails.append(
                CandidateEmail(address=address, address_key=email_key(address), position=place)
            )
            key = f"+4930901{number}{place}"
            person.phones.append(CandidatePhone(number=key, number_key=key, position=place))
            person.links.append(
                CandidateLink(url=f"https://p{number}.org/{place}", url_key=f"p{number}.org/{place}")
            )
        session.flush()
        _add_records(session, person, one, reason)
        if one["opt_out"]:
            stop_contact(session, person, secret=HERE, now=NOW, source="=asked")
        if one["opt_out"] == "lifted":
            lift(session, person.id, scope=SuppressionScope.CONTACT, now=NOW)
    session.flush()


def _add_records(
    session: Session, person: Candidate, given: dict[str, Any], reason: RejectionReason | None
) -> None:
    came = {"candidate_id": person.id, "created_at": NOW}
    for number, one in enumerate(given["applications"]):
        values = {name: value for name, value in one.items() if name not in ("is_of_a_role", "has_reason")}
        role = None
        if one["is_of_a_role"]:
            role = Role(
                title=one["role_title"], folded_title=folded(one["role_title"])[:320], text="", facts_asked=[],
                requisition_code=f"R-{person.id}-{number}", state=RoleState.CLOSED, created_at=NOW, updated_at=NOW,
            )  # fmt: skip
            session.add(role)
            session.flush()
        session.add(
            Application(
                **came, **values, updated_at=NOW, role_id=role.id if role else None,
                reason_id=reason.id if reason and one["has_reason"] else None,
            )
        )  # fmt: skip
        session.flush()
    for text in given["resumes"]:
        make_resume(session, person, text)
    for kind, said, value, day in given["facts"]:
        session.add(Fact(**came, kind=kind, said=said, value=value, stated_on=day))
        session.flush()
    for words, at in given["notes"]:
        session.add(Note(candidate_id=person.id, words=words, created_at=at))
        session.flush()
    for at, channel, words in given["contacts"]:
        session.add(
            Contact(
                candidate_id=person.id,
                at=at,
                channel=channel,
                direction=Direction.OURS,
                is_unasked=True,
                words=words,
            )
        )
        session.flush()
    first = session.scalars(select(Application.id).where(Application.candidate_id == person.id)).first()
    for words, day, kept_at, is_about in given["promises"]:
        session.add(
            Promise(
                **came, words=words, due_on=day, kept_at=kept_at, application_id=first if is_about else None
            )
        )
        session.flush()
    for basis, day, until, version in given["bases"]:
        session.add(LawfulBasis(**came, basis=basis, recorded_on=day, expires_on=until, text_version=version))
        session.flush()


OWN_TABLES = (
    CandidateEmail,
    CandidatePhone,
    CandidateLink,
    Application,
    Resume,
    Fact,
    Contact,
    Note,
    Promise,
    LawfulBasis,
)
NOT_CARRIED = {
    "id",
    "candidate_id",
    "import_id",
    "updated_at",
    "recruiter_id",
    "owner_id",
    "office_id",
    "role_id",
}


def contents(sessions: Sessions, secret: bytes) -> list[Any]:
    """Give everything in the tables in a form that two installations share: ids by what they point at."""
    with sessions.reading() as session:
        people = []
        for person in session.scalars(select(Candidate).order_by(Candidate.id)):
            record: dict[str, Any] = {"person": _plain(person, {"created_at", "source", "external_id"})}
            if (person.source or "").startswith("talentpool ") or person.external_id is None:
                record["id"] = "this installation's own"
            else:
                record["id"] = (person.source, person.external_id)
            for model in OWN_TABLES:
                rows = session.scalars(
                    select(model)
                    .where(model.__table__.c.candidate_id == person.id)
                    .order_by(model.__table__.c.id)
                )
                record[model.__tablename__] = [_row(session, row) for row in rows]
            record["held"] = _holds(session, person, secret)
            people.append(record)
        return people


def _row(session: Session, row: Any) -> dict[str, Any]:
    times = set() if isinstance(row, Resume | Note) else {"created_at"}
    values = _plain(row, times)
    if isinstance(row, Application):
        role = session.get(Role, row.role_id) if row.role_id else None
        values["role"] = (role.title, role.requisition_code) if role else None
        values["reason_id"] = row.reason.code if row.reason else None
    if isinstance(row, Promise):
        about = session.get(Application, row.application_id) if row.application_id else None
        values["application_id"] = about and about.role_title
    return values


def _plain(row: Any, without: set[str]) -> dict[str, Any]:
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in NOT_CARRIED | without
    }


def _holds(session: Session, person: Candidate, secret: bytes) -> list[Any]:
    keys = {suppression_key(secret, "person", str(person.id)): "person"}
    keys |= {suppression_key(secret, "email", one.address_key): one.address_key for one in person.emails}
    keys |= {suppression_key(secret, "phone", one.number_key): one.number_key for one in person.phones}
    wanted = select(Suppression).where(Suppression.key_hash.in_(keys))
    return sorted(
        (keys[one.key_hash], one.scope, one.source, one.lifted_at is None, one.candidate_id == person.id)
        for one in session.scalars(wanted)
    )


def export(sessions: Sessions, path: Path, secret: bytes) -> Path:
    """Export everybody."""
    with sessions.reading() as session:
        write_people(session, exported_ids(session, true()), path, secret=secret)
    return path


def bring_back(sessions: Sessions, path: Path, secret: bytes) -> ImportReport:
    """Import a file as the command does."""
    return import_file(sessions, path, ImportOptions(), secret=secret, now=NOW + timedelta(days=1))


@pytest.mark.parametrize("ending", FORMATS)
@given(people=PEOPLE)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_faults_23_any_pool_comes_back_as_it_was_in_an_empty_installation_and_changes_nothing_in_its_own(
    places: Callable[[], Sessions], tmp_path: Path, ending: str, people: list[dict[str, Any]]
) -> None:
    here, there = places(), places()
    with here.writing.begin() as session:
        fill(session, people)
    before = contents(here, HERE)
    file = export(here, tmp_path / f"pool.{ending}", HERE)
    assert bring_back(there, file, THERE).created == len(people)
    assert contents(there, THERE) == before
    again = export(there, tmp_path / f"again.{ending}", THERE)
    assert rows_of(again) == rows_of(file)
    for place, secret in ((here, HERE), (there, THERE)):
        report = bring_back(place, file, secret)
        assert (report.unchanged, report.rows) == (len(people), len(people))
        assert contents(place, secret) == before


def rows_of(path: Path) -> object:
    """Give what is in a file; a workbook is packed with the time of day."""
    if path.suffix == ".csv":
        return path.read_bytes()
    return ZipFile(path).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_text_longer_than_a_cell_of_excel_goes_on_below_and_comes_back_whole(
    places: Callable[[], Sessions], tmp_path: Path, ending: str
) -> None:
    here, there = places(), places()
    texts = ["x" * 32_767, "word 🙂 " * 30_000, " \n" * 20_000, "=" + "1" * 40_000]
    with here.writing.begin() as session:
        person = make_candidate(session, "Ana Ruiz", resume=texts[0], summary=texts[1], headline=None)
        for text in texts[1:]:
            make_resume(session, person, text)
    file = export(here, tmp_path / f"long.{ending}", HERE)
    assert bring_back(there, file, THERE).created == 1
    assert contents(there, THERE) == contents(here, HERE)
    if ending == "xlsx":
        cells = re.findall(r"<t [^>]*>([^<]*)</t>", ZipFile(file).read("xl/worksheets/sheet1.xml").decode())
        assert max(map(utf16_length, cells)) < LONGEST_EXCEL_CELL


def test_no_cell_of_an_export_starts_like_a_formula(places: Callable[[], Sessions], tmp_path: Path) -> None:
    here = places()
    with here.writing.begin() as session:
        make_candidate(session, "=HYPERLINK(1)", headline="@now", city="-1", skills="+1", street="\t=1")
    with export(here, tmp_path / "pool.csv", HERE).open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]


def test_an_imported_export_can_be_undone_to_an_empty_pool(
    places: Callable[[], Sessions], tmp_path: Path
) -> None:
    here, there = places(), places()
    with here.writing.begin() as session:
        person = make_candidate(session, "Ana Ruiz", resume="Go", phones=["+4930901820"])
        make_application(session, person)
        stop_contact(session, person, secret=HERE, now=NOW)
    report = bring_back(there, export(here, tmp_path / "pool.csv", HERE), THERE)
    undo_import(there, report.import_id or 0, now=NOW + timedelta(days=2))
    assert contents(there, THERE) == []
    with there.reading() as session:
        assert session.scalars(select(Suppression).where(Suppression.lifted_at.is_(None))).all() == []


def test_faults_26_an_export_from_before_an_erasure_brings_nobody_back(
    places: Callable[[], Sessions], tmp_path: Path
) -> None:
    here = places()
    with here.writing.begin() as session:
        gone = make_candidate(session, "Ana Ruiz", resume="Go", emails=["ana@example.org"])
        make_application(session, gone)
        make_application(session, gone, role_title="Another role")
    file = export(here, tmp_path / "pool.csv", HERE)
    with here.writing.begin() as session:
        key = suppression_key(HERE, "email", email_key("ana@example.org"))
        suppress(session, [key], scope=SuppressionScope.ERASED, source="asked for", now=NOW)
        session.execute(delete(Candidate))
    report = bring_back(here, file, HERE)
    assert (report.blocked, report.created) == (1, 0)
    assert contents(here, HERE) == []


def test_an_export_brings_nothing_back_that_was_changed_or_merged_since(
    places: Callable[[], Sessions], tmp_path: Path
) -> None:
    here = places()
    with here.writing.begin() as session:
        person, other = make_candidate(session, "Ana Ruiz"), make_candidate(session, "Ana Ruiz")
        promise = Promise(candidate_id=person.id, words="Write", created_at=NOW)
        basis = LawfulBasis(
            candidate_id=other.id, basis=Basis.CONSENT, recorded_on=NOW.date(), created_at=NOW
        )
        session.add_all([promise, basis])
        stop_contact(session, person, secret=HERE, now=NOW)
        session.flush()
        ids = person.id, other.id, promise.id, basis.id
    file = export(here, tmp_path / "pool.csv", HERE)
    with here.writing.begin() as session:
        session.get_one(Promise, ids[2]).kept_at = NOW
        session.get_one(LawfulBasis, ids[3]).withdrawn_on = NOW.date()
        allow_contact_again(session, session.get_one(Candidate, ids[0]), now=NOW)
        merge_candidates(
            session, ids[0], ids[1], Decision(now=NOW, recruiter_id=None, choices={}), secret=HERE
        )
    before = contents(here, HERE)
    report = bring_back(here, file, HERE)
    assert (report.rows, report.unchanged) == (2, 2)
    assert contents(here, HERE) == before


def test_a_value_somebody_has_spoilt_is_listed_and_costs_nobody(
    places: Callable[[], Sessions], tmp_path: Path
) -> None:
    here, there = places(), places()
    with here.writing.begin() as session:
        person = make_candidate(session, "Ana Ruiz", collected_on=NOW.date())
        make_application(session, person)
    file = export(here, tmp_path / "pool.csv", HERE)
    text = (
        file.read_text(encoding="utf-8")
        .replace("2026-11-23", "last week")
        .replace("interviewed", "talked to")
    )
    file.write_text(text, encoding="utf-8")
    report = bring_back(there, file, THERE)
    assert report.created == 1
    assert {one.problem.column for one in report.problems} == {"Collected on", "Application stage"}
    assert contents(there, THERE)[0]["applications"] == []
