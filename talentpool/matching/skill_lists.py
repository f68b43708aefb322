"""The names of skills with their other wordings, as somebody looks them up, adds to them and takes out of them. Pure.

Skills are kept by section (a trade, or the list they were imported from); to whoever looks, a name is one line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from talentpool.errors import NotFoundError

OWN = "own"
"""The section of what was added by hand."""

Skills = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SkillLine:
    """One name with every other way to write it, and the sections it stands in."""

    name: str
    aliases: tuple[str, ...]
    sections: tuple[str, ...]


def skill_lines(skills: Skills, words: str = "") -> list[SkillLine]:
    """List names by the alphabet; `words` leaves those that have them in the name or another wording.

    >>> skills = {"trade": {"python": [], "kubernetes": ["k8s"]}, "own": {"kubernetes": ["kube"]}}
    >>> [(line.name, line.aliases) for line in skill_lines(skills, "K8")]
    [('kubernetes', ('k8s', 'kube'))]
    """
    aliases: dict[str, list[str]] = {}
    sections: dict[str, list[str]] = {}
    for section, names in skills.items():
        for name, others in names.items():
            aliases.setdefault(name, []).extend(others)
            sections.setdefault(name, []).append(section)
    sought = words.casefold().strip()
    return [
        SkillLine(name=name, aliases=tuple(dict.fromkeys(found)), sections=tuple(sections[name]))
        for name, found in sorted(aliases.items())
        if not sought or any(sought in one.casefold() for one in (name, *found))
    ]


def without_wordings(skills: Skills, name: str, wordings: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Give the skills without some wordings of a name; without the name itself where it is among them.

    Raises NotFoundError for a name that is none.
    """
    going = set(wordings)
    if not any(name in names for names in skills.values()):
        raise NotFoundError(f"There is no skill called {name!r} any more; look at the list again.")
    left = {
        section: {
            each: [one for one in others if each != name or one not in going]
            for each, others in names.items()
            if each != name or name not in going
        }
        for section, names in skills.items()
    }
    return {section: names for section, names in left.items() if names}
