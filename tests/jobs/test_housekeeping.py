"""The jobs that keep house: a backup each night, seven kept, and nothing left lying about that is over."""

import os
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from jobs import clean_up, nightly_backup
from jobs.workplace import Shift
from talentpool.accounts.models import LinkPurpose, LoginSession, OneTimeLink, SignInAttempt
from talentpool.backups.manifest import verify_backup
from talentpool.database import Base
from talentpool.rediscovery.models import MatchRun
from talentpool.resumes.store import keep_original, original_path
from talentpool.work.models import AskedWork, JobRun, WorkState
from tests.builders import make_candidate, make_recruiter, make_resume, make_role
from tests.use_cases.oversight.listed_people import put_on_list


def counted(shift: Shift, rows: type[Base]) -> int:
    with shift.reading() as session:
        return session.scalar(select(func.count()).select_from(rows)) or 0


def earlier_nights(shift: Shift, *, number: int) -> list[str]:
    """Make the folders of the nights before this one, the oldest first; gives their names."""
    nights = [shift.now - timedelta(days=days) for days in range(number, 0, -1)]
    names = [f"nightly-{night:%Y-%m-%dT%H%M}" for night in nights]
    for name in names:
        (shift.workplace.settings.home / "backups" / name).mkdir(parents=True)
    return names


def test_each_night_leaves_one_whole_backup_and_the_newest_seven_stay(shift: Shift) -> None:
    before = earlier_nights(shift, number=8)
    assert nightly_backup.run(shift, shift.now).items > 0
    kept = sorted((shift.workplace.settings.home / "backups").iterdir())
    assert [folder.name for folder in kept] == [*before[2:], f"nightly-{shift.now:%Y-%m-%dT%H%M}"]
    assert verify_backup(kept[-1]).rows > 0


def test_what_a_killed_backup_left_pushes_no_whole_one_out_and_goes(shift: Shift) -> None:
    whole = earlier_nights(shift, number=12)[:6]
    backups = shift.workplace.settings.home / "backups"
    for name in sorted(path.name for path in backups.iterdir())[6:]:
        (backups / name).rename(backups / f"{name}.unfinished")
    nightly_backup.run(shift, shift.now)
    kept = {path.name for path in backups.iterdir()}
    assert kept == {*whole, f"nightly-{shift.now:%Y-%m-%dT%H%M}"}


def test_the_same_night_twice_is_one_backup(shift: Shift) -> None:
    nightly_backup.run(shift, shift.now)
    assert nightly_backup.run(shift, shift.now).items == 0
    assert len(list((shift.workplace.settings.home / "backups").iterdir())) == 1


def test_what_was_put_aside_goes_with_the_nights_and_what_people_named_themselves_stays(shift: Shift) -> None:
    backups = shift.workplace.settings.home / "backups"
    aside = {
        days: [
            f"before-{what}-{shift.now - timedelta(days=days):%Y-%m-%dT%H%M%S}"
            for what in ("upgrade", "restore")
        ]
        for days in (5, 30)
    }
    by_hand = ["before-the-move", "before-upgrade", "2026-01-01"]
    for name in (*aside[5], *aside[30], *by_hand):
        (backups / name).mkdir(parents=True)
    nightly_backup.run(shift, shift.now)
    assert {*aside[5], *aside[30], *by_hand} < {path.name for path in backups.iterdir()}, "seven nights first"
    earlier_nights(shift, number=8)
    assert nightly_backup.run(shift, shift.now).items == 0
    left = {path.name for path in backups.iterdir() if not path.name.startswith("nightly-")}
    assert left == {*aside[5], *by_hand}


def leave_behind(shift: Shift, at: datetime) -> None:
    """Leave one of everything that is over by itself some time after `at`."""
    with shift.writing() as session:
        owner = make_recruiter(session).id
        key = f"{at.timestamp():064.0f}"
        session.add_all(
            [
                LoginSession(
                    token_hash=key, recruiter_id=owner, created_at=at, last_seen_at=at, expires_at=at
                ),
                OneTimeLink(
                    token_hash=key,
                    purpose=LinkPurpose.SET_UP,
                    recruiter_id=owner,
                    created_at=at,
                    expires_at=at,
                ),
                SignInAttempt(key_hash=key, attempted_at=at),
                AskedWork(
                    kind="rematch_role", details={}, state=WorkState.DONE, asked_at=at, due_at=at, ended_at=at
                ),
                AskedWork(kind="rematch_role", details={}, state=WorkState.WAITING, asked_at=at, due_at=at),
            ]
        )


