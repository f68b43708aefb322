"""`talentpool jobs`: what runs by itself, running one now, letting one rest, and how the last runs went."""

from collections.abc import Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from talentpool.cli.installation import Installation, pass_installation
from talentpool.cli.output import JSON_OPTION, print_json, say
from talentpool.clock import current_time
from talentpool.work import plans
from talentpool.work.models import JobRun
from talentpool.work.queue import ask_once
from talentpool.work.runs import newest_runs

SHOWN_AS = "%Y-%m-%d %H:%M"


@click.group(epilog="Example: talentpool jobs list")
def command() -> None:
    """List the jobs, run one now, see what ran."""


@command.command("list", epilog="Example: talentpool jobs list")
@JSON_OPTION
@pass_installation
def list_jobs(installation: Installation, as_json: bool) -> None:
    """List the jobs: when each is due next (UTC), why then, and how it went last."""
    from jobs.schedule import JOBS

    installation.require_ready()
    now = current_time()
    schedule = installation.settings.schedule
    with installation.sessions.reading() as session:
        last = {job.name: newest_runs(session, most=1, job=job.name) for job in JOBS}
        paused = plans.paused_jobs(session)
    if as_json:
        rows = [
            {
                "job": job.name,
                "next": job.following(schedule, now),
                "paused_at": paused.get(job.name),
                "why": job.why,
                "last": [_described(run) for run in last[job.name]],
            }
            for job in JOBS
        ]
        print_json({"jobs": rows})
        return
    table = Table("Job", "Next (UTC)", "Last", "Why then", box=None, pad_edge=False)
    for job in JOBS:
        state = "".join(run.state.value for run in last[job.name]) or "-"
        table.add_row(
            job.name, _next_words(job.following(schedule, now), is_paused=job.name in paused), state, job.why
        )
    Console().print(table)


@command.command("run", epilog="Example: talentpool jobs run rematch_open_roles")
@click.argument("name")
@pass_installation
def run_now(installation: Installation, name: str) -> int:
    """Run the job NAME now: here, or by the scheduler when one is at work."""
    from jobs.run_job import run_job
    from jobs.schedule import find_job
    from jobs.workplace import on_duty, open_workplace

    job = find_job(name)
    installation.require_ready()
    now = current_time()
    with on_duty(open_workplace(installation.settings, installation.engine)) as shift:
        outcome = None if shift is None else run_job(job, shift, due_at=now)
    if shift is None:
        with installation.sessions.writing() as session:
            ask_once(session, "run_job", {"job": name}, asked_by=None, now=now)
            session.commit()
        say("The scheduler runs it within seconds; `talentpool jobs log` shows how it went.")
        return 0
    if outcome is None:
        say(f"{name} was interrupted; `talentpool jobs log` says by what.")
        return 1
    say(f"{name}: {outcome.items} done, {outcome.failures} failed. {outcome.problem or ''}".rstrip())
    for note in outcome.notes:
        say(f"  {note}")
    return 1 if outcome.failures else 0


@command.command("pause", epilog="Example: talentpool jobs pause rematch_open_roles")
@click.argument("name")
@pass_installation
def pause_job(installation: Installation, name: str) -> None:
    """Let the job NAME rest, over restarts too, until it is resumed."""
    _set_rest(installation, name, is_paused=True)
    say(f"{name} rests; `talentpool jobs resume {name}` lets it run again.")


@command.command("resume", epilog="Example: talentpool jobs resume rematch_open_roles")
@click.argument("name")
@pass_installation
def resume_job(installation: Installation, name: str) -> None:
    """Let the job NAME run by itself again."""
    _set_rest(installation, name, is_paused=False)
    say(f"{name} runs by itself again.")


def _set_rest(installation: Installation, name: str, *, is_paused: bool) -> None:
    from jobs.schedule import planned_jobs

    installation.require_ready()
    now, act = current_time(), plans.pause if is_paused else plans.resume
    with installation.sessions.writing() as session:
        plans.note_plans(session, planned_jobs(installation.settings.schedule, now))
        act(session, name, recruiter_id=None, now=now)
        session.commit()


@command.command("log", epilog="Example: talentpool jobs log --top 50")
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many to show.")
@JSON_OPTION
@pass_installation
def show_log(installation: Installation, top: int, as_json: bool) -> None:
    """Show how the last runs went, newest first."""
    installation.require_ready()
    with installation.sessions.reading() as session:
        runs = [_described(run) for run in newest_runs(session, most=top)]
    if as_json:
        print_json({"runs": runs})
        return
    _print_log(runs)


def _next_words(following: datetime | None, *, is_paused: bool) -> str:
    if is_paused:
        return "paused"
    return f"{following:{SHOWN_AS}}" if following else "after a change"


def _print_log(runs: Sequence[dict[str, object]]) -> None:
    if not runs:
        say("No job has run yet; `talentpool up` or `talentpool schedule` runs them.")
        return
    table = Table(
        "Job", "Due (UTC)", "State", "Seconds", "Items", "Failed", "Problem", box=None, pad_edge=False
    )
    for run in runs:
        seconds = run["seconds"]
        table.add_row(
            str(run["job"]),
            f"{run['due_at']:{SHOWN_AS}}",
            str(run["state"]),
            f"{seconds:.1f}" if isinstance(seconds, float) else "-",
            str(run["items"]),
            str(run["failures"]),
            escape(str(run["problem"] or "")),
        )
    Console().print(table)
    for run in runs:
        for note in run["notes"] if isinstance(run["notes"], list) else ():
            say(f"{run['job']}, {run['due_at']:{SHOWN_AS}}: {note}")


def _described(run: JobRun) -> dict[str, object]:
    return {
        "job": run.job,
        "due_at": run.due_at,
        "started_at": run.started_at,
        "seconds": _seconds(run.started_at, run.ended_at),
        "state": run.state.value,
        "items": run.items,
        "failures": run.failures,
        "problem": run.problem,
        "notes": run.notes or [],
    }


def _seconds(started_at: datetime | None, ended_at: datetime | None) -> float | None:
    return (ended_at - started_at).total_seconds() if started_at and ended_at else None
