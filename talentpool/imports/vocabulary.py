"""What headers and cells of other systems mean: the words of `config/`, folded once for quick comparison.

Nothing here knows a file format by name. A word is compared in lower case, without accents, punctuation and
camel case, so that "firstName", "first_name" and "*First Name" are one.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from talentpool.candidates.models import Disposition, ReasonKind, Stage
from talentpool.candidates.reasons import read_reasons
from talentpool.imports.composition import Composition, make_composition
from talentpool.imports.fields import Field
from talentpool.imports.meanings import Concepts, Meanings, make_concepts, make_together
from talentpool.imports.phrases import phrase_of

Code = TypeVar("Code", bound=StrEnum)
REASON_KINDS = (ReasonKind.REJECTION, ReasonKind.WITHDRAWAL)  # in the order they are asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """Every word an import knows, each mapping from the folded phrase to what it means here."""

    fields: Mapping[str, Field]
    kept: frozenset[str]
    refused: Mapping[str, str]  # phrase -> what it is, in words for the report
    refused_alone: frozenset[str]  # refused phrases that mean nothing inside a longer header
    beside_the_point: frozenset[str]
    composition: Composition
    stages: Meanings[Stage]
    dispositions: Meanings[Disposition]
    still_open: frozenset[str]
    reasons: Mapping[ReasonKind, Meanings[str]]  # of the codes of reasons
    flags: Mapping[str, bool]
    countries: Mapping[str, str]
    months: Mapping[str, int]
    languages: Mapping[str, str]
    levels: Mapping[str, str]

    @property
    def reason_codes(self) -> frozenset[str]:
        """Give the code of every reason a word can stand for."""
        return frozenset(code for words in self.reasons.values() for code in words.phrases.values() if code)


@cache
def load_vocabulary(config_folder: Path) -> Vocabulary:
    """Read the shipped words, once a process: they come with the program and change with it."""
    columns = tomllib.loads((config_folder / "columns.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((config_folder / "words.toml").read_text(encoding="utf-8"))
    concepts = make_concepts(words["concepts"])
    return Vocabulary(
        fields=_field_words(columns["fields"]),
        kept=frozenset(map(phrase_of, columns["kept"]["words"])),
        refused=_inverted(columns["refused"]),
        refused_alone=frozenset(columns["refused_alone"]["words"]),
        beside_the_point=frozenset(columns["beside_the_point"]),
        composition=make_composition(columns),
        stages=_meanings(Stage, "stage", words, concepts),
        dispositions=_meanings(Disposition, "disposition", words, concepts),
        still_open=frozenset(map(phrase_of, words["open"]["words"])),
        reasons=_reasons(config_folder, concepts),
        flags={phrase: name == "yes" for phrase, name in _inverted(words["flags"]).items()},
        countries=_inverted(words["countries"]),
        months={phrase: int(name) for phrase, name in _inverted(words["months"]).items()},
        languages=_inverted(words["languages"]),
        levels=_inverted(words["levels"]),
    )


def find_reason(
    text: str, vocabulary: Vocabulary, kinds: Sequence[ReasonKind]
) -> tuple[ReasonKind, str | None]:
    """Find the reason a cell gives, and whose: of the kind that says most about it, the first of those as sure."""
    found = [(kind, *vocabulary.reasons[kind].weigh(text)) for kind in kinds]
    kind, _, code = max(found, key=lambda each: each[1])
    return kind, code


def _field_words(words_by_field: Mapping[str, Iterable[str]]) -> dict[str, Field]:
    fields = {phrase: Field(name) for phrase, name in _inverted(words_by_field).items()}
    for phrase, field in tuple(fields.items()):
        fields.setdefault(phrase.replace(" ", ""), field)  # written in one word
    return fields


def _meanings(kind: type[Code], name: str, words: Mapping[str, Any], concepts: Concepts) -> Meanings[Code]:
    return Meanings(
        phrases={phrase: kind(code) for phrase, code in _inverted(words[name]).items()},
        together=make_together({kind(code): phrases for code, phrases in words["together"][name].items()}),
        concepts=concepts,
        may_be_denied=True,
    )


def _reasons(config_folder: Path, concepts: Concepts) -> dict[ReasonKind, Meanings[str]]:
    words: dict[ReasonKind, dict[str, str | None]] = {kind: {} for kind in ReasonKind}
    together: dict[ReasonKind, dict[str, Iterable[str]]] = {kind: {} for kind in ReasonKind}
    for reason in read_reasons(config_folder):
        together[reason.kind][reason.code] = reason.together
        for word in (reason.code, reason.label, *reason.words):
            words[reason.kind].setdefault(phrase_of(word), reason.code)
    return {
        kind: Meanings(phrases=words[kind], together=make_together(together[kind]), concepts=concepts)
        for kind in ReasonKind
    }


def _inverted(words_by_name: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {phrase_of(word): name for name, words in words_by_name.items() for word in words}
