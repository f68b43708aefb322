"""The form a role is posted with: what was typed, the draft it makes, and the chips of what matters.

Chips are proposed from the text. One that the recruiter has changed, added or struck out stays as it is; the
others follow the text. Nothing here touches the database.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from talentpool.matching.brief import Requirement
from talentpool.roles.models import RequirementImportance, Role
from talentpool.roles.posting import RequirementDraft, RoleDraft
from talentpool.web.forms.entry import cleaned

LEFT_OUT = "left_out"
CHOICES = (
    (RequirementImportance.IMPORTANT.value, "important"),
    (RequirementImportance.NICE.value, "nice to have"),
    (RequirementImportance.FILTER.value, "must mention"),
    (LEFT_OUT, "does not matter"),
)
MOST_CHIPS = 60
LONGEST_CHIP = 240
_OR = re.compile(r"\s+(?:or|oder|ou)\s+", re.IGNORECASE)
_SIGN = re.compile(r"\s*[,/|]\s*(?=\S{2})")
_WHOLE = re.compile(r"^(?:ci/cd|tcp/ip|ui/ux|ux/ui|pl/sql|ts/sci|r&d)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """One thing that matters, as the form shows it; `proposed` is what the text alone would say."""

    words: str
    choice: str
    proposed: str = ""

    @property
    def is_touched(self) -> bool:
        """Say whether the recruiter decided this, rather than the text."""
        return self.choice != self.proposed

    @property
    def key(self) -> str:
        """Give the form in which two chips are the same thing."""
        return " or ".join(self.any_of).casefold()

    @property
    def any_of(self) -> tuple[str, ...]:
        """Split `terraform or pulumi` into the words of which any is enough."""
        parts = [part.strip() for part in _OR.split(self.words)]
        split = [[part] if _WHOLE.match(part) else _SIGN.split(part) for part in parts]
        return tuple(part.strip() for several in split for part in several if part.strip())


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleForm:
    """What stands in the form, as typed."""

    title: str = ""
    text: str = ""
    place: str = ""
    country: str = ""
    requisition_code: str = ""
    is_remote: bool = False
    is_confidential: bool = False
    hiring_manager_id: int | None = None
    chips: tuple[Chip, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing yet to look for."""
        return not self.title.strip() and not self.text.strip() and not self.chips

    def draft(self, *, office_id: int | None) -> RoleDraft:
        """Make the draft of a role; struck-out chips are left behind."""
        return RoleDraft(
            title=" ".join(self.title.split()),
            text=self.text.strip(),
            place=self.place.strip() or None,
            country=self.country.strip() or None,
            is_remote=self.is_remote,
            is_confidential=self.is_confidential,
            hiring_manager_id=self.hiring_manager_id,
            requisition_code=self.requisition_code.strip() or None,
            office_id=office_id,
            requirements=tuple(_requirement(chip) for chip in self.chips if chip.choice != LEFT_OUT),
        )

    def with_proposals(self, proposals: Iterable[Requirement]) -> "RoleForm":
        """Let untouched chips follow the text; what the recruiter decided stays."""
        proposed = [_proposed(proposal) for proposal in proposals]
        decided = {chip.key: chip for chip in self.chips if chip.is_touched}
        merged = [_merged(chip, decided.pop(chip.key, None)) for chip in proposed]
        return replace(self, chips=(*merged, *decided.values())[:MOST_CHIPS])


def read_role_form(fields: MultiDict[str, str], *, readable: Callable[[str], str]) -> RoleForm:
    """Read the form as it was sent; whatever is missing is empty.

    `readable` gives the text a reader sees of a pasted careers page.
    """
    manager = fields.get("hiring_manager", "")[:9]
    return RoleForm(
        title=cleaned(fields.get("title", "")),
        text=cleaned(readable(fields.get("text", ""))),
        place=cleaned(fields.get("place", "")),
        country=cleaned(fields.get("country", "")).strip(),
        requisition_code=cleaned(fields.get("requisition_code", "")),
        is_remote="is_remote" in fields,
        is_confidential="is_confidential" in fields,
        hiring_manager_id=int(manager) if manager.isdecimal() else None,
        chips=_read_chips(fields),
    )


def form_of(role: Role, proposals: Iterable[Requirement]) -> RoleForm:
    """Fill the form with a posted role; what its text proposes and it does not require is struck out."""
    required = tuple(
        Chip(words=" or ".join(wanted.any_of), choice=wanted.importance.value) for wanted in role.requirements
    )
    keys = {chip.key for chip in required}
    struck = tuple(
        replace(chip, choice=LEFT_OUT) for chip in map(_proposed, proposals) if chip.key not in keys
    )
    return RoleForm(
        title=role.title,
        text=role.text,
        place=role.place or "",
        country=role.country or "",
        requisition_code=role.requisition_code or "",
        is_remote=role.is_remote,
        is_confidential=role.is_confidential,
        hiring_manager_id=role.hiring_manager_id,
        chips=required + struck,
    )


def _read_chips(fields: MultiDict[str, str]) -> tuple[Chip, ...]:
    rows = zip(fields.getlist("words"), fields.getlist("choice"), fields.getlist("proposed"), strict=False)
    chips = [_chip(*row) for row in rows]
    chips.append(_chip(fields.get("added_words", ""), fields.get("added_choice", ""), ""))
    by_key = {chip.key: chip for chip in chips if chip is not None and chip.any_of}
    return tuple(by_key.values())[:MOST_CHIPS]


def _chip(words: str, choice: str, proposed: str) -> Chip | None:
    known = [value for value, _ in CHOICES]
    said = " ".join(cleaned(words).split())[:LONGEST_CHIP]
    if not said:
        return None
    return Chip(
        words=said,
        choice=choice if choice in known else RequirementImportance.IMPORTANT.value,
        proposed=proposed if proposed in known else "",
    )


def _proposed(proposal: Requirement) -> Chip:
    choice = proposal.importance.value
    return Chip(words=" or ".join(proposal.any_of), choice=choice, proposed=choice)


def _merged(proposed: Chip, decided: Chip | None) -> Chip:
    return proposed if decided is None else replace(decided, proposed=proposed.proposed)


def _requirement(chip: Chip) -> RequirementDraft:
    return RequirementDraft(any_of=chip.any_of, importance=RequirementImportance(chip.choice))
