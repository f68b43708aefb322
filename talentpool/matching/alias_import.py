"""Decides which wordings of a downloaded list become aliases, and says why the others do not. Pure.

A list made for another purpose holds much that would spoil a ranking: words every advert uses, letters that mean
many things, one wording for two skills. What is already known keeps its meaning.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from talentpool.errors import InvalidInputError
from talentpool.matching.alias_files import Wording
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import TextRules, words_of

MOST_WORDS = 6
"""Longer wordings are sentences; nobody writes them twice the same."""
LEAST_LETTERS = 3
"""Of a wording of one word: two letters mean too many things to be taken over unseen."""
MOST_WORDINGS = 300_000
BRACKET = re.compile(r"\s*\([^()]*\)\s*$")

Words = tuple[str, ...]


class Refusal(StrEnum):
    """Why a wording is left out, as people read it."""

    AMBIGUOUS = "stands for two skills"
    TAKEN = "means another skill here already"
    TOO_SHORT = "is too short"
    TOO_LONG = f"has more than {MOST_WORDS} words"
    STOP_WORD = "is made of stop words or numbers only"
    COMMON = "is a word that adverts use everywhere"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A wording that is left out, the name it would have stood for, and why."""

    wording: str
    name: str
    why: Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class AliasPlan:
    """What a list would change: aliases to add by name, how many wordings are known, and what is left out."""

    aliases_by_name: dict[str, list[str]]
    added: int
    known: int
    refused: tuple[Refused, ...]

    def refused_by_reason(self) -> dict[str, int]:
        """Count what is left out by reason, the most frequent first."""
        return dict(Counter(str(one.why) for one in self.refused).most_common())


def plan_aliases(wordings: Iterable[Wording], settings: MatchingSettings) -> AliasPlan:
    """Sort the wordings of a list into new, known and refused ones; raises InvalidInputError for too many."""
    added, known, refused = dict[str, list[str]](), 0, list[Refused]()
    for words, wording_by_name in _meanings(wordings, settings.text).items():
        keeper = _keeper(words, wording_by_name, settings.text)
        for name, wording in wording_by_name.items():
            if settings.text.forms.get(words) == name:
                known += 1
            elif why := _refusal(words, name, keeper=keeper, settings=settings):
                refused.append(Refused(wording=wording, name=name, why=why))
            else:
                added.setdefault(name, []).append(wording)
    return AliasPlan(
        aliases_by_name={
            name: [wording for wording in found if wording != name] for name, found in added.items()
        },
        added=sum(map(len, added.values())),
        known=known,
        refused=tuple(refused),
    )


def _meanings(wordings: Iterable[Wording], rules: TextRules) -> dict[Words, dict[str, str]]:
    """Collect what each wording may mean: names, each with the wording as it is written; names mean themselves."""
    meanings: dict[Words, dict[str, str]] = {}
    name_by_title: dict[str, str] = {}
    for title, alias in wordings:
        if title not in name_by_title:
            name = name_by_title[title] = _name(title, rules)
            meanings.setdefault(tuple(words_of(name)), {}).setdefault(name, name)
        if alias:
            told = " ".join(alias.split())
            meanings.setdefault(tuple(words_of(told)), {}).setdefault(name_by_title[title], told)
        if len(meanings) > MOST_WORDINGS:
            raise InvalidInputError(f"The list has more than {MOST_WORDINGS:,} wordings; cut it to a part.")
    return meanings


def _name(title: str, rules: TextRules) -> str:
    """Give the name a skill has here already, without ESCO's "(computer programming)", or the title in lower case."""
    for written in (title, BRACKET.sub("", title)):
        if (name := rules.forms.get(tuple(words_of(written)))) is not None:
            return name
    return " ".join(title.split()).casefold()


def _keeper(words: Words, wording_by_name: Mapping[str, str], rules: TextRules) -> str | None:
    """Tell whose wording this is: the skill it means here, else the only one, else the one named so."""
    if (known := rules.forms.get(words)) is not None:
        return known
    if len(wording_by_name) == 1:
        return next(iter(wording_by_name))
    return next((name for name in wording_by_name if tuple(words_of(name)) == words), None)


def _refusal(words: Words, name: str, *, keeper: str | None, settings: MatchingSettings) -> Refusal | None:
    rules = settings.text
    if not words or (len(words) == 1 and len(words[0]) < LEAST_LETTERS and words[0].isascii()):
        return Refusal.TOO_SHORT
    if max(len(words), len(words_of(name))) > MOST_WORDS:
        return Refusal.TOO_LONG
    if all(word in rules.stop_bits_by_word or not rules.is_term(word) for word in words):
        return Refusal.STOP_WORD
    if keeper != name:
        return Refusal.TAKEN if words in rules.forms else Refusal.AMBIGUOUS
    is_own_name = " ".join(words) == name
    return (
        Refusal.COMMON if len(words) == 1 and words[0] in settings.advert_shares and not is_own_name else None
    )


def merged_skills(
    skills: Mapping[str, Mapping[str, list[str]]], plan: AliasPlan, *, section: str
) -> dict[str, dict[str, list[str]]]:
    """Give the skills with the plan's aliases in a section of their own; what stood there stays."""
    merged = {field: dict(names) for field, names in skills.items()}
    kept = merged.setdefault(section, {})
    for name, aliases in plan.aliases_by_name.items():
        kept[name] = list(dict.fromkeys([*kept.get(name, []), *aliases]))
    return merged
