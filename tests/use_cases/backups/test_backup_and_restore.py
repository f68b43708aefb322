"""Backup and restore: the same rows and files on either database, and damage found before anything is touched."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from talentpool.backups.manifest import MANIFEST, BackupDamagedError, read_manifest, table_path, verify_backup
from talentpool.backups.restore import holds_data, restore_backup
from talentpool.backups.write import write_backup
from talentpool.candidates.do_not_contact import allow_contact_again, stop_contact
from talentpool.candidates.models import Candidate
from talentpool.consent.journal import keep_journal
from talentpool.consent.models import Suppression, SuppressionScope
from talentpool.consent.suppression import find_suppressed, suppress, suppression_key
from talentpool.database import Sessions, open_engine, open_sessions
from talentpool.errors import InvalidInputError, UnavailableError
from talentpool.outreach.models import Message, MessageState
from talentpool.schema import newest_revision, schema_revision
from talentpool.secret import installation_secret
from talentpool.settings import Settings
from tests.builders import (
    make_application,
    make_basis,
    make_candidate,
    make_promise,
    make_recruiter,
    make_role,
)

People = Callable[[Session], None]


def fill(session: Session) -> None:
    recruiter = make_recruiter(session)
    role = make_role(session, owner_id=recruiter.id, must_mention=(("Kubernetes", "k8s"),))
    for name in ("Ana Ruiz", "Zoë Åström", "李 小龙"):
        candidate = make_candidate(session, name, resume=f"{name}: Kubernetes · “Terraform” 🚀\n\tGo")
        make_application(
            session, candidate, role=role, rating=0.1 + 0.2, source_data={"b": 1.0, "a": ["ü", None]}
        )
        make_promise(session, candidate)
        make_basis(session, candidate)


@pytest.fixture
def filled(sessions: Sessions, settings: Settings, now: datetime) -> Settings:
    """An installation with people, a stored resume file and somebody who asked not to be contacted."""
    with sessions.writing() as session:
        fill(session)
        key = suppression_key(installation_secret(settings), "email", "ana@example.org")
        suppress(session, [key], scope=SuppressionScope.CONTACT, source="asked by mail", now=now)
        last = make_candidate(session, "Gone Tomorrow")
        session.commit()
        session.delete(last)
        session.commit()
    resume = settings.resume_folder / "ab" / "ab12"
    resume.parent.mkdir(parents=True)
    resume.write_bytes(b"%PDF-1.7 the original")
    return settings


@pytest.fixture
def empty_host(empty_database_url: str, tmp_path: Path, settings_with: Callable[..., Settings]) -> Settings:
    """Another machine: an empty database and an empty home."""
    return settings_with(TALENTPOOL_HOME=str(tmp_path / "host"), TALENTPOOL_DATABASE_URL=empty_database_url)


@pytest.fixture
def empty_engine(empty_host: Settings) -> Iterator[Engine]:
    """The database of the other machine."""
    opened = open_engine(empty_host.database_url)
    yield opened
    opened.dispose()


def test_a_restore_to_an_empty_host_is_equal_row_by_row_and_file_by_file(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_host: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    written = write_backup(engine, filled, tmp_path / "first", now=now)
    restore_backup(empty_engine, empty_host, tmp_path / "first")
    again = write_backup(empty_engine, empty_host, tmp_path / "second", now=now)
    assert written.tables["candidates"].rows == 3
    assert again == written
    assert (empty_host.resume_folder / "ab" / "ab12").read_bytes() == b"%PDF-1.7 the original"


def test_who_asked_not_to_be_contacted_is_still_recognised(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_host: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    restore_backup(empty_engine, empty_host, tmp_path / "backup")
    key = suppression_key(installation_secret(empty_host), "email", "ana@example.org")
    with open_sessions(empty_engine).reading() as session:
        assert find_suppressed(session, [key], scope=SuppressionScope.CONTACT) == {key}


def test_ids_go_on_after_the_last_one_ever_given(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_host: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    restore_backup(empty_engine, empty_host, tmp_path / "backup")
    with open_sessions(empty_engine).writing() as session:
        assert make_candidate(session, "Next In Line").id == 5


def test_a_backup_moves_an_installation_from_sqlite_to_postgresql_and_back(
    sqlite_template: Path,
    postgres_server: object,
    tmp_path: Path,
    now: datetime,
    request: pytest.FixtureRequest,
) -> None:
    from talentpool.settings import load_settings

    def host(name: str, url: str) -> tuple[Engine, Settings]:
        settings = load_settings({"TALENTPOOL_HOME": str(tmp_path / name), "TALENTPOOL_DATABASE_URL": url})
        opened = open_engine(url)
        request.addfinalizer(opened.dispose)
        return opened, settings

    small = host("small", f"sqlite:///{tmp_path / 'small.db'}")
    server = request.getfixturevalue("postgres_server")
    large = host("large", server.create("moved_here"))
    back = host("back", f"sqlite:///{tmp_path / 'back.db'}")
    request.addfinalizer(lambda: server.drop("moved_here"))
    (tmp_path / "small.db").write_bytes(sqlite_template.read_bytes())
    with open_sessions(small[0]).writing() as session:
        fill(session)
        session.commit()
    installation_secret(small[1])
    first = write_backup(*small, tmp_path / "first", now=now)
    restore_backup(*large, tmp_path / "first")
    second = write_backup(*large, tmp_path / "second", now=now)
    restore_backup(*back, tmp_path / "second")
    third = write_backup(*back, tmp_path / "third", now=now)
    assert first == second == third


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("victim", ["tables/candidates.jsonl.gz", "files/secret", "files/resumes/ab/ab12"])
def test_one_flipped_byte_anywhere_is_found_before_anything_is_touched(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime, victim: str
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    damaged = bytearray((tmp_path / "backup" / victim).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "backup" / victim).write_bytes(damaged)
    with pytest.raises(BackupDamagedError):
        restore_backup(engine, filled, tmp_path / "backup")
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Candidate)) == 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_table_or_file_that_is_missing_is_found(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    table_path(tmp_path / "backup", "roles").unlink()
    with pytest.raises(BackupDamagedError, match="table roles"):
        verify_backup(tmp_path / "backup")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_manifest_cannot_lead_outside_its_folder(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    told = json.loads((tmp_path / "backup" / MANIFEST).read_text())
    told["files"]["../../../outside"] = {"size": 1, "sha256": "0" * 64}
    (tmp_path / "backup" / MANIFEST).write_text(json.dumps(told))
    with pytest.raises(BackupDamagedError, match="outside itself"):
        verify_backup(tmp_path / "backup")


@pytest.mark.parametrize("told", ["", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_manifest_that_is_none_is_refused_in_one_sentence(tmp_path: Path, told: str) -> None:
    (tmp_path / MANIFEST).write_text(told)
    with pytest.raises(InvalidInputError) as refusal:
        read_manifest(tmp_path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_backup_of_a_version_we_do_not_know_is_refused(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_host: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    told = json.loads((tmp_path / "backup" / MANIFEST).read_text())
    (tmp_path / "backup" / MANIFEST).write_text(json.dumps(told | {"revision": "9999"}))
    with pytest.raises(InvalidInputError, match="does not know"):
        restore_backup(empty_engine, empty_host, tmp_path / "backup")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_folder_with_something_in_it_is_not_written_over(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "letter.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="not empty"):
        write_backup(engine, filled, tmp_path / "kept", now=now)
    assert (tmp_path / "kept" / "letter.txt").read_text() == "mine"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_backup_that_stops_half_way_leaves_no_folder(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    (filled.home / "secret").unlink()
    (filled.home / "secret").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_backup(engine, filled, tmp_path / "backup", now=now)
    assert not (tmp_path / "backup").exists()
    assert not list(tmp_path.glob("*.unfinished"))


def test_an_empty_database_has_nothing_to_back_up(
    empty_engine: Engine, empty_host: Settings, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(UnavailableError, match="talentpool init"):
        write_backup(empty_engine, empty_host, tmp_path / "backup", now=now)
    assert not (tmp_path / "backup").exists()


def test_a_restored_database_is_of_this_version(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_host: Settings,
    tmp_path: Path,
    now: datetime,
) -> None:
    assert not holds_data(empty_engine)
    write_backup(engine, filled, tmp_path / "backup", now=now)
    restore_backup(empty_engine, empty_host, tmp_path / "backup")
    assert holds_data(empty_engine)
    assert schema_revision(empty_engine) == newest_revision()


def test_another_secret_in_the_settings_is_refused(
    engine: Engine,
    filled: Settings,
    empty_engine: Engine,
    empty_database_url: str,
    tmp_path: Path,
    settings_with: Callable[..., Settings],
    now: datetime,
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    other = settings_with(
        TALENTPOOL_DATABASE_URL=empty_database_url,
        TALENTPOOL_SECURITY_SECRET="another secret of 32 characters!",
    )
    with pytest.raises(InvalidInputError, match="another secret"):
        restore_backup(empty_engine, other, tmp_path / "backup")


def test_a_backup_under_load_shows_one_moment(
    engine: Engine, filled: Settings, sessions: Sessions, tmp_path: Path, now: datetime
) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        while not stop.is_set():
            with sessions.writing() as session:
                make_application(session, make_candidate(session, "Busy Bee", resume="Kubernetes"))
                session.commit()

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        manifest = write_backup(engine, filled, tmp_path / "backup", now=now)
    finally:
        stop.set()
        writer.join()
    people = manifest.tables["candidates"].rows
    assert manifest.tables["applications"].rows == people
    assert manifest.tables["resumes"].rows == people


def test_the_lines_of_a_table_can_be_read_with_ordinary_tools(
    engine: Engine, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    write_backup(engine, filled, tmp_path / "backup", now=now)
    lines = gzip.decompress(table_path(tmp_path / "backup", "candidates").read_bytes()).decode().splitlines()
    columns = json.loads(lines[0])
    names = [dict(zip(columns, json.loads(line), strict=True))["full_name"] for line in lines[1:]]
    assert names == ["Ana Ruiz", "Zoë Åström", "李 小龙"]


def test_faults_26_whoever_asked_for_silence_after_the_backup_is_silent_after_the_restore(
    engine: Engine, sessions: Sessions, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    secret, kept = installation_secret(filled), keep_journal(sessions, filled.home)
    with kept.writing.begin() as session:
        ana, zoe, li = session.scalars(select(Candidate).order_by(Candidate.id)).all()
        stop_contact(session, li, secret=secret, now=now - timedelta(days=1))
        ids = [ana.id, zoe.id, li.id]
    write_backup(engine, filled, tmp_path / "backup", now=now)
    later = now + timedelta(days=1)
    with kept.writing.begin() as session:
        ana, _, li = [session.get_one(Candidate, each) for each in ids]
        stop_contact(session, ana, secret=secret, now=later)
        allow_contact_again(session, li, now=later)
        suppress(session, ["f" * 64], scope=SuppressionScope.ERASED, source="asked for", now=later)
    with (filled.home / "journal" / "do_not.jsonl").open("a") as journal:
        journal.write('{"key_hash": "torn')
    with kept.writing() as session:
        stop_contact(session, session.get_one(Candidate, ids[1]), secret=secret, now=later)
        session.rollback()
    restore_backup(engine, filled, tmp_path / "backup")
    with sessions.reading() as session:
        standing = select(Suppression.candidate_id).where(Suppression.lifted_at.is_(None))
        assert {each for each in session.scalars(standing) if each} == {ids[0]}
        assert find_suppressed(session, ["f" * 64], scope=SuppressionScope.ERASED) == {"f" * 64}


def test_what_waited_in_the_outbox_is_not_sent_again_after_a_restore(
    engine: Engine, sessions: Sessions, filled: Settings, tmp_path: Path, now: datetime
) -> None:
    with sessions.writing.begin() as session:
        person = session.scalars(select(Candidate)).first()
        assert person is not None
        for state in MessageState:
            message = Message(
                message_key=f"<{state}@b.example>", candidate_id=person.id, to_address="ana@example.org",
                subject="Hello", text="Hello", state=state, created_at=now, due_at=now,
            )  # fmt: skip
            session.add(message)
    write_backup(engine, filled, tmp_path / "backup", now=now)
    restore_backup(engine, filled, tmp_path / "backup")
    with sessions.reading() as session:
        states = {one.message_key: one.state for one in session.scalars(select(Message))}
        left_open = {key for key, state in states.items() if state is MessageState.UNKNOWN}
        assert left_open == {f"<{word}@b.example>" for word in ("pending", "sending", "retrying", "unknown")}
        assert states["<draft@b.example>"] is MessageState.STOPPED
        problem = session.scalar(select(Message.problem).where(Message.message_key == "<pending@b.example>"))
        assert problem == "Waited when the backup of 2026-11-23 12:00 UTC was made; it may have left since."


def test_the_journal_holds_nobodys_address(sessions: Sessions, filled: Settings, now: datetime) -> None:
    with keep_journal(sessions, filled.home).writing.begin() as session:
        person = make_candidate(session, "Ana Ruiz", emails=["ana@example.org"])
        stop_contact(session, person, secret=installation_secret(filled), now=now)
    written = (filled.home / "journal" / "do_not.jsonl").read_text()
    assert written.count("\n") == 2
    assert "ana" not in written.casefold()
