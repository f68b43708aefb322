"""The languages letters are shipped in, and what the fields of a letter say in each; English stands in for the rest."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from talentpool.candidates.models import Stage
from talentpool.settings import config_folder

ENGLISH = "en"
GONE_ON = "gone_on"  # what was decided where no reason says otherwise
MOST_WORDS = 5  # of the role, named as found in the resume


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterWords:
    """Sentences of ours in one language, with places for what is on record."""

    name: str
    nobody: str
    months: Sequence[str]
    month: str
    on_file: str
    applied: str
    applied_once: str
    the_role: str
    place: str
    why: str
    and_: str
    promised_by: str
    not_again: str
    reminds: str
    because_applied: str
    because_on_file: str
    name_and_contact: str
    name_and_resume: str
    reached: Mapping[str, str]
    decided: Mapping[str, str]

    def month_of(self, day: date) -> str:
        """Write a month and its year."""
        return self.month.format(month=self.months[day.month - 1], year=day.year)

    def application(self, title: str, stage: Stage, applied_on: date | None) -> str:
        """Say for what somebody applied, and how far that went."""
        reached = self.reached.get(stage.value, "")
        if applied_on is None:
            return self.applied_once.format(title=title, reached=reached)
        return self.applied.format(title=title, reached=reached, month=self.month_of(applied_on))

    def why_this_role(self, words: Sequence[str]) -> str:
        """Name the words of a role that a resume mentions; empty without any."""
        named = list(words)[:MOST_WORDS]
        if not named:
            return ""
        listed = ", ".join(named[:-1]) + (self.and_ if len(named) > 1 else "") + named[-1]
        return self.why.format(words=listed)

    def decision(self, reason: str) -> str:
        """Say what was decided, by the code of the reason."""
        return self.decided.get(reason, self.decided[GONE_ON])


@cache
def shipped_languages() -> Mapping[str, LetterWords]:
    """Read what `config/letter_words.toml` says, by language code, English first."""
    told = tomllib.loads((config_folder() / "letter_words.toml").read_text(encoding="utf-8"))
    return {code: LetterWords(and_=words.pop("and"), **words) for code, words in told.items()}


def letter_words(language: str) -> LetterWords:
    """Give the words of a language."""
    return shipped_languages()[known_language(language)]


def known_language(language: str | None) -> str:
    """Give a language letters are shipped in: this one, or English.

    >>> known_language("de"), known_language("de-AT"), known_language("xx")
    ('de', 'de', 'en')
    """
    code = (language or "").casefold().partition("-")[0]
    return code if code in shipped_languages() else ENGLISH
