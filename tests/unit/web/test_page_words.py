"""The public pages say the same in every language letters are shipped in, with the same places for what is on record."""

import re

import pytest

from talentpool.consent.pass_on import PassOnState
from talentpool.erasure.answer_words import ENGLISH
from talentpool.outreach.languages import shipped_languages
from talentpool.web.page_words import page_languages

OTHERS = [language for language in page_languages() if language != ENGLISH]
MAY_BE_ALIKE = {"name", "pass_to"}


def places(said: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", said))


def test_the_public_pages_speak_the_languages_of_the_letters() -> None:
    assert list(page_languages()) == list(shipped_languages())


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_sentences_of_english_with_the_same_places(language: str) -> None:
    english, other = page_languages()[ENGLISH].sentences, page_languages()[language].sentences
    assert list(other) == list(english)
    for name, said in english.items():
        assert places(other[name]) == places(said), name
        assert other[name] != said or name in MAY_BE_ALIKE, name


def test_every_state_of_a_question_about_passing_a_name_on_has_its_words() -> None:
    assert {f"pass_on_{state}" for state in PassOnState} <= set(page_languages()[ENGLISH].sentences)
