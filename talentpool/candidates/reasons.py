"""Why applications end: the organisation's list of reasons, and the words by which other systems say them.

`config/reasons.toml` ships the list; once it is in the database, the labels and holds there are the truth
and the file only lends its words to imports.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.candidates.models import ReasonHold, ReasonKind, RejectionReason
from talentpool.errors import InvalidInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonOnFile:
    """One reason as `config/reasons.toml` has it."""

    code: str
    label: str
    kind: ReasonKind
    hold: ReasonHold
    hold_months: int | None
    against_candidate: bool
    words: tuple[str, ...]
    together: tuple[str, ...]  # concepts of words.toml that say it when they stand together
    vague: bool  # says too little to learn from


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownReason:
    """One reason as the database has it: how it is said, and for how long it holds."""

    id: int
    code: str
    kind: ReasonKind
    hold: ReasonHold
    hold_months: int | None
    label: str = ""

    def holds_until(self, ended_on: date | None) -> date | None:
        """Give the last day on which the reason holds; None for ever, until something changes, or not known.

        >>> reason = KnownReason(id=1, code="timing", kind=ReasonKind.REJECTION, hold=ReasonHold.TIME_BOUND, hold_months=6)
        >>> reason.holds_until(date(2025, 8, 31))
        datetime.date(2026, 2, 28)
        """
        if ended_on is None or self.hold_months is None or self.hold is ReasonHold.PERMANENT:
            return None
        return months_later(ended_on, self.hold_months)


def months_later(day: date, months: int) -> date:
    """Count months forward; the end of a longer month becomes the end of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, 28)


def read_reasons(config_folder: Path) -> tuple[ReasonOnFile, ...]:
    """Read the shipped reasons in their order; raises InvalidInputError naming the reason that is wrong."""
    path = config_folder / "reasons.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_reason_on_file(code, entry) for code, entry in entries.items())


def _reason_on_file(code: str, entry: Mapping[str, Any]) -> ReasonOnFile:
    try:
        return ReasonOnFile(
            code=code,
            label=entry["label"],
            kind=ReasonKind(entry["kind"]),
            hold=ReasonHold(entry["hold"]),
            hold_months=entry.get("hold_months"),
            against_candidate=entry["against_candidate"],
            words=tuple(entry["words"]),
            together=tuple(entry.get("together", ())),
            vague=entry.get("vague", False),
        )
    except (KeyError, ValueError) as error:
        raise InvalidInputError(
            f"The reason {code!r} in reasons.toml is not complete or wrong: {error}."
        ) from error


def install_reasons(session: Session, config_folder: Path) -> int:
    """Copy the shipped reasons that are not in the database yet; gives how many, and changes none."""
    known = set(session.scalars(select(RejectionReason.code)))
    missing = [
        (position, reason)
        for position, reason in enumerate(read_reasons(config_folder))
        if reason.code not in known
    ]
    session.add_all(
        RejectionReason(
            code=reason.code,
            label=reason.label,
            kind=reason.kind,
            hold=reason.hold,
            hold_months=reason.hold_months,
            against_candidate=reason.against_candidate,
            position=position,
        )
        for position, reason in missing
    )
    session.flush()
    return len(missing)


def load_reasons(session: Session) -> dict[str, KnownReason]:
    """Load the reasons in use by their code, in the order of the list."""
    in_use = select(RejectionReason).where(RejectionReason.retired_at.is_(None))
    return {
        row.code: KnownReason(
            id=row.id,
            code=row.code,
            kind=row.kind,
            hold=row.hold,
            hold_months=row.hold_months,
            label=row.label,
        )
        for row in session.scalars(in_use.order_by(RejectionReason.position, RejectionReason.id))
    }
