"""Two people at one role: what somebody else has changed since a form was opened, and whose words hold.

A form carries a short print of each field as it was when it was opened. Where the field stands otherwise by
now, somebody else has changed it; nothing of what was typed is given up for that. Pure.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

from talentpool.web.forms.role_form import LEFT_OUT, RoleForm

FIELDS = {
    "title": "Title",
    "text": "Description",
    "chips": "What matters",
    "place": "Place",
    "country": "Country",
    "hiring_manager_id": "Hiring manager",
    "requisition_code": "Requisition",
    "is_remote": "Remote is fine",
    "is_confidential": "Confidential",
}
PRINT_SIGNS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field that somebody else has changed meanwhile: their words, and the ones in the form."""

    field: str
    label: str
    theirs: str
    mine: str
    is_mine_touched: bool  # changed in the form too, so that both have to be looked at


def prints_of(form: RoleForm) -> str:
    """Write down how each field stands, briefly: `title:1f0c… text:…`."""
    return " ".join(f"{field}:{_print(said)}" for field, said in told(form).items())


def differences(prints: str, theirs: RoleForm, mine: RoleForm) -> tuple[Difference, ...]:
    """List what somebody else changed since the prints were taken and what differs from the form; none without."""
    before = dict(one.split(":", 1) for one in prints.split() if ":" in one)
    now, typed = told(theirs), told(mine)
    return tuple(
        Difference(
            field=field,
            label=label,
            theirs=now[field],
            mine=typed[field],
            is_mine_touched=_print(typed[field]) != before[field],
        )
        for field, label in FIELDS.items()
        if field in before and before[field] != _print(now[field]) and now[field] != typed[field]
    )


def taken_over(mine: RoleForm, theirs: RoleForm, fields: Collection[str]) -> RoleForm:
    """Put the words of the other into the form, in the fields chosen."""
    return replace(mine, **{field: getattr(theirs, field) for field in fields if field in FIELDS})


def told(form: RoleForm) -> dict[str, str]:
    """Give every field as words on one form, whatever spaces were typed around them."""
    draft = form.draft(office_id=None)
    chips = sorted(
        f"{' or '.join(chip.any_of)} ({chip.choice})" for chip in form.chips if chip.choice != LEFT_OUT
    )
    return {
        "title": draft.title,
        "text": draft.text,
        "chips": ", ".join(chips),
        "place": draft.place or "",
        "country": (draft.country or "").upper(),
        "hiring_manager_id": str(draft.hiring_manager_id or ""),
        "requisition_code": draft.requisition_code or "",
        "is_remote": "yes" if draft.is_remote else "no",
        "is_confidential": "yes" if draft.is_confidential else "no",
    }


def _print(said: str) -> str:
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:PRINT_SIGNS]
