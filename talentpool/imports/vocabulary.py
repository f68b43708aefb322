"""What headers and cells of other systems mean: the words of `config/`, folded once for quick comparison.

Nothing here knows a file format by name. A word is compared in lower case, without accents, punctuation and
camel case, so that "firstName", "first_name" and "*First Name" are one.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from talentpool.candidates.identity import fold
from talentpool.candidates.models import Disposition, ReasonKind, Stage
from talentpool.candidates.reasons import read_reasons
from talentpool.imports.composition import Composition, make_composition
from talentpool.imports.fields import Field

Meaning = TypeVar("Meaning")

LONGEST_PHRASE = 400  # characters of a cell that are compared with known phrases
MOST_WORDS = 6  # of a known phrase
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Every word an import knows, each mapping from the folded phrase to what it means here."""

    fields: Mapping[str, Field]
    kept: frozenset[str]
    refused: Mapping[str, str]  # phrase -> what it is, in words for the report
    refused_alone: frozenset[str]  # refused phrases that mean nothing inside a longer header
    beside_the_point: frozenset[str]
    composition: Composition
    stages: Mapping[str, Stage | None]  # None: somebody said that the word means nothing
    dispositions: Mapping[str, Disposition | None]
    still_open: frozenset[str]
    reasons: Mapping[ReasonKind, Mapping[str, str | None]]  # kind -> phrase -> code
    flags: Mapping[str, bool]
    countries: Mapping[str, str]
    months: Mapping[str, int]
    languages: Mapping[str, str]
    levels: Mapping[str, str]


def load_vocabulary(config_folder: Path) -> Vocabulary:
    """Read the shipped words."""
    columns = tomllib.loads((config_folder / "columns.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((config_folder / "words.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        fields=_field_words(columns["fields"]),
        kept=frozenset(map(phrase_of, columns["kept"]["words"])),
        refused=_inverted(columns["refused"]),
        refused_alone=frozenset(columns["refused_alone"]["words"]),
        beside_the_point=frozenset(columns["beside_the_point"]),
        composition=make_composition(columns),
        stages={phrase: Stage(name) for phrase, name in _inverted(words["stage"]).items()},
        dispositions={phrase: Disposition(name) for phrase, name in _inverted(words["disposition"]).items()},
        still_open=frozenset(map(phrase_of, words["open"]["words"])),
        reasons=_reason_words(config_folder),
        flags={phrase: name == "yes" for phrase, name in _inverted(words["flags"]).items()},
        countries=_inverted(words["countries"]),
        months={phrase: int(name) for phrase, name in _inverted(words["months"]).items()},
        languages=_inverted(words["languages"]),
        levels=_inverted(words["levels"]),
    )


def phrase_of(text: str) -> str:
    """Give a header or a cell as the words it is compared by.

    >>> phrase_of("*E-Mail"), phrase_of("massMailOptOut"), phrase_of("Grösse  (cm)"), phrase_of("phone2")
    ('e mail', 'mass mail opt out', 'grosse cm', 'phone 2')
    """
    return _phrase_of(text[:LONGEST_PHRASE])


@lru_cache(maxsize=8192)
def _phrase_of(text: str) -> str:
    return _NOT_A_WORD.sub(" ", fold(_CAMEL.sub(" ", text))).strip()


def find_meaning(text: str, meanings: Mapping[str, Meaning | None]) -> Meaning | None:
    """Find what a cell means: its whole phrase, else the longest known phrase inside it.

    >>> find_meaning("2. Interview - on site", {"interview": 1, "on site": 2}), find_meaning("?", {"a": 1})
    (2, None)
    """
    phrase = phrase_of(text)
    if phrase in meanings:
        return meanings[phrase]
    words = phrase.split()
    for size in range(min(len(words), MOST_WORDS), 0, -1):
        for start in range(len(words) - size + 1):
            meaning = meanings.get(" ".join(words[start : start + size]))
            if meaning is not None:
                return meaning
    return None


def _field_words(words_by_field: Mapping[str, Iterable[str]]) -> dict[str, Field]:
    fields = {phrase: Field(name) for phrase, name in _inverted(words_by_field).items()}
    for phrase, field in tuple(fields.items()):
        fields.setdefault(phrase.replace(" ", ""), field)  # written in one word
    return fields


def _reason_words(config_folder: Path) -> dict[ReasonKind, Mapping[str, str | None]]:
    words: dict[ReasonKind, dict[str, str | None]] = {kind: {} for kind in ReasonKind}
    for reason in read_reasons(config_folder):
        for word in (reason.code, reason.label, *reason.words):
            words[reason.kind].setdefault(phrase_of(word), reason.code)
    return {kind: MappingProxyType(by_phrase) for kind, by_phrase in words.items()}


def _inverted(words_by_name: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {phrase_of(word): name for name, words in words_by_name.items() for word in words}
