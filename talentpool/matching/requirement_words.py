"""The words by which adverts say what they ask for, and a text read as such words.

The tables are those of `requirement_words.toml` with the named skills beside them; a phrase of several words wins
over a shorter one. Nothing here decides what is asked for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from talentpool.errors import InvalidInputError
from talentpool.matching.located import located_words
from talentpool.matching.text import TextRules, words_of

Tables = Mapping[str, Mapping[str, Iterable[str]]]

LISTS = {
    "headings": ("nice", "other", "must", "facts", "duties"),
    "wording": (
        "must", "nice", "neutral", "negated", "no", "needed", "any_of", "examples", "and_so_on", "or", "and", "but",
        "boilerplate", "ourselves",
    ),
    "leads": ("nouns", "links"),
    "around": ("filler", "generic", "tails", "abilities", "soft", "verbs"),
    "degree_parts": ("links", "between", "related", "experience"),
    "fields": ("names",),
    "papers": ("names", "products", "nouns", "certificates"),
}  # fmt: skip
"""The lists every table must have; `degrees` and `languages` are forms by name."""

GO_LANGUAGE = re.compile(
    r"\b(?:[Gg]olang|G[oO](?=\s*[,/)(;]|\s+(?:developer|programming|language|and\b|or\b)))|(?<=[,/(])\s?G[oO]\b|^\W*go\W*$"
)
"""Go" is mostly a verb: it is a skill only where it stands like a language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdvertWord:
    """A word or phrase of an advert: what it may be, its name if it has one, and what stood before it."""

    kinds: frozenset[str]
    written: str
    label: str | None
    gap: str

    def has(self, *kinds: str) -> bool:
        """Say whether it may be one of these."""
        return not self.kinds.isdisjoint(kinds)


@dataclass(frozen=True, kw_only=True, eq=False)
class RequirementWords:
    """Phrases of adverts by their tables; built once with the settings."""

    tables: Tables

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "RequirementWords":
        """Check the parsed file: a table or list that is missing is refused by name."""
        for table, lists in LISTS.items():
            found = values.get(table)
            if not isinstance(found, Mapping) or set(found) != set(lists):
                raise InvalidInputError(
                    f"requirement_words.toml: [{table}] needs the lists {', '.join(lists)}."
                )
        for table in ("degrees", "languages"):
            if not isinstance(values.get(table), Mapping):
                raise InvalidInputError(f"requirement_words.toml lacks the table [{table}].")
        return cls(
            tables={
                table: {name: tuple(words) for name, words in lists.items()}
                for table, lists in values.items()
            }
        )

    @cached_property
    def headings(self) -> dict[str, frozenset[tuple[str, ...]]]:
        """Give the phrases of headings by kind."""
        return {
            kind: frozenset(tuple(words_of(phrase)) for phrase in phrases)
            for kind, phrases in self.tables["headings"].items()
        }

    @cached_property
    def openers(self) -> frozenset[str]:
        """Give the single words that begin a sentence wherever they are written with a capital."""
        phrases = [
            *self.tables["leads"]["nouns"], *self.tables["around"]["filler"], *self.tables["around"]["soft"],
            *self.tables["wording"]["must"], *(form for forms in self.tables["degrees"].values() for form in forms),
        ]  # fmt: skip
        return frozenset(phrase for phrase in phrases if " " not in phrase)

    @cached_property
    def kinds_by_phrase(self) -> dict[tuple[str, ...], frozenset[str]]:
        """Say of every phrase what it may be, `table.list`; degrees and languages go by their table."""
        kinds: dict[tuple[str, ...], set[str]] = {}
        for table, lists in self.tables.items():
            if table == "headings":
                continue
            for name, phrases in lists.items():
                kind = table if table in ("degrees", "languages") else f"{table}.{name}"
                for phrase in phrases:
                    kinds.setdefault(tuple(words_of(phrase)), set()).add(kind)
        return {phrase: frozenset(found) for phrase, found in kinds.items() if phrase}

    @cached_property
    def names(self) -> dict[tuple[str, ...], str]:
        """Give the name of a degree or a language by its forms."""
        return {
            tuple(words_of(form)): name
            for table in ("degrees", "languages")
            for name, forms in self.tables[table].items()
            for form in forms
        }


class AdvertReader:
    """Reads text as words of adverts: those of the tables, the named skills, and the rest."""

    def __init__(self, told: RequirementWords, rules: TextRules) -> None:
        self.told, self.rules = told, rules
        self.longest_by_first: dict[str, int] = {}
        for phrase in (*told.kinds_by_phrase, *rules.forms):
            self.longest_by_first[phrase[0]] = max(len(phrase), self.longest_by_first.get(phrase[0], 0))

    def read(self, text: str, languages: int) -> list[AdvertWord]:
        """Read a text; `languages` are the bits of those whose function words are passed over."""
        words = located_words(text)
        plain = [word.word for word in words]
        found, place, end = list[AdvertWord](), 0, 0
        while place < len(words):
            size = self._size(plain, place)
            phrase = tuple(plain[place : place + size])
            stop = words[place + size - 1].end
            found.append(
                self._word(
                    phrase,
                    languages,
                    gap=text[end : words[place].start],
                    written=text[words[place].start : stop],
                    after=text[stop : stop + 14],
                )
            )
            place, end = place + size, stop
        return found

    def _size(self, words: list[str], place: int) -> int:
        longest = min(self.longest_by_first.get(words[place], 0), len(words) - place)
        for size in range(longest, 1, -1):
            phrase = tuple(words[place : place + size])
            if phrase in self.told.kinds_by_phrase or phrase in self.rules.forms:
                return size
        return 1

    def _word(
        self, phrase: tuple[str, ...], languages: int, *, gap: str, written: str, after: str
    ) -> AdvertWord:
        kinds = set(self.told.kinds_by_phrase.get(phrase, ()))
        label = self.told.names.get(phrase)
        is_verb = phrase == ("go",) and not GO_LANGUAGE.search(f"{gap[-2:]}{written}{after}")
        if (
            phrase in self.rules.forms
            and not is_verb
            and not kinds & {"degrees", "papers.names", "wording.neutral"}
        ):
            kinds.add("skill")
            label = self.rules.forms[phrase]
        if len(phrase) == 1:
            kinds |= self._plain_kinds(phrase[0], languages)
        return AdvertWord(kinds=frozenset(kinds), written=written, label=label, gap=gap)

    def _plain_kinds(self, word: str, languages: int) -> set[str]:
        if word.isdigit():
            return {"number"}
        if (
            self.rules.is_stop_word(word, languages)
            or word.endswith("ly")
            and (word,) not in self.rules.forms
        ):
            return {"stop"}
        return set() if self.rules.is_term(word) else {"stop"}
