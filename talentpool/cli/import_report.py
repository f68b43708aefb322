"""The report of an import in a terminal: what the columns were taken for, what became of the rows, and what to mend."""

from typing import TYPE_CHECKING

from talentpool.cli.output import say

if TYPE_CHECKING:
    from talentpool.imports.report import ColumnReport, ImportReport
    from talentpool.imports.value_mapping import ValueMeaning


MOST_PROBLEMS_PRINTED = 20
MOST_VALUES_PRINTED = 40
SURE = 0.75  # columns taken with less are said to be guessed
OUTCOMES = {
    "created": "people created",
    "updated": "rows that added something to people we know",
    "unchanged": "rows that changed nothing",
    "blocked": "rows of people who were erased or objected",
    "left_out": "rows left out (they name nobody, or are deleted at the source)",
    "possible_duplicates": "rows that might be people we know already",
    "cells_to_fix": "cells to mend",
}


def print_report(report: "ImportReport") -> None:
    """Print what an import brought, or would bring."""
    kept = [column.header for column in report.columns if column.use == "kept"]
    refused = [
        f"{column.header} ({column.meaning}; {report.refused.get(column.header, 0):,} cells)"
        for column in report.columns
        if column.use == "refused"
    ]
    taken = [_taken_as(column) for column in report.columns if column.use == "taken"]
    preset = f"; read as {report.preset}" if report.preset else ""
    say(f"{report.form}{preset}; source {report.source!r}")
    say("Columns: " + ", ".join(taken))
    if kept:
        say("Kept as source data: " + ", ".join(kept))
    if refused:
        say("Never stored: " + ", ".join(refused))
    for word in report.values[:MOST_VALUES_PRINTED]:
        say(f"  {word.header}: {word.value[:60]!r} ({word.rows:,}) → {_ours(word)}")
    title = (
        "Rows (dry run, nothing written)" if report.import_id is None else f"Import {report.import_id}, rows"
    )
    say(f"{title}: {report.rows} in {report.seconds:.1f} s")
    for name, words in OUTCOMES.items():
        if count := getattr(report, name):
            say(f"{count:>9,} {words}")
    for one in report.problems[:MOST_PROBLEMS_PRINTED]:
        place = f"line {one.line}" + (f", column {one.problem.column!r}" if one.problem.column else "")
        value = f" {one.problem.value[:60]!r}" if one.problem.value else ""
        say(f"  {place}:{value} {one.problem.message} {one.problem.remedy}")
    if report.cells_to_fix > MOST_PROBLEMS_PRINTED:
        say("  … all of them with --problems OUT.csv")


def _ours(value: "ValueMeaning") -> str:
    meant = filter(
        None, (value.stage, value.disposition, value.reason, "still open" if value.is_open else "")
    )
    return " and ".join(meant) or "nothing we know; say it with --map"


def _taken_as(column: "ColumnReport") -> str:
    guessed = f" (guessed, {column.confidence:.0%} sure)" if column.confidence < SURE else ""
    return f"{column.header} → {column.meaning}{guessed}"
