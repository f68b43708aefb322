"""Letters in the languages we ship: the same letters with the same fields, and no field left without its words."""

import re
from datetime import date

import pytest

from talentpool.candidates.models import Stage
from talentpool.outreach.incoming import asks_to_stop
from talentpool.outreach.languages import ENGLISH, known_language, letter_words, shipped_languages
from talentpool.outreach.letters import letter_problems
from talentpool.outreach.stop_requests import load_stop_words
from talentpool.outreach.templates import (
    FIELDS,
    html_of,
    key_of,
    load_footer,
    load_template,
    load_templates,
)
from talentpool.settings import config_folder

OTHERS = [language for language in shipped_languages() if language != ENGLISH]
LETTERS = [letter.name for letter in load_templates(config_folder()).values() if letter.language == ENGLISH]
GREETINGS = {"first_name", "full_name"}  # a language greets by one or the other


def fields_of(text: str) -> set[str]:
    return set(re.findall(r"\{\{ ?([a-z_]+) ?\}\}", text)) - GREETINGS


def test_five_languages_stand_beside_english() -> None:
    assert sorted(OTHERS) == ["de", "es", "fr", "nl", "sv"]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_in_every_language_what_it_says_in_english(name: str, language: str) -> None:
    english = load_template(config_folder(), name)
    letter = load_template(config_folder(), key_of(name, language))
    assert (letter.label, letter.purpose) == (english.label, english.purpose)
    assert fields_of(letter.text) == fields_of(english.text) == fields_of(english.html)
    assert fields_of(letter.html) == fields_of(letter.text)
    assert letter.text != english.text
    assert not letter_problems({"subject": letter.subject, "text": letter.text})
    assert fields_of(letter.subject) <= set(FIELDS)


@pytest.mark.parametrize("language", [ENGLISH, *OTHERS])
def test_every_footer_says_who_writes_and_how_to_stop_it(language: str) -> None:
    text, html = load_footer(config_folder(), language)
    assert not letter_problems({"text": text}, is_footer=True)
    assert '<a href="{{ stop_link }}">' in html


@pytest.mark.parametrize("language", [ENGLISH, *OTHERS])
def test_what_stands_in_a_letter_is_whole_sentences_of_one_language(language: str) -> None:
    words = letter_words(language)
    for stage in Stage:
        for day in (None, date(2025, 3, 1)):
            sentence = words.application("Engineer", stage, day)
            assert sentence.endswith(".")
            assert "Engineer" in sentence
            assert "{" not in sentence
    assert words.month_of(date(2025, 3, 1)).endswith("2025")
    assert len(set(words.months)) == 12
    assert words.why_this_role(["go", "rust", "sql"]).count("go, rust") == 1
    assert words.why_this_role([]) == ""
    assert words.decision("role_closed") != words.decision("anything else")
    assert "Nomad" in words.place.format(place="Nomad")


def test_german_reads_as_it_should() -> None:
    words = letter_words("de")
    assert words.application("Pflegekraft", Stage.FINAL_ROUND, date(2025, 3, 1)) == (
        "Im März 2025 haben Sie sich bei uns auf die Stelle „Pflegekraft“ beworben, "
        "und Sie kamen in die letzte Runde."
    )


def test_english_stands_in_for_a_language_we_have_no_letters_in() -> None:
    assert [known_language(code) for code in ("fr", "FR-ca", "it", "", None)] == [
        "fr",
        "fr",
        "en",
        "en",
        "en",
    ]


def test_a_link_in_a_text_is_one_in_its_html() -> None:
    assert html_of("Here: {{ own_page }}") == '<p>Here: <a href="{{ own_page }}">{{ own_page }}</a></p>'


@pytest.mark.parametrize("text", ["Afmelden", "Neem geen contact meer op, alstublieft."])
def test_a_wish_to_be_left_alone_is_heard_in_dutch(text: str) -> None:
    assert asks_to_stop(text, load_stop_words(config_folder()))
