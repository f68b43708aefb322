"""The brief: a role as the engine sees it, with its title, its text and what is required.

Requirements weigh. Only one that the recruiter made a filter leaves anybody out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from talentpool.matching.requirements import Importance, Requirement, propose_requirements

__all__ = ["Brief", "Importance", "Requirement", "brief_from_text", "propose_requirements"]

LONGEST_TITLE_WORDS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """A role for matching; `text` is what stands below the title."""

    title: str | None
    text: str
    requirements: tuple[Requirement, ...] = ()


def brief_from_text(
    text: str, *, title: str | None = None, requirements: Iterable[Requirement] = ()
) -> Brief:
    """Make a brief; without a title the first non-blank line is the title if it has at most 12 words."""
    first, _, rest = text.strip().partition("\n")
    given = (title or "").strip()
    if not given and 0 < len(first.split()) <= LONGEST_TITLE_WORDS:
        given = first.strip()
    body = rest if given and first.strip().casefold() == given.casefold() else text
    return Brief(title=given or None, text=body.strip(), requirements=tuple(requirements))
