"""What has served its time goes: ended sessions, used links, old tries to sign in, finished work, runs, digests, uploads.

Lists of roles are thinned out after a week. Files nobody refers to go as well; rows whose file is gone are told, because only a person can bring it back.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import CursorResult, Delete, delete, func, or_, select

from jobs.one_of_many import one_of_many
from jobs.workplace import Shift
from talentpool.accounts.models import KeptForm, LoginSession, OneTimeLink, SignInAttempt
from talentpool.candidates.resume_files import examine_store, sweep_store
from talentpool.imports.push import PUSHED
from talentpool.rediscovery.models import Digest
from talentpool.rediscovery.thinning import roles_to_thin_out, thin_out
from talentpool.work.models import AskedWork, JobRun, WorkState
from talentpool.work.runs import OVER, Outcome

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONTH = timedelta(days=31)  # an access export is downloaded and sent within days
QUARTER = timedelta(days=92)
MOST_NOTES = 200
# A look that found nothing to do tells nobody anything the day after; the newest run of a job says that it works.
IDLE = (JobRun.state == WorkState.DONE, JobRun.items == 0, JobRun.failures == 0)


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Delete what nobody needs any more; counts rows and files."""
    deleted = 0
    for rows in _served(due_at):
        shift.go_on()
        with shift.writing() as session:
            result = session.execute(rows)
            deleted += result.rowcount if isinstance(result, CursorResult) else 0
    notes = list[str]()
    deleted += _thin_out_lists(shift, due_at - WEEK, notes)
    settings = shift.workplace.settings
    with shift.reading() as session:
        deleted += sweep_store(session, settings.resume_folder, now=shift.now)
        missing = examine_store(session, settings.resume_folder, now=shift.now).missing
    deleted += _drop_files(settings.home / "exports", due_at - MONTH)
    deleted += _drop_files(settings.upload_folder, due_at - QUARTER)
    deleted += _drop_folders_of_the_killed(settings.upload_folder, due_at - DAY)
    failures = len(notes) + len(missing)
    notes += [f"The file of resume {each} is gone; restore the files of a backup." for each in missing]
    return Outcome(items=deleted + failures, failures=failures, notes=tuple(notes[:MOST_NOTES]))


def _thin_out_lists(shift: Shift, before: datetime, notes: list[str]) -> int:
    with shift.reading() as session:
        role_ids = roles_to_thin_out(session, before=before)
    thinned = 0
    for role_id in role_ids:
        with one_of_many(notes, f"Lists of role {role_id}"):
            while some := _thin_out_some(shift, role_id, before):
                thinned += some
    return thinned


def _thin_out_some(shift: Shift, role_id: int, before: datetime) -> int:
    shift.go_on()
    with shift.writing() as session:
        return thin_out(session, role_id, before=before, now=shift.now)


def _drop_folders_of_the_killed(folder: Path, before: datetime) -> int:
    old = [path for path in folder.glob(f"{PUSHED}*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def _drop_files(folder: Path, before: datetime) -> int:
    old = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _served(due_at: datetime) -> tuple[Delete, ...]:
    week_ago, quarter_ago = due_at - WEEK, due_at - QUARTER
    is_newest = JobRun.id.in_(select(func.max(JobRun.id)).group_by(JobRun.job))
    return (
        delete(LoginSession).where(
            or_(LoginSession.expires_at < week_ago, LoginSession.revoked_at < week_ago)
        ),
        delete(OneTimeLink).where(or_(OneTimeLink.expires_at < week_ago, OneTimeLink.used_at < week_ago)),
        delete(SignInAttempt).where(SignInAttempt.attempted_at < week_ago),
        delete(KeptForm).where(KeptForm.created_at < due_at - DAY),
        delete(AskedWork).where(AskedWork.state.in_(OVER), AskedWork.ended_at < quarter_ago),
        delete(JobRun).where(JobRun.state.in_(OVER), JobRun.due_at < quarter_ago, ~is_newest),
        delete(JobRun).where(*IDLE, JobRun.due_at < due_at - DAY, ~is_newest),
        delete(Digest).where(Digest.created_at < quarter_ago),
    )
