"""Says what an import would do: decides about every row as the import does, and writes nothing to the pool.

What a row would bring is known to the later ones, across all files of an export.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from talentpool.candidates.reasons import load_reasons
from talentpool.database import Sessions
from talentpool.imports.known import Known
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
    known = Known()
    with sessions.reading() as session:
        reasons = load_reasons(session)
    for path, options in files:
        with open_run(path, options, secret=secret, now=now, progress=progress) as run:
            run.reasons = reasons
            _rehearse(sessions, run, known, progress=progress, found=found)
        yield run.report()


def _rehearse(
    sessions: Sessions, run: Run, known: Known, *, progress: Progress | None, found: Found | None
) -> None:
    for rows in run.chunks():
        parsed = run.parse(rows)
        with sessions.reading() as session:
            plan = run.plan(session, parsed, known)
        problems = run.problems.take(plan, rows, run.preparation.mapping)
        run.count(count_rows(plan) + count_refused(rows, run.preparation.mapping), len(problems))
        for person in plan.people:
            person.additions = None
        if found and problems:
            found(run.options, problems)
        if progress:
            progress(run.progress)
