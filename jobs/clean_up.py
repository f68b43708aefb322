"""What has served its time goes: ended sessions, used links, old tries to sign in, finished work, runs, uploads, and files nobody refers to."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import CursorResult, Delete, delete, or_

from jobs.workplace import Shift
from talentpool.accounts.models import KeptForm, LoginSession, OneTimeLink, SignInAttempt
from talentpool.candidates.resume_files import sweep_store
from talentpool.work.models import AskedWork, JobRun, WorkState
from talentpool.work.runs import Outcome

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONTH = timedelta(days=31)  # an access export is downloaded and sent within days
QUARTER = timedelta(days=92)
OVER = (WorkState.DONE, WorkState.FAILED)
# A look each minute that found nothing to do tells nobody anything the day after.
IDLE = (
    JobRun.job.in_(("send_outreach", "import_watched_folders")),
    JobRun.state == WorkState.DONE,
    JobRun.items == 0,
)


def run(shift: Shift, due_at: datetime) -> Outcome:
    """Delete what nobody needs any more; counts rows and files."""
    deleted = 0
    for rows in _served(due_at):
        shift.go_on()
        with shift.writing() as session:
            result = session.execute(rows)
            deleted += result.rowcount if isinstance(result, CursorResult) else 0
    settings = shift.workplace.settings
    with shift.reading() as session:
        deleted += sweep_store(session, settings.resume_folder, now=shift.now)
    deleted += _drop_files(settings.home / "exports", due_at - MONTH)
    return Outcome(items=deleted + _drop_files(settings.upload_folder, due_at - QUARTER))


def _drop_files(folder: Path, before: datetime) -> int:
    old = [path for path in folder.glob("*") if path.is_file() and path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _served(due_at: datetime) -> tuple[Delete, ...]:
    week_ago, quarter_ago = due_at - WEEK, due_at - QUARTER
    return (
        delete(LoginSession).where(
            or_(LoginSession.expires_at < week_ago, LoginSession.revoked_at < week_ago)
        ),
        delete(OneTimeLink).where(or_(OneTimeLink.expires_at < week_ago, OneTimeLink.used_at < week_ago)),
        delete(SignInAttempt).where(SignInAttempt.attempted_at < week_ago),
        delete(KeptForm).where(KeptForm.created_at < due_at - DAY),
        delete(AskedWork).where(AskedWork.state.in_(OVER), AskedWork.ended_at < quarter_ago),
        delete(JobRun).where(JobRun.state.in_(OVER), JobRun.due_at < quarter_ago),
        delete(JobRun).where(*IDLE, JobRun.due_at < due_at - DAY),
    )
