"""Settings, jobs: what runs by itself, how the last runs went, and running, pausing and resuming one."""

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.audit import record_event
from talentpool.accounts.permissions import Permission
from talentpool.web.access import is_fragment_asked, requires
from talentpool.web.desk import current_viewer, request_time
from talentpool.web.notices import go_to, notify
from talentpool.web.transaction import request_session
from talentpool.work import plans, queue
from talentpool.work.leases import is_held
from talentpool.work.overview import RUN_JOB, JobLine, job_lines, jobs_asked_for, seconds_of, title_of
from talentpool.work.runs import newest_runs

pages = Blueprint("jobs", __name__)

LEASE = "scheduler"
RUNS_SHOWN = 25


@pages.get("/settings/jobs")
@requires(Permission.CHANGE_SETTINGS)
def show_jobs() -> ResponseReturnValue:
    """List the jobs, each with when and why, how it went last, and what can be done."""
    lines = job_lines(request_session())
    return _followed("settings/jobs.html", is_moving=any(line.is_moving for line in lines), lines=lines)


@pages.get("/settings/jobs/<job>")
@requires(Permission.CHANGE_SETTINGS)
def show_job(job: str) -> ResponseReturnValue:
    """Show one job with its last runs and what they noted."""
    session = request_session()
    plan = plans.get_plan(session, job)
    found = newest_runs(session, most=RUNS_SHOWN, job=job)
    line = JobLine(plan=plan, last=found[0] if found else None, is_asked_for=job in jobs_asked_for(session))
    return _followed("settings/job.html", is_moving=line.is_moving, line=line, runs=found)


@pages.post("/settings/jobs/<job>/run")
@requires(Permission.CHANGE_SETTINGS)
def run_now(job: str) -> ResponseReturnValue:
    """Ask for a run now; the scheduler takes it within seconds."""
    session, own, now = request_session(), current_viewer().recruiter_id, request_time()
    plans.get_plan(session, job)
    queue.ask_once(session, RUN_JOB, {"job": job}, asked_by=own, now=now)
    record_event(
        session, "job_asked_for", object_kind="job", object_id=None, recruiter_id=own, now=now,
        details={"job": job},
    )  # fmt: skip
    return go_to(url_for("jobs.show_job", job=job))


@pages.post("/settings/jobs/<job>/pause")
@requires(Permission.CHANGE_SETTINGS)
def pause(job: str) -> ResponseReturnValue:
    """Let a job rest until somebody resumes it."""
    own, now = current_viewer().recruiter_id, request_time()
    plans.pause(request_session(), job, recruiter_id=own, now=now)
    notify(f"{title_of(job)} rests until somebody resumes it.", undo=url_for("jobs.resume", job=job))
    return go_to(url_for("jobs.show_jobs"))


@pages.post("/settings/jobs/<job>/resume")
@requires(Permission.CHANGE_SETTINGS)
def resume(job: str) -> ResponseReturnValue:
    """Let a job run by itself again."""
    own, now = current_viewer().recruiter_id, request_time()
    plans.resume(request_session(), job, recruiter_id=own, now=now)
    notify(f"{title_of(job)} runs by itself again.")
    return go_to(url_for("jobs.show_jobs"))


def _followed(template: str, *, is_moving: bool, **shown: object) -> ResponseReturnValue:
    """Give a page that follows by itself while a job runs, and ends following with the whole page anew."""
    is_working = is_held(request_session(), LEASE, now=request_time())
    page = render_template(
        template, **shown, is_moving=is_moving, is_working=is_working, seconds_of=seconds_of
    )
    response = make_response(page)
    if is_fragment_asked() and not is_moving:
        response.headers["HX-Refresh"] = "true"
    return response
