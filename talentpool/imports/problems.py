"""What could not be taken as it stood: collected row by row, recorded so that a person can mend it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from talentpool.imports.application import NOT_KNOWN
from talentpool.imports.cells import LONGEST_SHOWN, CellProblem
from talentpool.imports.columns import ColumnMapping, Use
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.models import ImportProblem
from talentpool.imports.plan import Outcome, Plan, Planned
from talentpool.imports.report import MOST_PROBLEMS_SHOWN, ImportReport, RowProblem

AHEAD = "The row says it was changed on a day that has not come yet."
OUR_COLUMNS = ("Line in the file", "What is wrong")  # an import leaves them out again: config/columns.toml
NAMES_NOBODY = CellProblem(
    column=None,
    value="",
    message="The row names nobody: no name, e-mail, phone, link or resume.",
    remedy="Add one of them, or leave the row out.",
)


@dataclass(slots=True)
class ProblemList:
    """The problems of one import; a word nobody knows is a problem once, not on every row that has it."""

    first: list[RowProblem] = field(default_factory=list)
    _known_words: set[tuple[str | None, str]] = field(default_factory=set)

    def take(self, plan: Plan, rows: Sequence[NumberedRow], mapping: ColumnMapping) -> list[RowProblem]:
        """Collect the problems of a chunk, each row's first one with the row as it was given."""
        taken: list[RowProblem] = []
        for planned, row in zip(plan.rows, rows, strict=True):
            problems = [problem for problem in _problems_of(planned) if self._is_new(problem)]
            given = _as_given(row, mapping) if problems else {}
            for problem in problems:
                taken.append(RowProblem(line=row.line, problem=problem, row=given, person=planned.person))
                given = {}
        self.first += taken[: MOST_PROBLEMS_SHOWN - len(self.first)]
        return taken

    def recall(self, session: Session, import_id: int) -> None:
        """Remember which words an import has found unknown before it stopped."""
        found = select(ImportProblem.column, ImportProblem.value).where(
            ImportProblem.import_id == import_id, ImportProblem.message == NOT_KNOWN
        )
        self._known_words |= {(column, value or "") for column, value in session.execute(found)}

    def _is_new(self, problem: CellProblem) -> bool:
        if problem.message not in (NOT_KNOWN, AHEAD):
            return True
        word = (problem.column, problem.value if problem.message == NOT_KNOWN else AHEAD)
        is_new = word not in self._known_words
        self._known_words.add(word)
        return is_new


def record_problems(session: Session, problems: Sequence[RowProblem], *, import_id: int) -> None:
    """Write problems with their rows, those of a person beside the person."""
    rows = [
        {
            "import_id": import_id,
            "line": one.line,
            "column": one.problem.column,
            "value": one.problem.value[:LONGEST_SHOWN],
            "message": one.problem.message[:500],
            "remedy": one.problem.remedy[:500],
            "candidate_id": one.person.id if one.person else None,
            "row": dict(one.row),
        }
        for one in problems
    ]
    if rows:
        session.execute(insert(ImportProblem), rows)


def _problems_of(planned: Planned) -> list[CellProblem]:
    problems = list(planned.parsed.problems)
    if planned.outcome is Outcome.BLOCKED:
        return []  # nothing of somebody erased is kept, their mistakes included
    parsed = planned.parsed
    if planned.outcome is Outcome.LEFT_OUT and not parsed.is_deleted and not parsed.is_explained:
        problems.append(NAMES_NOBODY)
    return problems


def _as_given(row: NumberedRow, mapping: ColumnMapping) -> dict[str, str]:
    return {
        column.header: row.cells[column.index]
        for column in mapping.columns
        if column.use is not Use.REFUSED and row.cells[column.index]
    }


def problem_rows(session: Session, report: ImportReport) -> Iterator[list[str]]:
    """Give the rows with problems as a table that can be mended and imported again: what is wrong comes first.

    The columns are the file's own, refused ones left out, after OUR_COLUMNS.
    """
    headers = [column.header for column in report.columns if column.use != Use.REFUSED]
    yield [*OUR_COLUMNS, *headers]
    for _, together in groupby(_all_problems(session, report), key=lambda one: one[0]):
        problems = list(together)
        row = next((given for _, _, given in problems if given), {})
        wrong = " ".join(words for _, words, _ in problems)
        yield [str(problems[0][0]), wrong, *(row.get(header, "") for header in headers)]


def _all_problems(session: Session, report: ImportReport) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    if report.import_id is None:
        for one in report.problems:
            yield one.line, _in_words(one.problem.column, one.problem.message, one.problem.remedy), one.row
        return
    wanted = select(ImportProblem).where(ImportProblem.import_id == report.import_id)
    for row in session.scalars(
        wanted.order_by(ImportProblem.line, ImportProblem.id).execution_options(yield_per=500)
    ):
        yield row.line, _in_words(row.column, row.message, row.remedy), row.row


def _in_words(column: str | None, message: str, remedy: str) -> str:
    return f"{column}: {message} {remedy}" if column else f"{message} {remedy}"
