"""Posting and changing a role: what a recruiter wrote, checked as a whole, recorded once."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from talentpool.database import folded
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.roles.models import RequirementImportance, Role, RoleRequirement, RoleState

LONGEST_TITLE = 200
LONGEST_TEXT = 100_000  # characters; adverts have some thousands
LONGEST_PLACE = 320
LONGEST_REQUISITION = 160
LONGEST_FOLDED = 320  # folding can lengthen a title: ß becomes ss
MOST_REQUIREMENTS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementDraft:
    """Words a resume should mention, any of them enough, and whether they weigh or filter."""

    any_of: tuple[str, ...]
    importance: RequirementImportance


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleDraft:
    """A role as it stands in the form, before anybody is sure about it."""

    title: str
    text: str
    place: str | None = None
    country: str | None = None
    is_remote: bool = False
    requirements: tuple[RequirementDraft, ...] = ()
    hiring_manager_id: int | None = None
    is_confidential: bool = False
    office_id: int | None = None
    requisition_code: str | None = None
    pay_from: int | None = None
    pay_to: int | None = None
    pay_currency: str | None = None


class InvalidRoleError(InvalidInputError):
    """Say what is wrong with a role, field by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def role_problems(draft: RoleDraft) -> dict[str, str]:
    """Find what keeps a draft from being posted: a sentence for each field."""
    problems = {}
    if not draft.title.strip():
        problems["title"] = "Give the role a title."
    elif len(draft.title) > LONGEST_TITLE:
        problems["title"] = f"The title is longer than {LONGEST_TITLE} characters; shorten it."
    if not draft.text.strip() and not draft.requirements:
        problems["text"] = "Describe the role: paste the advert, or a few key words."
    elif len(draft.text) > LONGEST_TEXT:
        problems["text"] = f"The description is longer than {LONGEST_TEXT:,} characters; shorten it."
    if len(draft.requirements) > MOST_REQUIREMENTS:
        problems["requirements"] = f"There are more than {MOST_REQUIREMENTS} requirements; keep what decides."
    if draft.pay_from is not None and draft.pay_to is not None and draft.pay_from > draft.pay_to:
        problems["pay_from"] = "The pay band starts above its end; swap the two."
    problems |= _wrong_lines(draft)
    return problems


def _wrong_lines(draft: RoleDraft) -> dict[str, str]:
    problems = {}
    if len(draft.place or "") > LONGEST_PLACE:
        problems["place"] = f"The place is longer than {LONGEST_PLACE} characters; shorten it."
    if len(draft.requisition_code or "") > LONGEST_REQUISITION:
        problems["requisition_code"] = (
            f"The requisition is longer than {LONGEST_REQUISITION} characters; shorten it."
        )
    if draft.country and not re.fullmatch("[A-Za-z]{2}", draft.country):
        problems["country"] = f"{draft.country!r} is no country code; write two letters such as DE."
    return problems


def post_role(session: Session, draft: RoleDraft, *, owner_id: int | None, now: datetime) -> Role:
    """Open a role; raises InvalidRoleError with a sentence for each wrong field."""
    if problems := role_problems(draft):
        raise InvalidRoleError(problems)
    role = Role(state=RoleState.OPEN, posted_at=now, owner_id=owner_id, created_at=now, updated_at=now)
    _fill(role, draft)
    session.add(role)
    session.flush()
    return role


def change_role(session: Session, role: Role, draft: RoleDraft, *, now: datetime) -> None:
    """Put a new wording on a role; raises InvalidRoleError as posting does."""
    if problems := role_problems(draft):
        raise InvalidRoleError(problems)
    _fill(role, draft)
    role.updated_at = now
    session.flush()


def get_role(session: Session, role_id: int) -> Role:
    """Load one role; raises NotFoundError."""
    role = session.get(Role, role_id)
    if role is None:
        raise NotFoundError(f"There is no role {role_id}.")
    return role


def _fill(role: Role, draft: RoleDraft) -> None:
    role.title = draft.title.strip()
    role.folded_title = folded(draft.title)[:LONGEST_FOLDED]
    role.text = draft.text
    role.place = draft.place
    role.country = draft.country.upper() if draft.country else None
    role.is_remote = draft.is_remote
    role.is_confidential = draft.is_confidential
    role.hiring_manager_id = draft.hiring_manager_id
    role.office_id = draft.office_id
    role.requisition_code = draft.requisition_code
    role.pay_from, role.pay_to, role.pay_currency = draft.pay_from, draft.pay_to, draft.pay_currency
    role.requirements = [
        RoleRequirement(any_of=list(wanted.any_of), importance=wanted.importance, position=place)
        for place, wanted in enumerate(draft.requirements)
    ]
