"""The one table of jobs: what runs, when, and why then. Times come from the settings, in UTC."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jobs import (
    apply_retention,
    clean_up,
    compact_index,
    find_duplicates,
    import_watched_folders,
    nightly_backup,
    read_answers,
    rematch_changed_roles,
    rematch_open_roles,
    renew_consents,
    send_digests,
    send_outreach,
    write_reminders,
)
from jobs.due import Daily, Due, Every
from jobs.workplace import Shift
from talentpool.errors import NotFoundError
from talentpool.settings import ScheduleSettings
from talentpool.work.plans import Planned
from talentpool.work.runs import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One job: its name, when it is due, why then, and the call that does it.

    Without a due time it runs when something asks for it: the scheduler, which saw a change, or a person.
    """

    name: str
    due: Callable[[ScheduleSettings], Due] | None
    why: str
    run: Callable[[Shift, datetime], Outcome]

    def latest(self, settings: ScheduleSettings, now: datetime) -> datetime | None:
        """Give the newest due time that is not in the future; None for a job without any."""
        return None if self.due is None else self.due(settings).latest(now)

    def following(self, settings: ScheduleSettings, now: datetime) -> datetime | None:
        """Give the first due time after now; None for a job without any."""
        return None if self.due is None else self.due(settings).following(now)


JOBS = (
    Job(
        name="rematch_open_roles",
        due=lambda settings: Daily.from_text(settings.rematch_at),
        why="After the day's imports and before anybody starts work.",
        run=rematch_open_roles.run,
    ),
    Job(
        name=rematch_changed_roles.NAME,
        due=None,
        why="Soon after the pool or a role has changed, once for a burst of changes.",
        run=rematch_changed_roles.run,
    ),
    Job(
        name="import_watched_folders",
        due=lambda _: Every(5),
        why="An export is in the pool within minutes of being whole; without watched folders there is nothing to do.",
        run=import_watched_folders.run,
    ),
    Job(
        name="backup",
        due=lambda settings: Daily.from_text(settings.backup_at),
        why="An hour after the re-match, so that it carries the new lists.",
        run=nightly_backup.run,
    ),
    Job(
        name="send_outreach",
        due=lambda _: Every(1),
        why="A message leaves within a minute of the decision, and a stop holds within a minute too.",
        run=send_outreach.run,
    ),
    Job(
        name="read_answers",
        due=lambda _: Every(5),
        why="An answer is seen, and ends the reminder, while the candidate still has us in mind.",
        run=read_answers.run,
    ),
    Job(
        name="write_reminders",
        due=lambda _: Every(60),
        why="In the hour in which the days a recruiter chose are over.",
        run=write_reminders.run,
    ),
    Job(
        name=send_digests.NAME,
        due=lambda settings: Daily.from_text(settings.digest_at),
        why="When the night's lists are new and before anybody starts work; it reminds of promises that are due, too.",
        run=send_digests.run,
    ),
    Job(
        name="compact_index",
        due=lambda _: Every(60),
        why="A wrong byte is found within the hour; what has to be quick the scheduler does by itself.",
        run=compact_index.run,
    ),
    Job(
        name="find_duplicates",
        due=lambda _: Daily.from_text("04:00"),
        why="After the backup, with the day's changes in; imports ask for a look at what they brought themselves.",
        run=find_duplicates.run,
    ),
    Job(
        name="apply_retention",
        due=lambda _: Daily.from_text("03:15"),
        why="Before the nightly backup, so that it carries nobody whose time is over.",
        run=apply_retention.run,
    ),
    Job(
        name="renew_consents",
        due=lambda _: Daily.from_text("08:00"),
        why="In the morning, when a letter is read and somebody is there to answer.",
        run=renew_consents.run,
    ),
    Job(
        name="clean_up",
        due=lambda _: Daily.from_text("04:30"),
        why="When the night's work is over and before anybody signs in.",
        run=clean_up.run,
    ),
)


def find_job(name: str) -> Job:
    """Find a job by its name; raises NotFoundError naming those that exist."""
    found = next((job for job in JOBS if job.name == name), None)
    if found is None:
        raise NotFoundError(f"There is no job {name!r}; there are {', '.join(job.name for job in JOBS)}.")
    return found


def planned_jobs(settings: ScheduleSettings, now: datetime, jobs: tuple[Job, ...] = JOBS) -> list[Planned]:
    """Give the table as it is written down for whoever looks at it."""
    return [
        Planned(
            job=job.name,
            why=job.why,
            next_at=job.following(settings, now),
            due_words=job.due(settings).words if job.due else None,
        )
        for job in jobs
    ]
