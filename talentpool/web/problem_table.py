"""Rows to fix, shown in the user's own table with the cells marked, and as a CSV to fix and upload again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate
from talentpool.candidates.visibility import visible_candidates
from talentpool.imports.application import NOT_KNOWN
from talentpool.imports.cells import CellProblem
from talentpool.imports.models import Import, ImportProblem
from talentpool.imports.problems import OUR_COLUMNS
from talentpool.imports.report import ImportReport
from talentpool.web.desk import current_viewer

PROBLEMS_SHOWN = 20
COLUMNS_SHOWN = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemRow:
    """One row of the file: its line, its cells, and what is wrong by column (None: with the row)."""

    line: int
    cells: Mapping[str, str]
    wrong: Mapping[str | None, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemTable:
    """The rows to fix, in the columns that are worth showing."""

    columns: tuple[str, ...]
    rows: tuple[ProblemRow, ...]

    @classmethod
    def of_records(cls, problems: Sequence[ImportProblem]) -> "ProblemTable":
        """Make the table from what an import recorded."""
        return _table((one.line, one.column, one.value or "", _words(one), one.row) for one in problems)


def table_of_problems(report: ImportReport, *, most: int) -> ProblemTable:
    """Make the table of a rehearsal's first problems."""
    found = report.problems[:most]
    return _table(
        (one.line, one.problem.column, one.problem.value, _words(one.problem), one.row) for one in found
    )


def recorded_problems(session: Session, import_id: int) -> ProblemTable:
    """Make the table of the first problems that a check or an import recorded, about whom the viewer may see."""
    found = session.scalars(_recorded(import_id).limit(PROBLEMS_SHOWN))
    return ProblemTable.of_records(found.all())


def problem_csv(session: Session, record: Import, report: ImportReport | None) -> Iterator[list[str]]:
    """Give all rows to fix as a table: line, what is wrong, then the file's own columns; about whom the viewer may see."""
    if report is not None:
        table = table_of_problems(report, most=len(report.problems))
    else:
        table = ProblemTable.of_records(session.scalars(_recorded(record.id)).all())
    headers = list(dict.fromkeys(header for row in table.rows for header in row.cells))
    yield [*OUR_COLUMNS, *headers]
    for row in table.rows:
        wrong = " ".join(f"{column}: {words}" if column else words for column, words in row.wrong.items())
        yield [str(row.line), wrong, *(row.cells.get(header, "") for header in headers)]


def _recorded(import_id: int) -> Select[ImportProblem]:
    seen = select(Candidate.id).where(visible_candidates(current_viewer()))
    told = or_(ImportProblem.candidate_id.is_(None), ImportProblem.candidate_id.in_(seen))
    wanted = select(ImportProblem).where(ImportProblem.import_id == import_id, told)
    return wanted.order_by(ImportProblem.line, ImportProblem.id)


def _words(problem: ImportProblem | CellProblem) -> str:
    remedy = problem.remedy
    if problem.message == NOT_KNOWN:  # the remedy there speaks of a file for the command line
        remedy = (
            "Write it as Applied, Screened, Interviewed, Final round, Offered, Hired, Rejected or Withdrawn."
        )
    return f"{problem.message} {remedy}".strip()


def _table(
    problems: Iterable[tuple[int, str | None, str, str, Mapping[str, str]]],
) -> ProblemTable:
    cells: dict[int, dict[str, str]] = {}
    wrong: dict[int, dict[str | None, str]] = {}
    for line, column, value, words, row in problems:
        cells.setdefault(line, {}).update(row)
        if column is not None:
            cells[line].setdefault(column, value)
        wrong.setdefault(line, {})[column] = words
    marked = dict.fromkeys(column for found in wrong.values() for column in found if column)
    others = dict.fromkeys(header for row in cells.values() for header in row)
    first = [header for header in others if header not in marked][: max(2, COLUMNS_SHOWN - len(marked))]
    columns = [header for header in others if header in first or header in marked]
    return ProblemTable(
        columns=tuple(columns),
        rows=tuple(ProblemRow(line=line, cells=cells[line], wrong=wrong[line]) for line in sorted(cells)),
    )
