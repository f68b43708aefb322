"""What answers to requests and letters to recipients say, in the languages letters are shipped in; English for others."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from talentpool.settings import config_folder

ENGLISH = "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerWords:
    """Sentences of ours in one language, with places for what is on record."""

    name: str
    months: Sequence[str]
    sentences: Mapping[str, str]
    openings: Mapping[str, str]  # by kind of request
    bases: Mapping[str, str]
    tell: Mapping[str, str]  # to a recipient

    def say(self, sentence: str, **places: object) -> str:
        """Give one of the sentences with its places filled in."""
        return self.sentences[sentence].format(**places)

    def day(self, value: date) -> str:
        """Write a date.

        >>> answer_words("de").day(date(2027, 3, 1)), answer_words("fr").day(date(2027, 3, 1))
        ('1. März 2027', '1er mars 2027')
        """
        day = self.sentences["first"] if value.day == 1 else value.day
        return self.say("day", day=day, month=self.months[value.month - 1], year=value.year)

    def times(self, count: int) -> str:
        """Say how often."""
        return self.sentences["once"] if count == 1 else self.say("times", count=count)


@cache
def answer_languages() -> Mapping[str, AnswerWords]:
    """Read `config/answer_words.toml` by language code, English first; months are those of the letters."""
    told, letters = (
        tomllib.loads((config_folder() / name).read_text(encoding="utf-8"))
        for name in ("answer_words.toml", "letter_words.toml")
    )
    return {
        code: AnswerWords(
            name=letters[code]["name"],
            months=letters[code]["months"],
            sentences={name: said for name, said in words.items() if isinstance(said, str)},
            openings=words["openings"],
            bases=words["bases"],
            tell=words["tell"],
        )
        for code, words in told.items()
    }


def answer_words(language: str) -> AnswerWords:
    """Give the words of a language, or English ones."""
    return answer_languages().get(language, answer_languages()[ENGLISH])
