"""Stored resume files: on the disk before their rows, under names of ours, and never one without the other."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from talentpool.candidates.merging import unmerge
from talentpool.candidates.models import Candidate, Resume
from talentpool.candidates.resume_files import examine_store, sweep_store
from talentpool.clock import current_time
from talentpool.database import Sessions
from talentpool.errors import NoRoomError
from talentpool.resumes.file_names import download_name, safe_file_name
from talentpool.resumes.store import keep_original, original_path, stored_keys
from talentpool.settings import Settings
from tests.builders import make_candidate, make_resume

WRITER = """
import sys
from pathlib import Path
from talentpool.database import open_engine, open_sessions
import talentpool.tables
from talentpool.candidates.models import Resume
from talentpool.resumes.store import keep_original
from tests.builders import make_candidate, make_resume
sessions = open_sessions(open_engine(sys.argv[1]))
print("ready", flush=True)
number = 0
while True:
    with sessions.writing() as session:
        number += 1
        candidate = make_candidate(session, f"Person {number}")
        resume = make_resume(session, candidate, f"text {number}")
        resume.file_key = keep_original(Path(sys.argv[2]), b"%PDF " + bytes(200_000))
        session.commit()
"""


def with_file(session: Session, folder: Path, name: str = "Ana Ruiz") -> Resume:
    resume = make_resume(session, make_candidate(session, name), f"The resume of {name}")
    resume.file_key = keep_original(folder, name.encode())
    session.flush()
    return resume


def later(days: int = 3):
    return current_time() + timedelta(days=days)


def test_faults_09_a_stored_name_says_nothing_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keys = {keep_original(tmp_path / "resumes", b"one content") for _ in range(20)}
    assert len(keys) == 20
    path = original_path(tmp_path / "resumes", keys.pop())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["../../secret", "", "A" * 32, "a" * 31, "a" * 32 + "\n", "a" * 30 + "/a"])
def test_faults_09_what_is_no_key_of_ours_is_no_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        original_path(tmp_path, key)


@given(
    st.text(max_size=60)
    | st.sampled_from(["CON", "nul.pdf", "a" * 5000 + ".pdf", "\u202efdp.exe", "..", ". ."])
)
def test_faults_09_any_name_becomes_one_that_misleads_nobody(name: str) -> None:
    for safe in (safe_file_name(name), download_name(name, "application/pdf")):
        assert 0 < len(safe) <= 130
        assert not set(safe) & set('/\\<>:"|?*\0\n\r\u202e')
        assert safe.split(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1", "lpt1"}
        assert safe not in (".", "..")
    assert download_name(name, "text/html").endswith(".html")


def test_faults_14_a_file_without_a_row_is_found_and_goes_once_it_is_old(
    session: Session, settings: Settings
) -> None:
    folder = settings.resume_folder
    kept = with_file(session, folder)
    orphan = keep_original(folder, b"nobody's")
    assert examine_store(session, folder, now=current_time()).orphans == ()
    assert examine_store(session, folder, now=later()).orphans == (orphan,)
    assert sweep_store(session, folder, now=later()) == 1
    assert [key for key, _ in stored_keys(folder)] == [kept.file_key]


def test_faults_14_a_row_without_its_file_is_told_and_kept(session: Session, settings: Settings) -> None:
    resume = with_file(session, settings.resume_folder)
    original_path(settings.resume_folder, resume.file_key or "").unlink()
    assert examine_store(session, settings.resume_folder, now=later()).missing == (resume.id,)
    sweep_store(session, settings.resume_folder, now=later())
    assert session.get(Resume, resume.id) is not None


def test_faults_14_what_a_killed_writer_left_unfinished_goes(session: Session, settings: Settings) -> None:
    left = settings.resume_folder / "ab" / ("ab" * 16 + ".unfinished")
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    assert sweep_store(session, settings.resume_folder, now=current_time()) == 0
    assert sweep_store(session, settings.resume_folder, now=later()) == 1
    assert not left.exists()


def test_faults_14_a_process_killed_at_any_moment_leaves_no_row_without_a_file(
    sessions: Sessions, settings: Settings, checkout: Path
) -> None:
    folder = settings.resume_folder
    for number in range(4):
        command = [sys.executable, "-c", WRITER, settings.database_url, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=checkout) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.15 + 0.037 * number)
            os.kill(writer.pid, signal.SIGKILL)
        with sessions.reading() as session:
            assert examine_store(session, folder, now=later()).missing == ()
            sweep_store(session, folder, now=later())
            found = examine_store(session, folder, now=later())
            assert found.orphans == ()
            rows = session.scalars(select(Resume.file_key)).all()
        assert sorted(key for key, _ in stored_keys(folder)) == sorted(key for key in rows if key)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_faults_11_a_full_disk_says_so_and_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    try:
        keep_original(disk / "resumes", bytes(300_000))
        with pytest.raises(NoRoomError, match="The disk is full"):
            keep_original(disk / "resumes", bytes(2_000_000))
        assert len(list(stored_keys(disk / "resumes"))) == 1
        assert not list(disk.rglob("*.unfinished"))
        keep_original(disk / "resumes", bytes(300_000))
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_merged_persons_file_outlives_the_sweep_for_the_day_the_merge_is_undone(
    session: Session, settings: Settings
) -> None:
    from talentpool.candidates.merging import Decision, merge_candidates

    first, second = (
        with_file(session, settings.resume_folder, name) for name in ("Ana Ruiz", "Ana Ruiz-Gil")
    )
    second.content_hash = first.content_hash
    session.flush()
    keys = {first.file_key, second.file_key}
    decision = Decision(choices={}, recruiter_id=None, now=current_time())
    merge = merge_candidates(session, first.candidate_id, second.candidate_id, decision, secret=b"s" * 32)
    sweep_store(session, settings.resume_folder, now=later())
    unmerge(session, merge.id, recruiter_id=None, now=current_time(), secret=b"s" * 32)
    assert examine_store(session, settings.resume_folder, now=later()).missing == ()
    assert set(session.scalars(select(Resume.file_key))) == keys


def test_a_deleted_persons_files_go_with_the_next_sweep(session: Session, settings: Settings) -> None:
    with_file(session, settings.resume_folder)
    session.execute(delete(Candidate))
    assert sweep_store(session, settings.resume_folder, now=later()) == 1
