"""A restore that is stopped half-way, and an installation that has lost its secret: nothing works until it is mended."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from talentpool.candidates.contact_holds import load_holds
from talentpool.candidates.do_not_contact import stop_contact
from talentpool.candidates.models import Candidate
from talentpool.candidates.own_words import OwnWord, note_own_word, note_request
from talentpool.cli import COMMANDS
from talentpool.clock import current_time
from talentpool.consent.data_requests import NewRequest, close_request, receive_request
from talentpool.consent.holds import hold_contact
from talentpool.consent.journal import FILE, FOLDER, keep_journal, read_journal
from talentpool.consent.keeping import find_keeping, say_no, say_yes
from talentpool.consent.models import (
    CameBy,
    DataRequest,
    HoldKind,
    PassOn,
    RequestKind,
    RequestState,
    Suppression,
    SuppressionScope,
)
from talentpool.consent.pass_on import (
    PassOnState,
    Recipient,
    note_pass_on_agreed,
    say_no_to_pass_on,
    state_of,
)
from talentpool.consent.suppression import find_suppressed, suppression_key
from talentpool.database import Sessions
from talentpool.secret import installation_secret
from talentpool.settings import Settings
from tests.builders import make_basis, make_candidate, make_recruiter
from tests.cli.conftest import RunCommand

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def people(run_command: RunCommand, sessions: Sessions) -> tuple[int, int]:
    """Ana, who will be erased, and Bo, who will ask for silence, in an installation that has been set up."""
    assert run_command("init", "--email", "mara@example.org").exit_code == 0
    with sessions.writing.begin() as session:
        ana = make_candidate(session, "Ana Ruizdottir", emails=["ana.r@example.org"], now=current_time())
        bo = make_candidate(session, "Bo Chen", emails=["bo@example.org"], now=current_time())
        return ana.id, bo.id


def ask_for_silence(sessions: Sessions, settings: Settings, candidate_id: int) -> None:
    with keep_journal(sessions, settings.home).writing.begin() as session:
        secret = installation_secret(settings)
        stop_contact(session, session.get_one(Candidate, candidate_id), secret=secret, now=current_time())


def say(sessions: Sessions, settings: Settings, candidate_id: int, *, keep: bool) -> None:
    """Answer “may we keep you?” as the own page does."""
    now, secret = current_time(), installation_secret(settings)
    with keep_journal(sessions, settings.home).writing.begin() as session:
        candidate = session.get_one(Candidate, candidate_id)
        (say_yes if keep else say_no)(session, candidate_id, now=now)
        note_own_word(session, candidate, OwnWord.NOT_KEPT, secret=secret, now=now, is_over=keep)


def is_kept(sessions: Sessions, candidate_id: int) -> bool:
    with sessions.reading() as session:
        return find_keeping(session, candidate_id).is_agreed(current_time().date())


def silent(sessions: Sessions) -> set[int | None]:
    with sessions.reading() as session:
        wanted = select(Suppression.candidate_id).where(
            Suppression.scope == SuppressionScope.CONTACT, Suppression.lifted_at.is_(None)
        )
        return set(session.scalars(wanted))


def here(sessions: Sessions) -> list[int]:
    with sessions.reading() as session:
        return list(session.scalars(select(Candidate.id).order_by(Candidate.id)))


@pytest.mark.parametrize("step", ["_restore_rows", "_hold_since", "people_erased_before", "prove"])
def test_faults_53_a_restore_killed_at_any_step_forgets_nobody_and_lets_nothing_work(
    run_command: RunCommand,
    environ: dict[str, str],
    sessions: Sessions,
    settings: Settings,
    people: tuple[int, int],
    tmp_path: Path,
    step: str,
) -> None:
    ana, bo = people
    backup = tmp_path / "backup"
    assert run_command("backup", backup).exit_code == 0
    assert run_command("erase", ana, "--yes").exit_code == 0
    ask_for_silence(sessions, settings, bo)
    known = set(read_journal(settings.home))
    program = Path(__file__).with_name("dying_restore.py")
    died = subprocess.run(
        [sys.executable, program, step, backup], env=environ, capture_output=True, timeout=60
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    refused = run_command("jobs", "list")
    assert refused.exit_code == 3
    assert "stopped half-way" in refused.err
    assert known <= set(read_journal(settings.home))
    assert run_command("restore", backup, "--force").exit_code == 0
    assert (here(sessions), silent(sessions)) == ([bo], {bo})
    assert run_command("jobs", "list").exit_code == 0


# What each command is called with; those that work on no installation, or one of their own, and those that mend it.
CALLED_WITH: dict[str, tuple[str, ...]] = {
    "init": ("--email", "mara@example.org"), "import": ("{file}",), "sync": ("{file}", "--source", "ats"),
    "import-skills": ("{file}",), "undo-import": ("1",), "export": ("{new}",), "erase": ("1",),
    "post-role": ("{file}", "--title", "Nurse"), "matches": ("1",), "why-not": ("1", "1"),
    "close-role": ("1", "--reason", "role_cancelled"), "export-shortlist": ("1", "--out", "{new}"), "find-duplicates": (),
    "up": (), "serve": (), "schedule": (), "jobs": ("list",), "create-recruiter": ("--email", "bo@example.org"),
    "backup": ("{new}",), "upgrade": (),
}  # fmt: skip
APART = {"demo", "evaluate", "benchmark", "doctor", "restore"}


@pytest.mark.parametrize("command", [*CALLED_WITH, "init --accept-new-secret"])
def test_no_command_works_on_what_is_half_restored(
    run_command: RunCommand, settings: Settings, people: tuple[int, int], tmp_path: Path, command: str
) -> None:
    assert set(CALLED_WITH) | APART == set(COMMANDS)
    (tmp_path / "file.txt").write_text("Name\nAna\n")
    settings.unfinished_restore.write_text("a backup\n")
    places = {"file": tmp_path / "file.txt", "new": tmp_path / "new.csv"}
    name, *more = command.split(" ")
    given = [each.format(**places) for each in CALLED_WITH[name]]
    refused = run_command(name, *more, *given)
    assert (refused.exit_code, "stopped half-way" in refused.err) == (3, True), refused.err
    assert not (tmp_path / "new.csv").exists()


def test_somebody_erased_since_goes_again_although_the_backup_holds_them_back(
    run_command: RunCommand, sessions: Sessions, people: tuple[int, int], tmp_path: Path
) -> None:
    ana, bo = people
    with sessions.writing.begin() as session:
        hold = hold_contact(session, ana, HoldKind.ACCESS_REQUEST, source="letter", now=current_time())
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    with sessions.writing.begin() as session:
        session.merge(hold).lifted_at = current_time()
    assert run_command("erase", ana, "--yes").exit_code == 0
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    assert here(sessions) == [bo]


@pytest.mark.parametrize(
    ("words", "kept"), [([False], False), ([False, True], True), ([True, False], False)], ids=str
)
def test_an_old_yes_to_being_kept_does_not_come_back_over_a_later_no(
    run_command: RunCommand,
    sessions: Sessions,
    settings: Settings,
    people: tuple[int, int],
    tmp_path: Path,
    words: list[bool],
    kept: bool,
) -> None:
    ana, bo = people
    with sessions.writing.begin() as session:
        for one in people:
            make_basis(session, session.get_one(Candidate, one), now=current_time())
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    for word in words:
        say(sessions, settings, ana, keep=word)
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    assert (is_kept(sessions, ana), is_kept(sessions, bo)) == (kept, True)


def test_a_no_follows_the_address_to_a_record_with_another_number(
    run_command: RunCommand, sessions: Sessions, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    with sessions.writing.begin() as session:
        double = make_candidate(session, "A. Ruizdottir", emails=["ana.r@example.org"], now=current_time())
        make_basis(session, double, now=current_time())
        number = double.id
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    say(sessions, settings, people[0], keep=False)
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    assert not is_kept(sessions, number)


def receive(sessions: Sessions, settings: Settings, candidate_id: int, kind: RequestKind) -> int:
    now, secret = current_time(), installation_secret(settings)
    new = NewRequest(kind=kind, came_by=CameBy.MAIL, candidate_id=candidate_id, received_on=now.date())
    with keep_journal(sessions, settings.home).writing.begin() as session:
        made = receive_request(session, new, now=now)
        note_request(session, made, secret=secret, now=now)
        return made.id


def test_requests_that_came_after_the_backup_are_open_again_and_freeze_erasure(
    run_command: RunCommand, sessions: Sessions, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    ana, bo = people
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    receive(sessions, settings, ana, RequestKind.ACCESS)
    answered = receive(sessions, settings, bo, RequestKind.ACCESS)
    with keep_journal(sessions, settings.home).writing.begin() as session:
        asked, now = session.get_one(DataRequest, answered), current_time()
        close_request(session, asked, "Nobody we know.", is_refused=True, now=now)
        note_request(session, asked, secret=installation_secret(settings), now=now)
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    with sessions.reading() as session:
        only = session.scalars(select(DataRequest)).one()
        assert (only.candidate_id, only.kind, only.state) == (ana, RequestKind.ACCESS, RequestState.OPEN)
        assert only.words is not None
        assert "came after the backup" in only.words
        holds = load_holds(session, people, today=current_time().date())
    assert {number: set(kinds) for number, kinds in holds.items()} == {ana: {HoldKind.ACCESS_REQUEST}}


def test_a_request_of_somebody_erased_since_is_not_opened_again(
    run_command: RunCommand, sessions: Sessions, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    ana, bo = people
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    receive(sessions, settings, ana, RequestKind.ERASURE)
    assert run_command("erase", ana, "--yes").exit_code == 0
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    assert here(sessions) == [bo]
    with sessions.reading() as session:
        assert session.scalars(select(DataRequest)).all() == []


def test_a_yes_to_a_recipient_taken_back_since_stays_taken_back(
    run_command: RunCommand, sessions: Sessions, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    to = Recipient(name="Jo Park", organisation="Südwind", why="They look for you.", with_resume=False)
    with sessions.writing.begin() as session:
        own, now = make_recruiter(session).id, current_time()
        number = note_pass_on_agreed(session, people[0], to, how="by phone", recruiter_id=own, now=now).id
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    with keep_journal(sessions, settings.home).writing.begin() as session:
        asked, now = session.get_one(PassOn, number), current_time()
        say_no_to_pass_on(asked, now=now)
        ana, secret = session.get_one(Candidate, people[0]), installation_secret(settings)
        note_own_word(session, ana, OwnWord.NOT_PASSED_ON, secret=secret, now=now, about=str(number))
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    with sessions.reading() as session:
        state = state_of(session.get_one(PassOn, number), current_time().date())
    assert state is PassOnState.TAKEN_BACK


def test_what_people_decided_stands_in_the_journal_without_their_address_or_name(
    sessions: Sessions, settings: Settings, people: tuple[int, int]
) -> None:
    say(sessions, settings, people[0], keep=False)
    receive(sessions, settings, people[0], RequestKind.ACCESS)
    written = (settings.home / FOLDER / FILE).read_text().casefold()
    assert written.count("\n") == 4
    assert "ana" not in written
    assert "ruiz" not in written
    assert "example" not in written


def test_sealed_copies_are_backed_up_too(
    run_command: RunCommand, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    sealed = settings.home / "held" / "ab12.zip"
    sealed.parent.mkdir()
    sealed.write_bytes(b"sealed")
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    sealed.unlink()
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    assert sealed.read_bytes() == b"sealed"


@pytest.mark.parametrize("is_lost", [True, False])
def test_under_another_secret_nothing_works_until_it_is_back(
    run_command: RunCommand, settings: Settings, people: tuple[int, int], tmp_path: Path, is_lost: bool
) -> None:
    kept = (settings.home / "secret").read_bytes()
    if is_lost:
        (settings.home / "secret").unlink()
    else:
        (settings.home / "secret").write_bytes(b"another one of the same length..")
    refused = run_command("jobs", "list")
    assert refused.exit_code == 3
    assert ("is gone" if is_lost else "is another") in refused.err
    assert "would be recognised" in refused.err
    assert run_command("backup", tmp_path / "backup").exit_code == 3
    assert not (tmp_path / "backup").exists()
    assert (settings.home / "secret").exists() is not is_lost, "nobody makes another one"
    (settings.home / "secret").write_bytes(kept)
    assert run_command("jobs", "list").exit_code == 0


def test_a_restore_over_an_installation_without_its_secret_brings_it_back_first(
    run_command: RunCommand, settings: Settings, people: tuple[int, int], tmp_path: Path
) -> None:
    kept = (settings.home / "secret").read_bytes()
    assert run_command("backup", tmp_path / "backup").exit_code == 0
    (settings.home / "secret").unlink()
    assert run_command("restore", tmp_path / "backup", "--force").exit_code == 0
    (aside,) = (settings.home / "backups").glob("before-restore-*")
    assert [(place / "secret").read_bytes() for place in (settings.home, aside / "files")] == [kept, kept]


def test_a_secret_lost_for_good_is_accepted_by_hand_and_who_is_here_stays_silent(
    run_command: RunCommand, sessions: Sessions, settings: Settings, people: tuple[int, int]
) -> None:
    ana, bo = people
    assert run_command("erase", ana, "--yes").exit_code == 0
    ask_for_silence(sessions, settings, bo)
    (settings.home / "secret").unlink()
    accepted = run_command("init", "--accept-new-secret")
    assert accepted.exit_code == 0, accepted.err
    assert "On the do-not lists again: 1 of" in accepted.out
    assert "recognise nobody now: 3." in accepted.out
    assert run_command("jobs", "list").exit_code == 0
    with sessions.reading() as session:
        key = suppression_key(installation_secret(settings), "email", "bo@example.org")
        assert find_suppressed(session, [key], scope=SuppressionScope.CONTACT) == {key}
