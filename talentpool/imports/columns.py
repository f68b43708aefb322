"""What the columns of a file are taken as, and what becomes of the others.

A header nobody knows is kept as source data; a protected attribute or current pay is refused.
"""

from dataclasses import dataclass
from enum import StrEnum

from talentpool.imports.fields import Field


class Use(StrEnum):
    """What becomes of a column."""

    TAKEN = "taken"
    KEPT = "kept"  # as source data with the person
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the file: its place and header, what becomes of it, and how sure we are (0..1; 0: we know nothing)."""

    index: int
    header: str
    use: Use
    field: Field | None = None
    refused_as: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """All columns of a file, in their order."""

    columns: tuple[Column, ...]

    def of(self, field: Field) -> tuple[Column, ...]:
        """List the columns taken as `field`."""
        return tuple(column for column in self.columns if column.field is field)

    def used_as(self, use: Use) -> tuple[Column, ...]:
        """List the columns of one use."""
        return tuple(column for column in self.columns if column.use is use)
