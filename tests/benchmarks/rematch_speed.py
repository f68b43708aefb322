"""How long the roles of an installation take to be matched again: `python -m tests.benchmarks.rematch_speed HOME`.

Works on the installation it is given, so give it a copy: it opens roles until there are 200 and adds 500 people.
Prints one JSON document: seconds for all roles when nothing was known yet, when nothing has changed, and from 500
new people to new lists and from those to their receipts, and the rows of runs and matches that each wrote.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from jobs.rematch_open_roles import keep_all_receipts, renew_lists
from jobs.rematch_open_roles import run as run_all
from jobs.workplace import Shift, on_duty, open_workplace
from talentpool.candidates.models import Candidate, CandidateChange, Resume
from talentpool.cli.installation import Installation
from talentpool.cli.measured_pool import person_row, resume_row
from talentpool.clock import current_time
from talentpool.logs import configure_logs
from talentpool.rediscovery.models import Match, MatchRun
from talentpool.rediscovery.rematch import roles_to_match_again
from talentpool.roles.models import Role, RoleState
from talentpool.roles.posting import RoleDraft, post_role
from talentpool.sample_pool.crowd import crowd_resumes, crowd_role
from talentpool.work.runs import Outcome

ROLES, NEWCOMERS = 200, 500


def prepare(shift: Shift) -> int:
    """Open roles until there are 200; gives how many there are."""
    with shift.writing() as session:
        is_open = select(func.count()).where(Role.state == RoleState.OPEN)
        for number in range(max(0, ROLES - (session.scalar(is_open) or 0))):
            text = crowd_role(3000 + number)
            post_role(session, RoleDraft(title=text[:40], text=text), owner_id=None, now=shift.now)
        return session.scalar(is_open) or 0


def add_people(shift: Shift) -> None:
    """Bring 500 people in, as an import would."""
    now = shift.now
    with shift.writing() as session:
        first = (session.scalar(select(func.max(Candidate.id))) or 0) + 1
        people = list(enumerate(crowd_resumes(NEWCOMERS, seed=77), start=first))
        session.execute(insert(Candidate), [person_row(number, now) for number, _ in people])
        session.execute(insert(Resume), [resume_row(number, text, now) for number, text in people])
        session.execute(insert(CandidateChange), [{"candidate_id": n, "at": now} for n, _ in people])


def rows(shift: Shift) -> list[int]:
    """Count the rows of runs and of matches."""
    with shift.reading() as session:
        return [session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (MatchRun, Match)]


def measured(shift: Shift, act: Callable[[Shift, datetime], Outcome]) -> dict[str, object]:
    """Time one re-match, and count what it wrote."""
    before, started = rows(shift), time.perf_counter()
    begun = time.process_time()
    outcome = act(shift, shift.now + timedelta(seconds=1))
    seconds, processor = time.perf_counter() - started, time.process_time() - begun
    written = [after - earlier for after, earlier in zip(rows(shift), before, strict=True)]
    return {
        "roles": outcome.items,
        "failures": outcome.failures,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "runs_written": written[0],
        "matches_written": written[1],
    }


def renew_changed(shift: Shift, _due_at: datetime) -> Outcome:
    """Make the new lists after a change, as the job does before it keeps the receipts."""
    with shift.reading() as session:
        role_ids = roles_to_match_again(session, now=shift.now)
    return renew_lists(shift, role_ids)


def keep_receipts(shift: Shift, _due_at: datetime) -> Outcome:
    """Keep the receipts of the new lists, as the job does then."""
    keep_all_receipts(shift)
    return Outcome()


def main() -> int:
    """Measure, and print what was found."""
    home = sys.argv[1]
    installation = Installation({"TALENTPOOL_HOME": home, "TALENTPOOL_LOGS_LEVEL": "warning"})
    installation.require_ready()
    configure_logs(json_lines=False, level="warning")
    with on_duty(open_workplace(installation.settings, installation.engine)) as shift:
        if shift is None:
            sys.stderr.write(
                "Somebody else holds the lease; stop the scheduler of this installation first.\n"
            )
            return 1
        found: dict[str, object] = {"open_roles": prepare(shift), "at": current_time().isoformat()}
        found["first"] = measured(shift, run_all)
        found["nothing_changed"] = measured(shift, run_all)
        add_people(shift)
        found["lists_after_500_new"] = measured(shift, renew_changed)
        found["their_receipts"] = measured(shift, keep_receipts)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
