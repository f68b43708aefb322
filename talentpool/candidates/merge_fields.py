"""Field by field: what of two records the one that is left keeps. Pure.

What there can be several of (addresses, applications, notes) is not chosen: both are kept. A field of which one
record has nothing takes the other's unless somebody chose otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

OF_THE_MERGED = " (merged record)"  # behind a column of the source that both had with different values


class Choice(StrEnum):
    """Whose value is kept."""

    SURVIVOR = "survivor"
    OTHER = "other"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True, slots=True)
class MergeField:
    """One thing to choose, and the columns that go together for it."""

    name: str
    label: str
    columns: tuple[str, ...]
    can_be_both: bool = False


FIELDS = (
    MergeField(name="full_name", label="Name", columns=("full_name", "folded_name")),
    MergeField(name="headline", label="Headline", columns=("headline",)),
    MergeField(name="address", label="Place", columns=("street", "postcode", "city", "region", "country")),
    MergeField(name="summary", label="Summary", columns=("summary",), can_be_both=True),
    MergeField(name="skills", label="Skills", columns=("skills",), can_be_both=True),
    MergeField(name="experience", label="Experience", columns=("experience",), can_be_both=True),
    MergeField(name="employment", label="Employed here", columns=("employed_from", "employed_until")),
    MergeField(name="owner", label="Recruiter", columns=("owner_id",)),
    MergeField(name="office", label="Office", columns=("office_id",)),
    MergeField(name="came_through", label="Came through", columns=("came_through",)),
    MergeField(name="collected_on", label="Collected on", columns=("collected_on",)),
    MergeField(name="introduced_by", label="Introduced by", columns=("introduced_by", "fee_until")),
    MergeField(
        name="reference", label="Number elsewhere", columns=("source", "external_id", "external_url", "as_of")
    ),
)


def default_choice(field: MergeField, survivor: Mapping[str, Any], other: Mapping[str, Any]) -> Choice:
    """Keep what the survivor has; where that is nothing, what the other has."""
    empty = not any(survivor[column] for column in field.columns)
    return Choice.OTHER if empty and any(other[column] for column in field.columns) else Choice.SURVIVOR


def united_fields(
    survivor: Mapping[str, Any], other: Mapping[str, Any], choices: Mapping[str, Choice]
) -> dict[str, Any]:
    """Give the columns of the survivor that change, by what was chosen; restricted stays restricted."""
    united: dict[str, Any] = {}
    for field in FIELDS:
        choice = choices.get(field.name) or default_choice(field, survivor, other)
        if choice is Choice.OTHER:
            united |= {column: other[column] for column in field.columns}
        elif choice is Choice.BOTH and field.can_be_both:
            united |= {column: _joined(survivor[column], other[column]) for column in field.columns}
    united["is_restricted"] = survivor["is_restricted"] or other["is_restricted"]
    united["source_data"] = _united_source_data(survivor["source_data"] or {}, other["source_data"] or {})
    return {column: value for column, value in united.items() if value != survivor[column]}


def _joined(one: str | None, other: str | None) -> str | None:
    if not one or not other or other in one:
        return one or other
    return other if one in other else f"{one}\n\n{other}"


def _united_source_data(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    united = dict(one)
    for header, value in other.items():
        if header not in united:
            united[header] = value
        elif united[header] != value:
            united[header + OF_THE_MERGED] = value
    return united