def test_what_is_over_goes_and_what_is_not_stays(shift: Shift) -> None:
    leave_behind(shift, shift.now - timedelta(days=100))
    leave_behind(shift, shift.now - timedelta(days=1))
    uploads = shift.workplace.settings.upload_folder
    uploads.mkdir()
    for name, days in (("old.csv", 100), ("new.csv", 1)):
        (uploads / name).write_text("Name\n")
        then = (shift.now - timedelta(days=days)).timestamp()
        os.utime(uploads / name, (then, then))
    assert clean_up.run(shift, shift.now).items == 5
    assert [counted(shift, kind) for kind in (LoginSession, OneTimeLink, SignInAttempt, AskedWork)] == [
        1,
        1,
        1,
        3,
    ]
    assert [path.name for path in uploads.iterdir()] == ["new.csv"]


def test_of_looks_that_found_nothing_to_do_the_newest_of_each_job_stays(shift: Shift) -> None:
    with shift.writing() as session:
        for job, days, items in (
            ("read_answers", 3, 0),
            ("read_answers", 2, 0),
            ("backup", 2, 5),
        ):
            at = shift.now - timedelta(days=days)
            session.add(
                JobRun(job=job, due_at=at, started_at=at, ended_at=at, state=WorkState.DONE, items=items)
            )
    assert clean_up.run(shift, shift.now).items == 1
    with shift.writing() as session:
        session.add(
            JobRun(job="read_answers", due_at=shift.now, started_at=shift.now, state=WorkState.DONE, items=0)
        )
    assert clean_up.run(shift, shift.now).items == 1
    with shift.reading() as session:
        left = session.execute(select(JobRun.job, JobRun.due_at).order_by(JobRun.id)).all()
    assert [(job, (shift.now - due_at).days) for job, due_at in left] == [
        ("backup", 2), ("read_answers", 0),
    ]  # fmt: skip


def test_a_file_without_a_row_goes_and_a_row_without_its_file_is_told(shift: Shift) -> None:
    folder = shift.workplace.settings.resume_folder
    nobodys = original_path(folder, keep_original(folder, b"nobody's"))
    with shift.writing() as session:
        resume = make_resume(session, make_candidate(session), "Kubernetes")
        resume.file_key = keep_original(folder, b"lost")
    original_path(folder, resume.file_key).unlink()
    days_ago = (shift.now - timedelta(days=3)).timestamp()
    os.utime(nobodys, (days_ago, days_ago))
    outcome = clean_up.run(shift, shift.now)
    assert (outcome.items, outcome.failures) == (2, 1)
    assert outcome.notes == (f"The file of resume {resume.id} is gone; restore the files of a backup.",)
    assert not nobodys.exists()


def test_what_a_killed_request_of_another_system_left_goes_after_a_day(shift: Shift) -> None:
    folder = shift.workplace.settings.upload_folder
    for name, hours in (("push-old", 30), ("push-new", 1)):
        (folder / name).mkdir(parents=True)
        (folder / name / "1-resume.pdf").write_bytes(b"%PDF-1.7")
        at = (shift.now - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (at, at))
    clean_up.run(shift, shift.now)
    assert [path.name for path in folder.iterdir()] == ["push-new"]


def test_faults_39_a_clock_a_day_ahead_takes_no_file_of_an_import_that_is_under_way(shift: Shift) -> None:
    folder = shift.workplace.settings.resume_folder
    just_written = original_path(folder, keep_original(folder, b"its row comes with the next transaction"))
    os.utime(just_written, (shift.now.timestamp(),) * 2)
    for ahead in (timedelta(hours=1), timedelta(days=1)):
        clean_up.run(shift, shift.now + ahead)
        assert just_written.exists()


def test_lists_older_than_a_week_are_thinned_out_once(shift: Shift) -> None:
    with shift.writing() as session:
        role, one = make_role(session), make_candidate(session)
        for days in (40, 30, 9, 8, 6, 1):
            put_on_list(session, role, [one], at=shift.now - timedelta(days=days))
    assert clean_up.run(shift, shift.now).items == 3
    assert clean_up.run(shift, shift.now).items == 0
    with shift.reading() as session:
        left = session.scalars(select(MatchRun).order_by(MatchRun.id)).all()
    assert [(shift.now - run.ran_at).days for run in left] == [40, 6, 1]


def test_a_role_whose_lists_cannot_be_thinned_out_is_noted_and_the_others_are(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shift.writing() as session:
        one = make_candidate(session)
        roles = [make_role(session) for _ in range(2)]
        for days in (40, 30, 20):
            for role in roles:
                put_on_list(session, role, [one], at=shift.now - timedelta(days=days))
    real = clean_up.thin_out

    def stumble(session: object, role_id: int, **more: object) -> int:
        if role_id == roles[0].id:
            raise ZeroDivisionError
        return real(session, role_id, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(clean_up, "thin_out", stumble)  # a fault nobody has thought of yet
    outcome = clean_up.run(shift, shift.now)
    assert (outcome.items, outcome.failures) == (2, 1)
    assert outcome.notes == (
        f"Lists of role {roles[0].id}: Stopped by a fault (ZeroDivisionError); see the log.",
    )
