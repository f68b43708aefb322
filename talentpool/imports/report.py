"""What an import did, in numbers that add up and in words a recruiter can use."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from talentpool.candidates.models import Disposition
from talentpool.imports.cells import CellProblem
from talentpool.imports.columns import ColumnMapping, Use
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.known import KnownPerson
from talentpool.imports.plan import Outcome, Plan
from talentpool.imports.value_mapping import ValueMeaning, words_of

REFUSED_CELLS = "refused: "
MOST_PROBLEMS_SHOWN = 1_000  # kept in the report itself; all are in the records
# rows = the sum of these
OUTCOMES = ("created", "updated", "unchanged", "blocked", "left_out")


@dataclass(frozen=True, kw_only=True, slots=True)
class RowProblem:
    """One problem with the line it is on and the row as it was given."""

    line: int
    problem: CellProblem
    row: Mapping[str, str] = field(default_factory=dict)
    person: KnownPerson | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnReport:
    """What became of one column."""

    header: str
    use: str  # taken, kept, refused
    meaning: str  # our field, or what was refused; empty for kept ones
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """The outcome of an import or of its dry run; rows = created + updated + unchanged + blocked + left_out."""

    import_id: int | None  # none after a dry run
    rows: int
    created: int
    updated: int
    unchanged: int
    blocked: int
    left_out: int
    possible_duplicates: int
    cells_to_fix: int
    seconds: float
    details: Mapping[
        str, int
    ]  # applications, resumes, roles, do_not_contact, consents, deleted_at_source, ...
    columns: tuple[ColumnReport, ...]
    problems: tuple[RowProblem, ...]  # the first of them
    form: str
    source: str
    preset: str | None = None  # the name of the preset the file was read by
    values: tuple[ValueMeaning, ...] = ()  # their stages, endings and reasons, and what we take them for
    refused: Mapping[str, int] = field(default_factory=dict)  # header -> cells that were not stored
    outcomes: Mapping[int, list[str]] = field(
        default_factory=dict
    )  # line -> what became of its rows, where asked for

    def as_json(self) -> dict[str, Any]:
        """Give the document that `talentpool import --json` prints."""
        names = ("import_id", "rows", *OUTCOMES, "possible_duplicates", "cells_to_fix")
        counts = {name: getattr(self, name) for name in names}
        return counts | {"seconds": round(self.seconds, 3), "refused": dict(self.refused)}

    def mapping(self) -> dict[str, dict[str, str]]:
        """Give what was recognised, columns and values, as a mapping that can be edited and used again."""
        columns = {column.header: _as_chosen(column) for column in self.columns}
        return {"columns": columns, **words_of(self.values)}


def _as_chosen(column: ColumnReport) -> str:
    if column.use == Use.TAKEN:
        return column.meaning
    return "refuse" if column.use == Use.REFUSED else "keep"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportProgress:
    """How far an import is."""

    rows_done: int
    rows_total: int
    bytes_total: int
    seconds: float
    rows_before: int = 0  # done by an earlier try, not in these seconds

    @property
    def rows_per_second(self) -> float:
        """Say how fast it goes."""
        return (self.rows_done - self.rows_before) / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float:
        """Estimate how long the rest takes."""
        rate = self.rows_per_second
        return (self.rows_total - self.rows_done) / rate if rate else 0.0


def report_columns(mapping: ColumnMapping) -> tuple[ColumnReport, ...]:
    """Say for each column what became of it."""
    return tuple(
        ColumnReport(
            header=column.header,
            use=column.use.value,
            meaning=(column.field.value if column.field else column.refused_as) or "",
            confidence=column.confidence,
        )
        for column in mapping.columns
    )


def count_columns(mapping: ColumnMapping) -> Counter[str]:
    """Count the columns by what became of them."""
    return Counter({f"columns_{use}": len(mapping.used_as(use)) for use in Use})


def count_refused(rows: Sequence[NumberedRow], mapping: ColumnMapping) -> Counter[str]:
    """Count the filled cells of columns that are never stored, as `refused: header`."""
    refused = mapping.used_as(Use.REFUSED)
    return Counter(
        f"{REFUSED_CELLS}{column.header}" for row in rows for column in refused if row.cells[column.index]
    )


def count_rows(plan: Plan) -> Counter[str]:
    """Count what becomes of the rows of a chunk, and the records that are new."""
    counts: Counter[str] = Counter(planned.outcome.value for planned in plan.rows)
    counts["possible_duplicates"] = sum(planned.is_possible_duplicate for planned in plan.rows)
    counts["deleted_at_source"] = sum(
        planned.parsed.is_deleted and planned.outcome is Outcome.LEFT_OUT for planned in plan.rows
    )
    counts["consents"] = len(plan.permissions.consents)
    counts["do_not_contact"] = len({id(person) for person, _ in plan.permissions.suppressions})
    for person in plan.people:
        additions = person.plan()
        counts["applications"] += len(additions.applications)
        counts["without_reason"] += sum(
            one.disposition is Disposition.REJECTED and one.reason_id is None and one.reason_text is None
            for one in additions.applications
        )
        counts["resumes"] += len(additions.resumes)
        counts["facts"] += len(additions.facts)
        counts["contacts"] += len(additions.contacted_on)
        counts["promises"] += len(additions.promises)
        counts["notes"] += len(additions.notes)
    return counts
