"""An export of several files as one import: its state, its numbers and how long it still takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from talentpool.imports.models import Import, ImportState
from talentpool.imports.report import OUTCOMES, REFUSED_CELLS, ImportReport
from talentpool.imports.uploads import is_open

# The state of the whole is the first of these that one of its files is in.
STATES = (
    ImportState.RUNNING,
    ImportState.FAILED,
    ImportState.STOPPED,
    ImportState.WAITING,
    ImportState.DONE,
)
COUNTS = ("rows", *OUTCOMES, "possible_duplicates", "cells_to_fix")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """The imports of the files that came together."""

    parts: Sequence[Import]

    @property
    def first(self) -> Import:
        """Give the one that speaks for all."""
        return self.parts[0]

    @property
    def name(self) -> str:
        """Name the files."""
        others = len(self.parts) - 1
        return self.first.file_name + (f" and {others} more" if others else "")

    @property
    def is_open(self) -> bool:
        """Say whether choices about it can still be made."""
        return is_open(self.first)

    @property
    def state(self) -> ImportState:
        """Say where it stands as a whole."""
        states = {part.state for part in self.parts}
        if states == {ImportState.WAITING, ImportState.DONE}:
            return ImportState.RUNNING  # between two files
        return next(state for state in STATES if state in states)

    @property
    def is_under_way(self) -> bool:
        """Say whether it waits or runs."""
        return self.state in (ImportState.WAITING, ImportState.RUNNING)

    @property
    def is_being_undone(self) -> bool:
        """Say whether its undoing is not over."""
        return any(part.undo_began_at and not part.undone_at for part in self.parts)

    @property
    def is_moving(self) -> bool:
        """Say whether a page about it has to follow."""
        return self.is_under_way or self.is_being_undone

    @property
    def undone_at(self) -> datetime | None:
        """Say when it was undone, once all of it is."""
        times = [part.undone_at for part in self.parts if part.undone_at]
        return max(times) if len(times) == len(self.parts) else None

    @property
    def undone(self) -> Mapping[str, int]:
        """Count what the undoing took back."""
        told: Counter[str] = Counter()
        for part in self.parts:
            told.update({name: n for name, n in (part.undo_outcome or {}).items() if isinstance(n, int)})
        return told

    @property
    def counts(self) -> Mapping[str, int]:
        """Add up what became of the rows of all files."""
        counts: Counter[str] = Counter()
        for part in self.parts:
            counts.update(part.counts or {})
        return counts

    @property
    def refused(self) -> Mapping[str, int]:
        """Count the cells that are not stored, by the name of their column."""
        return {
            name.removeprefix(REFUSED_CELLS): count
            for name, count in self.counts.items()
            if name.startswith(REFUSED_CELLS)
        }

    @property
    def kept(self) -> list[str]:
        """Name the columns that are kept beside the person as they are."""
        columns = [part.mapping.get("columns") or {} for part in self.parts]
        return [header for each in columns for header, use in each.items() if use == "kept"]

    @property
    def problem(self) -> str | None:
        """Say why it could not be done."""
        return next((part.problem for part in self.parts if part.problem), None)

    @property
    def rows_done(self) -> int:
        """Count the rows that are in."""
        return sum(part.rows_done or 0 for part in self.parts)

    @property
    def rows_total(self) -> int:
        """Count the rows of the files that have been looked through."""
        return sum(part.rows_total or part.rows_done or 0 for part in self.parts)

    @property
    def rows_per_second(self) -> float:
        """Say how fast it goes."""
        running = (part.rows_per_second for part in self.parts if part.state is ImportState.RUNNING)
        return next((rate for rate in running if rate), 0.0)


def in_one(reports: Sequence[ImportReport]) -> Mapping[str, int]:
    """Add up the reports of the files of one export."""
    total: Counter[str] = Counter()
    for report in reports:
        total.update({name: getattr(report, name) for name in COUNTS})
        total.update(report.details)
    return total
