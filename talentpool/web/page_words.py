"""What the public pages say, in the language the browser asks for; English where we have none of those."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from flask import request

from talentpool.erasure.answer_words import ENGLISH, answer_words
from talentpool.outreach.languages import letter_words
from talentpool.settings import config_folder


@dataclass(frozen=True, kw_only=True, slots=True)
class PageWords:
    """The sentences of the public pages in one language."""

    language: str
    sentences: Mapping[str, str]

    def say(self, sentence: str, **places: object) -> str:
        """Give one of the sentences with its places filled in."""
        return self.sentences[sentence].format(**places)

    def day(self, value: date | datetime) -> str:
        """Write a date."""
        return answer_words(self.language).day(value)

    def month(self, value: date) -> str:
        """Write a month and its year."""
        return letter_words(self.language).month_of(value)


@cache
def page_languages() -> Mapping[str, PageWords]:
    """Read `config/page_words.toml` by language code, English first."""
    told = tomllib.loads((config_folder() / "page_words.toml").read_text(encoding="utf-8"))
    return {code: PageWords(language=code, sentences=words) for code, words in told.items()}


def page_words() -> PageWords:
    """Give the words of the language this request asks for."""
    languages = page_languages()
    asked = request.accept_languages.best_match(list(languages), default=ENGLISH)
    return languages[asked or ENGLISH]
