"""People who have no e-mail address that works and may be called about a role: as a page to print, and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from talentpool.accounts.permissions import Permission
from talentpool.consent.eligibility import Refusal
from talentpool.sheets import write_file
from talentpool.web.access import requires
from talentpool.web.contact_sheet import Addressee
from talentpool.web.transaction import request_session
from talentpool.web.views.blind_review import closed_page
from talentpool.web.views.contact import asked_numbers, first_letter, sheet_of
from talentpool.web.views.contacted import CHANNELS
from talentpool.web.views.exports import leave_trail, sent
from talentpool.web.views.roles import RolePage, load_role_page

pages = Blueprint("phone_list", __name__)

HEADINGS = ("Candidate ID", "Name", "Phone", "Contact")


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneList:
    """Who may be called, who may not and why, in the order asked for."""

    may_be_called: tuple[Addressee, ...]
    held_back: tuple[tuple[Addressee, str], ...]
    with_address: int  # those who can be written to are not called first


@pages.get("/roles/<int:role_id>/phone-list")
@requires(Permission.WRITE_TO_CANDIDATES)
def show(role_id: int) -> ResponseReturnValue:
    """Show the list; without `?candidates=` it is made from the short list."""
    page = load_role_page(role_id)
    asked = _asked(page)
    if closed := closed_page(asked, act="Calling somebody"):
        return closed
    found = _phone_list(page, asked)
    return render_template("contact/phone_list.html", page=page, found=found, asked=asked, call=CHANNELS[0])


@pages.get("/roles/<int:role_id>/phone-list.<ending>")
@requires(Permission.EXPORT)
def export(role_id: int, ending: str) -> ResponseReturnValue:
    """Take the list out as a table; the trail keeps how many people stood on it."""
    page = load_role_page(role_id)
    asked = _asked(page)
    if closed := closed_page(asked, act="Taking the list out"):
        return closed
    people = _phone_list(page, asked).may_be_called
    rows = [(one.candidate_id, one.name, "; ".join(one.phones), "May be called") for one in people]
    request_session().rollback()
    answer = sent(lambda path: write_file(path, HEADINGS, rows), f"role-{role_id}-phone-list.{ending}")
    leave_trail("phone_list_exported", "role", role_id, {"people": len(rows)})
    return answer


def _asked(page: RolePage) -> list[int]:
    return asked_numbers(request.args.getlist("candidates")) or list(page.shortlisted)


def _phone_list(page: RolePage, asked: Sequence[int]) -> PhoneList:
    """Ask the rule about each; that there is no address is what brings somebody here."""
    called, held, with_address = [], [], 0
    for one in sheet_of(page, first_letter(page), asked).addressees(asked):
        reasons = [refused for refused in one.verdict.refused if refused.refusal is not Refusal.NO_ADDRESS]
        if len(reasons) == len(one.verdict.refused):
            with_address += 1
        elif reasons or not one.phones:
            held.append((one, reasons[0].words if reasons else "No number on file either"))
        else:
            called.append(one)
    return PhoneList(may_be_called=tuple(called), held_back=tuple(held), with_address=with_address)
