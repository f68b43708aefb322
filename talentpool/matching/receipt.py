"""The receipt: the exact, additive account of one score, line by line, as a person can check it.

Every line is a product of two stored numbers; the total is their exactly rounded sum (`math.fsum`), so it
comes out the same from the stored numbers, in any order, on any machine.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple, get_args

from talentpool.errors import InvalidInputError

LineKind = Literal["title", "text", "related", "shortlisted", "dismissed", "signal"]


class Band(StrEnum):
    """How much of the role's own words the resume mentions, in one word."""

    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"


class ReceiptLine(NamedTuple):
    """One term or signal; `written` is how the role writes the term that `label` names."""

    kind: LineKind
    label: str
    written: str
    value: float
    role_weight: float
    resume_weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Why a person got this score; `missing` lists words of the role not mentioned, most weighty first.

    `copied` is how many of the role's terms were met in a passage copied from the advert, which does not count.
    """

    total: float
    lines: tuple[ReceiptLine, ...]
    missing: tuple[str, ...]
    index_generation: str
    copied: int = 0

    def to_document(self) -> dict[str, Any]:
        """Give the receipt as it is stored in JSON, from which `from_document` reads every number to the last digit."""
        return {
            "total": self.total,
            "lines": [list(line) for line in self.lines],
            "missing": list(self.missing),
            "index_generation": self.index_generation,
            "copied": self.copied,
        }

    @classmethod
    def from_document(cls, told: Mapping[str, Any]) -> "Receipt":
        """Read a stored receipt; raises InvalidInputError when it is none or does not add up."""
        try:
            receipt = cls(
                total=float(told["total"]),
                lines=tuple(_line(line) for line in told["lines"]),
                missing=tuple(told["missing"]),
                index_generation=told["index_generation"],
                copied=int(told["copied"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInputError(f"A stored receipt cannot be read: {error}") from error
        if receipt.recomputed() != receipt.total:
            raise InvalidInputError("A stored receipt does not add up to its total.")
        return receipt

    def recomputed(self) -> float:
        """Work the total out again from the numbers of the lines."""
        return math.fsum(line.role_weight * line.resume_weight for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """One person's place on the list, with the account of the score."""

    candidate_id: int
    rank: int
    score: float
    band: Band
    receipt: Receipt

    @property
    def copied(self) -> int:
        """How many of the role's terms were met in a passage copied from the advert."""
        return self.receipt.copied

    def ranked(self, rank: int) -> "Scored":
        """Give the same person at another place."""
        return replace(self, rank=rank)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summed:
    """One person's score to the last digit of the receipt, without the receipt."""

    candidate_id: int
    score: float
    copied: int


def add_up(
    lines: Sequence[ReceiptLine], *, missing: Sequence[str], index_generation: str, copied: int = 0
) -> Receipt:
    """Make a receipt of lines, the weightiest first."""
    ordered = tuple(sorted(lines, key=lambda line: (-line.value, line.kind, line.label)))
    total = math.fsum(line.value for line in ordered)
    return Receipt(
        total=total, lines=ordered, missing=tuple(missing), index_generation=index_generation, copied=copied
    )


def _line(stored: list[Any]) -> ReceiptLine:
    line = ReceiptLine(*stored)
    if line.kind not in get_args(LineKind) or line.value != line.role_weight * line.resume_weight:
        raise ValueError(f"the line {stored!r} is not one")
    return line
