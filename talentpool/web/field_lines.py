"""Two records side by side: a line a field, with both values as they are shown and what is chosen at first."""

from typing import Any

from talentpool.candidates.merge_fields import MergeField, default_choice
from talentpool.candidates.models import Candidate


def field_line(
    field: MergeField, survivor: Candidate, other: Candidate, names: dict[str, dict[int, str]]
) -> dict[str, Any]:
    """Give one row of the comparison: both values as they are shown, and what is chosen at first."""
    values = [{column: getattr(each, column) for column in field.columns} for each in (survivor, other)]
    shown = [_shown(field, each, names) for each in values]
    return {
        "field": field,
        "survivor": shown[0],
        "other": shown[1],
        "is_same": shown[0] == shown[1],
        "chosen": default_choice(field, *values),
    }


def _shown(field: MergeField, values: dict[str, Any], names: dict[str, dict[int, str]]) -> str:
    parts = []
    for column, value in values.items():
        if value is None or value == "" or column in ("folded_name", "as_of", "external_url"):
            continue
        parts.append(names[column].get(value, "") if column in names else str(value))
    return (" until " if field.name == "employment" else ", ").join(parts)
