"""Says what an import would do: decides about every row as the import does, and writes nothing to the pool.

What a row would bring is known to the later ones, across all files of an export.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from talentpool.candidates.kept_too_long import first_policy
from talentpool.candidates.reasons import load_reasons
from talentpool.database import Sessions
from talentpool.imports.known import Known, KnownPerson
from talentpool.imports.past_retention import count_past_retention
from talentpool.imports.preparation import ImportOptions
from talentpool.imports.report import ImportReport, RowProblem, count_refused, count_rows
from talentpool.imports.run import Progress, Run, open_run

Found = Callable[[ImportOptions, list[RowProblem]], None]  # told of each chunk's problems


def rehearse_files(
    sessions: Sessions,
    files: Sequence[tuple[Path, ImportOptions]],
    *,
    secret: bytes,
    now: datetime,
    progress: Progress | None = None,
    found: Found | None = None,
) -> Iterator[ImportReport]:
    """Say for each file of an export, one after the other, what its import would do.

    Raises InvalidInputError at a file that cannot be taken as it is.
    """
    known, touched, told = Known(), dict[KnownPerson, None](), 0
    with sessions.reading() as session:
        reasons, policy = load_reasons(session), first_policy(session)
    for path, options in files:
        with open_run(path, options, secret=secret, now=now, progress=progress) as run:
            run.reasons = reasons
            _rehearse(sessions, run, known, touched, progress=progress, found=found)
            if (
                policy is not None
            ):  # a later file may bring somebody's newer application: what adds up is right
                past = count_past_retention(touched, policy, today=now.date())
                run.counts["past_retention"], told = past - told, past
        yield run.report()


def _rehearse(
    sessions: Sessions,
    run: Run,
    known: Known,
    touched: dict[KnownPerson, None],
    *,
    progress: Progress | None,
    found: Found | None,
) -> None:
    for rows in run.chunks():
        parsed = run.parse(rows)
        with sessions.reading() as session:
            plan = run.plan(session, parsed, known)
        problems = run.problems.take(plan, rows, run.preparation.mapping)
        run.count(count_rows(plan) + count_refused(rows, run.preparation.mapping), len(problems))
        touched.update(dict.fromkeys(row.person for row in plan.rows if row.person is not None))
        for person in plan.people:
            person.additions = None
        if found and problems:
            found(run.options, problems)
        if progress:
            progress(run.progress)
