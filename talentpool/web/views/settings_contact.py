"""Settings, contact policy: how long people rest, what writing needs, and what a recruiter may set aside with a reason."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.accounts.policies import load_policy
from talentpool.candidates.contact_states import change_contact_policy, load_contact_policy
from talentpool.consent.eligibility import NEVER_OVERRIDDEN, Refusal
from talentpool.web.access import requires
from talentpool.web.forms.entry import Entry
from talentpool.web.notices import go_to
from talentpool.web.policy_pages import VERSION, PolicyPage, save, standing_of
from talentpool.web.transaction import request_session

pages = Blueprint("settings_contact", __name__)

PAGE = PolicyPage(
    name="contact", label="Contact policy", endpoint="settings_contact.show", change=change_contact_policy
)
DAYS = (
    ("cool_down_days", "Cool-down after an unasked contact", "days in which nobody here writes to that person first", 3650),
    ("conversation_days", "A conversation stays open", "days after the person’s last word; in it, answers are free", 365),
    ("consent_ends_soon_days", "A consent ends soon", "days before its end from which lists say so", 365),
)  # fmt: skip
REFUSAL_WORDS = {
    Refusal.RESTING: "The person rests after a contact",
    Refusal.NO_BASIS: "No legal basis is recorded",
    Refusal.CONSENT_EXPIRED: "The consent has ended",
    Refusal.NOTICE_REQUIRED: "The person has to be told first how we use the data",
    Refusal.FEE_PROTECTED: "An agency’s fee is protected",
    Refusal.IN_PROCESS_ELSEWHERE: "In process for another role now",
    Refusal.ASKED_THIS_ROUND: "Already asked about this role",
    Refusal.SNOOZED: "Snoozed for this role",
}
ALWAYS = (
    "asked not to be contacted", "consent withdrawn", "erased", "an open request for the own data",
    "no address that works",
)  # fmt: skip


@pages.get("/settings/contact")
@requires(Permission.CHANGE_SETTINGS)
def show() -> ResponseReturnValue:
    """Show the contact policy that holds."""
    policy = load_contact_policy(request_session())
    filled: dict[str, object] = {name: getattr(policy, name) for name, *_ in DAYS}
    filled |= {"basis_required": "yes"} if policy.basis_required else {}
    entry = Entry({**filled, VERSION: standing_of(PAGE.name).version})
    entry.values["overridable"] = sorted(policy.overridable)
    return _page(entry)


@pages.post("/settings/contact")
@requires(Permission.CHANGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Save the contact policy; it holds from the next message on."""
    entry = Entry(request.form)
    value: dict[str, Any] = dict(load_policy(request_session(), PAGE.name).value)
    value |= {
        name: entry.whole_number(name, f"{label.lower()}: days", most=most) for name, label, _, most in DAYS
    }
    value["basis_required"] = entry.is_ticked("basis_required")
    chosen = set(entry.all_of("overridable"))
    if not chosen <= {refusal.value for refusal in REFUSAL_WORDS}:
        entry.refuse("overridable", "Choose from the list what a recruiter may set aside.")
    kept = [one for one in value.get("overridable", []) if one in chosen]
    value["overridable"] = kept + [one.value for one in REFUSAL_WORDS if one.value in chosen - set(kept)]
    if entry.problems:
        return _page(entry), 422
    if not save(PAGE, value, entry, "The contact policy is saved; it holds from the next message on."):
        return _page(entry), 409
    return go_to(url_for(PAGE.endpoint))


def _page(entry: Entry) -> str:
    offered = [(one.value, words) for one, words in REFUSAL_WORDS.items() if one not in NEVER_OVERRIDDEN]
    return render_template(
        "settings/contact.html", entry=entry, days=DAYS, offered=offered, always=ALWAYS,
        standing=standing_of(PAGE.name),
    )  # fmt: skip
