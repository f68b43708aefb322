"""The letter after a role was closed: it says what was decided, and in the recruiter's words what was good."""

from collections.abc import Collection
from dataclasses import dataclass

from talentpool.candidates.contact_records import address_of
from talentpool.candidates.models import Candidate
from talentpool.outreach.compose import (
    Addressed,
    Place,
    Unaddressed,
    Writer,
    address_letter,
    letter_values,
)
from talentpool.outreach.languages import letter_words
from talentpool.outreach.templates import Template
from talentpool.roles.models import Role

KIND_REJECTION = "kind_rejection"


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalLines:
    """What one person reads that nobody else does."""

    reason: str = ""
    what_was_good: str = ""
    what_decided: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class KindLetter:
    """The letter of one closing before it is addressed to anybody."""

    template: Template
    footer: tuple[str, str]
    role: Role
    writer: Writer
    place: Place
    hidden_roles: Collection[int]  # confidential ones: none of them is remembered

    def for_one(self, candidate: Candidate, lines: PersonalLines) -> Addressed | None:
        """Write to one person; None without an address that works."""
        address = address_of(candidate)
        if address is None:
            return None
        values = letter_values(candidate, self.role, self.writer, hidden_roles=self.hidden_roles) | {
            "application_title": self.role.title,
            "decision": letter_words(self.writer.language).decision(lines.reason),
            "what_was_good": lines.what_was_good.strip(),
            "what_decided": lines.what_decided.strip(),
        }
        letter = Unaddressed(template=self.template, values=values, footer=self.footer)
        return address_letter(candidate, address, self.writer, letter, self.place)
