"""What an undo took back and what stays, as it is told, kept with the import, and taken up again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from talentpool.imports.models import Import, ImportChange

_COUNTS = ("people", "records", "restored", "opt_outs", "roles", "kept_count")
MOST_LISTED = 500  # of what stays; all of it is counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Something of an import that stays, and why."""

    record: str  # the table
    record_id: int
    candidate_id: int | None
    because: str


@dataclass(kw_only=True, slots=True)
class UndoReport:
    """What an undo took back, and what it left because somebody has worked with it since."""

    import_id: int
    was_undone_before: bool = False
    people: int = 0  # removed
    records: int = 0  # removed from people who stay
    restored: int = 0  # records that have their old values again
    opt_outs: int = 0
    roles: int = 0
    kept_count: int = 0
    kept: list[Kept] = field(default_factory=list)
    file_keys: list[str] = field(default_factory=list)  # of resumes whose rows go in this transaction

    def keep(self, kept: Iterable[Kept]) -> None:
        """Note what stays."""
        for one in kept:
            self.kept_count += 1
            if len(self.kept) < MOST_LISTED:
                self.kept.append(one)

    def as_json(self) -> dict[str, Any]:
        """Give the document that is kept with the import and printed by the command."""
        kept = [
            {
                "record": one.record,
                "id": one.record_id,
                "candidate_id": one.candidate_id,
                "because": one.because,
            }
            for one in self.kept
        ]
        return {name: getattr(self, name) for name in _COUNTS} | {"kept": kept}


def begun(record: Import) -> UndoReport:
    """Take up the counts of an undo that was interrupted; what stays is found again."""
    told = dict(record.undo_outcome or {})
    return UndoReport(
        import_id=record.id, **{name: told[name] for name in _COUNTS if name in told and name != "kept_count"}
    )


def as_recorded(record: Import) -> UndoReport:
    """Give the report of an undo that was done before."""
    told = dict(record.undo_outcome or {})
    kept = [
        Kept(
            record=one["record"],
            record_id=one["id"],
            candidate_id=one["candidate_id"],
            because=one["because"],
        )
        for one in told.pop("kept", [])
    ]
    return UndoReport(import_id=record.id, was_undone_before=True, kept=kept, **told)


def kept_change(change: ImportChange, because: str) -> Kept:
    """Give a change that stays as it is."""
    return Kept(
        record=change.record,
        record_id=change.record_id,
        candidate_id=change.candidate_id,
        because=because,
    )
