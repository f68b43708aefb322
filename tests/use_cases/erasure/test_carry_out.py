"""An erasure as it is carried out: beside other work, under a hold in law, and as asked-for work."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from talentpool.candidates.merging import Decision, merge_candidates
from talentpool.candidates.models import Candidate, CandidateEmail
from talentpool.candidates.notes import add_note
from talentpool.consent.data_requests import NewRequest, receive_requests
from talentpool.consent.holds import hold_contact
from talentpool.consent.legal_holds import load_sealed
from talentpool.consent.models import (
    CameBy,
    DataRequest,
    HoldKind,
    LegalHold,
    PassOn,
    RequestKind,
    RequestState,
)
from talentpool.consent.pass_on import Recipient, note_pass_on_agreed, note_passed_on
from talentpool.database import Sessions
from talentpool.erasure.carry_out import Place, carry_out, end_hold
from talentpool.errors import ConflictError, TalentPoolError
from talentpool.imports.importer import import_file
from talentpool.imports.preparation import ImportOptions
from talentpool.rediscovery.models import Match, RunCause
from talentpool.rediscovery.rediscover import rediscover
from tests.builders import NOW, make_application, make_candidate, make_office, make_recruiter, make_role

RESUME = "Ran Kubernetes for forty teams at Brunnenkressenkontor."
EMAIL = "ana.r@example.org"
Erase = Callable[[int], object]


@pytest.fixture
def ana(sessions: Sessions, place: Place) -> int:
    """Somebody who is in the pool."""
    with sessions.writing.begin() as session:
        return make_candidate(session, "Ana Ruizdottir", resume=RESUME, emails=[EMAIL]).id


def count(sessions: Sessions, what: object) -> int:
    with sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0  # type: ignore[arg-type]


def table_of_ana(folder: Path) -> Path:
    path = folder / "people.csv"
    path.write_text(
        f"Name,Email,Job,Applied on,Status\nAna Ruizdottir,{EMAIL},Engineer,2025-03-04,Rejected\n"
    )
    return path


def test_faults_26_an_import_does_not_bring_the_person_back(
    place: Place, ana: int, sessions: Sessions, tmp_path: Path
) -> None:
    carry_out(place, ana, recruiter_id=None)
    report = import_file(sessions, table_of_ana(tmp_path), ImportOptions(), secret=place.secret, now=NOW)
    assert (report.blocked, count(sessions, Candidate)) == (1, 0)


def test_the_search_finds_nothing_of_what_was_asked_about_passing_the_name_on(
    place: Place, ana: int, sessions: Sessions
) -> None:
    to = Recipient(
        name="Jo Park", organisation="Südwind", why=f"Ana Ruizdottir, {EMAIL}, fits.", with_resume=True
    )
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        asked = note_pass_on_agreed(session, ana, to, how=f"wrote from {EMAIL}", recruiter_id=own, now=NOW)
        note_passed_on(asked, recruiter_id=own, now=NOW)
    erased = carry_out(place, ana, recruiter_id=None)
    assert erased.proof.found == {}
    assert count(sessions, PassOn) == 0


def test_faults_46_erasure_during_an_import_wins(
    place: Place, ana: int, sessions: Sessions, tmp_path: Path
) -> None:
    path, gate = table_of_ana(tmp_path), threading.Barrier(2)

    def bring_in() -> None:
        gate.wait()
        import_file(sessions, path, ImportOptions(), secret=place.secret, now=NOW)

    def erase() -> None:
        gate.wait()
        carry_out(place, ana, recruiter_id=None)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(bring_in), pool.submit(erase)]:
            done.result()
    with sessions.reading() as session:
        assert session.scalars(select(CandidateEmail.address_key)).all() == []


def test_faults_46_erasure_during_a_match_wins(place: Place, ana: int, sessions: Sessions) -> None:
    from talentpool.rediscovery.index_upkeep import IndexKeeper

    keeper = IndexKeeper(place.home / "index")
    with sessions.writing.begin() as session:
        role_id = make_role(session).id
    gate = threading.Barrier(2)

    def match() -> None:
        gate.wait()
        try:
            with sessions.writing.begin() as session:
                rediscover(session, keeper, role_id, cause=RunCause.ASKED, recruiter_id=None, now=NOW)
        except Exception:  # noqa: BLE001 - a match may fail over somebody who goes meanwhile; it is tried again
            return

    def erase() -> None:
        gate.wait()
        carry_out(place, ana, recruiter_id=None)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(match), pool.submit(erase)]:
            done.result()
    with sessions.reading() as session:
        assert session.scalars(select(Match.candidate_id)).all() == []
    with sessions.writing.begin() as session:
        later = NOW + timedelta(hours=1)
        run = rediscover(session, keeper, role_id, cause=RunCause.ASKED, recruiter_id=None, now=later)
        assert run.pool == 0


def test_faults_46_erasure_during_a_merge_leaves_nobody_behind(
    place: Place, ana: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        double = make_candidate(session, "Ana Ruizdottir", emails=["second@example.org"]).id
    gate = threading.Barrier(2)

    def merge() -> None:
        gate.wait()
        decision = Decision(now=NOW, recruiter_id=None, choices={})
        try:
            with sessions.writing.begin() as session:
                merge_candidates(session, ana, double, decision, secret=place.secret)
        except TalentPoolError:
            return

    def erase() -> None:
        gate.wait()
        carry_out(place, ana, recruiter_id=None)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(merge), pool.submit(erase)]:
            done.result()
    with sessions.reading() as session:
        left = set(session.scalars(select(Candidate.id)))
    assert left <= {double}


@pytest.mark.parametrize("is_held", [False, True])
@pytest.mark.parametrize("has_asked_to_see", [False, True])
@pytest.mark.parametrize("is_over", [False, True])
@pytest.mark.parametrize("is_erased", [False, True])
def test_faults_48_a_hold_in_law_keeps_a_sealed_copy_and_an_open_request_keeps_everything(
    place: Place,
    ana: int,
    sessions: Sessions,
    *,
    is_held: bool,
    has_asked_to_see: bool,
    is_over: bool,
    is_erased: bool,
) -> None:
    """Hold × access request × hold that has run out × erasure asked for: 2^4 cases."""
    with sessions.writing.begin() as session:
        if is_held:
            until = (NOW - timedelta(days=1)).date() if is_over else None
            session.add(LegalHold(person_id=ana, reason="a claim", until=until, placed_at=NOW))
        if has_asked_to_see:
            hold_contact(session, ana, HoldKind.ACCESS_REQUEST, source="letter", now=NOW)
    if is_erased and has_asked_to_see:
        with pytest.raises(ConflictError):
            carry_out(place, ana, recruiter_id=None)
    elif is_erased:
        assert carry_out(place, ana, recruiter_id=None).proof.is_gone
    is_gone = is_erased and not has_asked_to_see
    assert count(sessions, Candidate) == (0 if is_gone else 1)
    sealed = list((place.home / "held").glob("*.zip"))
    assert len(sealed) == (1 if is_gone and is_held and not is_over else 0)
    for path in sealed:
        assert path.stat().st_mode & 0o777 == 0o400
        with ZipFile(path) as packed:
            assert EMAIL in packed.read("everything.json").decode()


def test_whatever_the_person_asked_ends_with_the_erasure_also_what_came_with_a_merge(
    place: Place, ana: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        double = make_candidate(session, "Ana Ruizdottir", emails=["second@example.org"]).id
        asked = [
            NewRequest(
                kind=kind,
                came_by=CameBy.MAIL,
                candidate_id=whose,
                received_on=NOW.date(),
                words="I am Ana R.",
            )
            for kind, whose in (
                (RequestKind.ERASURE, ana),
                (RequestKind.QUESTION, ana),
                (RequestKind.ERASURE, double),
            )
        ]
        with_file = receive_requests(session, asked, now=NOW)[-1]
        with_file.export_key = "of-the-double"
        merge_candidates(
            session, ana, double, Decision(now=NOW, recruiter_id=None, choices={}), secret=place.secret
        )
    export = place.home / "exports" / "of-the-double.zip"
    export.parent.mkdir()
    export.write_bytes(b"everything")
    erased = carry_out(place, ana, recruiter_id=None)
    assert len(erased.requests) == 3
    with sessions.reading() as session:
        for one in session.scalars(select(DataRequest)):
            assert (one.state, one.answered_at, one.words) == (RequestState.ANSWERED, NOW, None)
            assert one.proof is not None
    assert not export.exists()


def test_an_erasure_tells_how_long_it_took_and_how_much_went(
    place: Place, ana: int, sessions: Sessions
) -> None:
    with sessions.writing.begin() as session:
        own = make_recruiter(session).id
        add_note(session, ana, words="good", recruiter_id=own, now=NOW)
    told = carry_out(place, ana, recruiter_id=None).as_json()
    assert told["found"] == {}
    assert float(str(told["seconds"])) < 60
    assert int(str(told["rows"])) >= 4


@pytest.mark.parametrize(("days_ago", "is_sealed"), [(100, True), (400, False)])
def test_a_floor_in_law_seals_the_record_until_its_day(
    place: Place, ana: int, sessions: Sessions, days_ago: int, is_sealed: bool
) -> None:
    day = NOW.date() - timedelta(days=days_ago)
    with sessions.writing.begin() as session:
        make_office(session, retention_policy="US")
        make_application(session, session.get_one(Candidate, ana), applied_on=day, ended_on=day)
    erased = carry_out(place, ana, recruiter_id=None)
    assert (erased.is_sealed, erased.proof.found) == (is_sealed, {})
    with sessions.reading() as session:
        holds = [hold.until for hold in session.scalars(select(LegalHold))]
    assert holds == ([day + timedelta(days=365)] if is_sealed else [])


def test_a_sealed_copy_stays_as_long_as_any_hold_or_the_floor_in_law(
    place: Place, ana: int, sessions: Sessions
) -> None:
    day, today = NOW.date() - timedelta(days=100), NOW.date()
    with sessions.writing.begin() as session:
        make_office(session, retention_policy="US")
        make_application(session, session.get_one(Candidate, ana), applied_on=day, ended_on=day)
        for reason, until in (("a claim", today + timedelta(days=5)), ("a charge", None)):
            session.add(LegalHold(person_id=ana, reason=reason, until=until, placed_at=NOW))
    carry_out(place, ana, recruiter_id=None)
    with sessions.writing.begin() as session:
        holds = load_sealed(session)
        assert [hold.until for hold in holds] == [
            today + timedelta(days=5), None, day + timedelta(days=365),
        ]  # fmt: skip
        (copy,) = (place.home / "held").glob("*.zip")
        gone = []
        for hold in holds:
            assert copy.exists()
            gone.append(end_hold(session, place.home, hold.id, now=NOW)[1])
    assert (gone, copy.exists()) == ([False, False, True], False)


def test_an_upload_a_problem_and_a_report_that_name_the_person_go_too(
    place: Place, ana: int, sessions: Sessions
) -> None:
    uploads = place.home / "uploads"
    uploads.mkdir()
    table_of_ana(uploads)
    (uploads / "others.csv").write_text("Name,Email\nBo Li,bo@example.org\n")
    with ZipFile(uploads / "people.zip", "w") as packed:
        packed.writestr("people.csv", f"Name,Email\nAna Ruizdottir,{EMAIL}\n")
    path = uploads / "half.csv"
    path.write_text(f"Name,Email,Applied on\nAna Ruizdottir,{EMAIL},someday\n")
    import_file(sessions, path, ImportOptions(), secret=place.secret, now=NOW)
    (place.home / "fix.csv").write_text(path.read_text())
    erased = carry_out(place, ana, recruiter_id=None)
    assert erased.proof.found == {}
    assert not (place.home / "fix.csv").exists()
    assert [each.name for each in uploads.iterdir()] == ["others.csv"]
