"""What changed in a role's list since an earlier run, at a terminal: counts, and people with their reasons."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from talentpool.rediscovery.changes import why_words
from talentpool.rediscovery.rematch_delta import ChangedPerson, NamedDelta


def changes_document(found: NamedDelta) -> dict[str, Any]:
    """Give the difference between two runs the way `--json` prints it."""
    people = {kind.value: [_document(one) for one in some] for kind, some in found.people.items()}
    return {"changes": {"since_run_id": found.before.id, **people}}


def print_changes(console: Console, found: NamedDelta, *, most: int) -> None:
    """Print how many are new, up, down and gone, and the first `most` of each with the reason."""
    counts = ", ".join(f"{len(some):,} {kind.value}" for kind, some in found.people.items())
    console.print(f"\nSince the run of {found.before.ran_at:%d %b %Y, %H:%M} UTC: {counts}")
    table = Table(box=None, pad_edge=False, show_header=False)
    for kind, some in found.people.items():
        for one in some[:most]:
            why = escape(why_words(one.changed.why))
            table.add_row(f"  {kind.value}", _places(one), escape(_name(one)), why)
        if len(some) > most:
            table.add_row("", "", "", f"and {len(some) - most:,} more {kind.value}", style="dim")
    console.print(table)


def _document(one: ChangedPerson) -> dict[str, Any]:
    return {
        "candidate_id": one.changed.candidate_id,
        "name": one.name,
        "rank_before": one.changed.before,
        "rank": one.changed.after,
        "reason": one.changed.why.reason.value,
        "words": why_words(one.changed.why),
    }


def _name(one: ChangedPerson) -> str:
    return one.name or f"Candidate {one.changed.candidate_id}"


def _places(one: ChangedPerson) -> str:
    before, after = one.changed.before, one.changed.after
    if before and after:
        return f"{before:,} → {after:,}"
    return f"{after or before or 0:,}"
