"""Settings, rejection reasons: how they are called, for how long each holds, and what it says of the person."""

import re
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.candidates.models import ReasonHold, ReasonKind
from talentpool.candidates.reason_list import (
    LONGEST_HOLD_MONTHS,
    POLICY,
    change_reasons,
    list_reasons,
    reasons_value,
)
from talentpool.database import folded
from talentpool.web.access import requires
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import request_session

pages = Blueprint("settings_reasons", __name__)

PAGE = PolicyPage(
    name=POLICY, label="Rejection reasons", endpoint="settings_reasons.show", change=change_reasons
)
KINDS = ((ReasonKind.REJECTION.value, "We decided"), (ReasonKind.WITHDRAWAL.value, "They decided"))
HOLDS = (
    (ReasonHold.TIME_BOUND.value, "for some months"),
    (ReasonHold.CONDITIONAL.value, "until something changes"),
    (ReasonHold.PERMANENT.value, "for good"),
)
NEW = "new"


@pages.get("/settings/reasons")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the list of reasons as a form."""
    return _page(_entry(reasons_value(request_session())))


@pages.post("/settings/reasons")
@requires(Permission.CHANGE_SETTINGS)
def save_reasons() -> ResponseReturnValue:
    """Make the list as it stands in the form the one that holds."""
    entry, present = Entry(request.form), reasons_value(request_session())
    value = {code: _read(entry, code, told) for code, told in present.items()}
    if entry.line(f"label-{NEW}", "a name", required=False):
        fresh = {"kind": entry.choice(f"kind-{NEW}", "whose decision", among=[kind for kind, _ in KINDS])}
        label, position = entry[f"label-{NEW}"], max((one["position"] for one in present.values()), default=0)
        value[_code(label, set(value))] = _read(entry, NEW, {**fresh, "position": position + 1})
    _refuse_same_names(entry, value)
    if entry.problems:
        return _page(entry), 422
    if not save(PAGE, value, entry, "The reasons are saved; they hold for endings recorded from now on."):
        return _page(entry), 409
    return go_to(url_for(PAGE.endpoint))


def _read(entry: Entry, code: str, told: dict[str, Any]) -> dict[str, Any]:
    said = f"“{told['label']}”" if "label" in told else "the new reason"
    hold = entry.choice(f"hold-{code}", f"how long {said} holds", among=[hold for hold, _ in HOLDS])
    months = entry.whole_number(
        f"months-{code}", f"the months for {said}", least=1, most=LONGEST_HOLD_MONTHS,
        required=hold == ReasonHold.TIME_BOUND,
    )  # fmt: skip
    return {
        **told,
        "label": entry.line(f"label-{code}", f"a name for {said}"),
        "hold": hold,
        "hold_months": None if hold == ReasonHold.PERMANENT else months,
        "against_candidate": entry.is_ticked(f"against-{code}"),
        "retired": entry.is_ticked(f"retired-{code}"),
    }


def _refuse_same_names(entry: Entry, value: dict[str, Any]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for code, told in value.items():
        name = (told["kind"], folded(told["label"]))
        if name[1] and not told["retired"] and seen.setdefault(name, code) != code:
            field = code if f"label-{code}" in entry.values else NEW
            entry.refuse(
                f"label-{field}", f"“{told['label']}” is there already; give each reason its own name."
            )


def _code(label: str, taken: set[str]) -> str:
    """Name a new reason for files and exports: `No driving licence` as no_driving_licence."""
    plain = re.sub(r"[^a-z0-9]+", "_", folded(label)).strip("_")[:56] or "reason"
    numbered = [plain, *(f"{plain}_{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in numbered if code not in taken)


def _entry(value: dict[str, Any]) -> Entry:
    """Fill the form with the list that holds."""
    filled: dict[str, object] = {VERSION: standing_of(POLICY).version}
    for code, told in value.items():
        filled |= {f"label-{code}": told["label"], f"hold-{code}": told["hold"]}
        filled[f"months-{code}"] = told["hold_months"]
        filled |= {f"against-{code}": "yes"} if told["against_candidate"] else {}
        filled |= {f"retired-{code}": "yes"} if told["retired"] else {}
    return Entry(filled)


def _page(entry: Entry) -> str:
    return render_template(
        "settings/reasons.html",
        entry=entry,
        reasons=list_reasons(request_session()),
        kinds=KINDS,
        holds=HOLDS,
        standing=standing_of(POLICY),
    )
