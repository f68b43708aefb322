"""Answers to requests, and letters to recipients, say the same in every language letters are shipped in."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from talentpool.consent.models import Basis, RequestKind
from talentpool.erasure.answer_words import ENGLISH, answer_languages, answer_words
from talentpool.erasure.models import GivenHow, ToldOf
from talentpool.outreach.languages import shipped_languages
from talentpool.settings import config_folder

TOLD = tomllib.loads((config_folder() / "answer_words.toml").read_text(encoding="utf-8"))
OTHERS = [language for language in TOLD if language != ENGLISH]
GREETINGS = {"name", "first_name"}  # a language greets by one or the other
MAY_BE_ALIKE = {"day", "first", "version", "nobody"}


def sentences(words: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, said in words.items():
        if isinstance(said, dict):
            yield from sentences(said, f"{name}.")
        else:
            yield above + name, said


def places(said: str) -> set[str]:
    found = set(re.findall(r"\{(\w*)\}", said))
    return found - GREETINGS if found & GREETINGS else found


def test_answers_are_written_in_the_languages_of_the_letters() -> None:
    assert list(answer_languages()) == list(shipped_languages())


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_sentences_of_english_with_the_same_places(language: str) -> None:
    english, other = dict(sentences(TOLD[ENGLISH])), dict(sentences(TOLD[language]))
    assert list(other) == list(english)
    for name, said in english.items():
        assert places(other[name]) == places(said), name
        assert other[name] != said or name in MAY_BE_ALIKE, name


@pytest.mark.parametrize("language", TOLD)
def test_every_kind_of_request_basis_and_recipient_has_its_words(language: str) -> None:
    words = answer_words(language)
    assert set(words.openings) == set(RequestKind)
    assert set(words.bases) == set(Basis)
    assert {*GivenHow, *ToldOf, *(f"unnamed_{how}" for how in GivenHow)} <= set(words.tell)


def test_english_stands_in_for_a_language_without_words() -> None:
    assert answer_words("fi") is answer_words(ENGLISH)
