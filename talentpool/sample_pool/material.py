"""Reads the hand-written material of the sample pool from the TOML files beside the code.

Each trade, the countries, the situations and the layouts of resumes are checked on reading, so a
slip in a file is told at once. Nothing is drawn here.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

ByCountry = dict[str, list[str]]
_TRADES = ("platform", "backend", "data", "finance", "nursing", "sales", "electrical", "teaching")
_MORE_TRADES = ("law", "marketing", "people", "logistics", "buchhaltung", "pflege", "elektro")
_PLACE = "talentpool.sample_pool"


class _Material(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Speciality(_Material):
    """What a person does within a trade: titles by level, skills and achievements."""

    titles: ByCountry
    skills: list[str]
    achievements: list[str]
    stack: dict[str, list[str]] = {}


class Trade(_Material):
    """One trade: its employers, sentences, schooling, pay (thousands a year) and specialities."""

    name: str
    code: str
    language: str = "en"
    entry_age: int
    company_suffix: bool = True
    countries: dict[str, int]
    employers: list[str]
    employers_by_country: ByCountry = {}
    openings: list[str]
    wants: list[str]
    contexts: list[str]
    achievements: list[str]
    lead: list[str]
    early: list[str]
    strengths: list[str]
    gaps: list[str]
    stack: dict[str, list[str]] = {}
    education: ByCountry
    certificates: ByCountry
    salary: dict[str, tuple[int, int]]
    specialities: list[Speciality]


class City(_Material):
    """A city with the pattern of its postcodes and of its telephone numbers kept for fiction."""

    name: str
    phone: str
    postcode: str


class Country(_Material):
    """A country: how people there are called, where they live, what they call their schools."""

    name: str
    trunk: str
    currency: str
    pay: list[str]
    notice: list[str]
    spoken: list[str]
    suffixes: list[str]
    universities: list[str]
    colleges: list[str]
    first_names: list[str]
    last_names: list[str]
    cities: list[City]
    spelling: dict[str, str] = {}


class Situation(_Material):
    """How the latest application of some people went, and what is on record about them since."""

    name: str
    people: int
    stage: str
    disposition: str
    reasons: list[str] = [""]
    notes: list[str] = [""]
    comments: list[str] = [""]
    rating: tuple[int, int] | None = None
    age_days: tuple[int, int]
    years: tuple[int, int] = (2, 22)
    level_offset: int = 0
    promises: list[str] = [""]
    promise_due_in: list[int] = []
    contacted_ago: tuple[int, int] | None = None
    do_not_contact: bool = False


class Layout(_Material):
    """How a resume looks: bullets, headings, dates and the order of its sections."""

    bullet: str
    heading: str
    job: str
    dates: str
    order: list[str]


class Phrases(_Material):
    """Words every trade shares: headings by language, pastimes, aims, nicknames, mail domains."""

    headings: dict[str, dict[str, list[str]]]
    pastimes: dict[str, list[str]]
    more: dict[str, list[str]]
    duties: dict[str, list[str]]
    present: dict[str, str]
    nicknames: dict[str, str]
    mail_domains: list[str]
    sources: list[str]
    own_words: dict[str, dict[str, str]]
    one_liners: dict[str, list[str]]


def for_country(choices: ByCountry, country: str) -> list[str]:
    """Give what holds in the country, or else what holds everywhere."""
    return choices.get(country, choices["default"])


@cache
def trades() -> tuple[Trade, ...]:
    """Give every trade in the order of the pool."""
    return tuple(Trade.model_validate(_toml(name)) for name in _TRADES + _MORE_TRADES)


@cache
def countries() -> dict[str, Country]:
    """Give the countries by their two-letter code."""
    return {code: Country.model_validate(table) for code, table in _toml("countries").items()}


@cache
def situations() -> tuple[Situation, ...]:
    """Give one situation for each of the 36 people of a trade, the frequent ones repeated."""
    kinds = [Situation.model_validate(table) for table in _toml("situations")["latest"]]
    return tuple(kind for kind in kinds for _ in range(kind.people))


@cache
def earlier_situations() -> tuple[Situation, ...]:
    """Give how applications before the latest one went."""
    return tuple(Situation.model_validate(table) for table in _toml("situations")["earlier"])


@cache
def layouts() -> tuple[Layout, ...]:
    """Give the layouts resumes are written in."""
    return tuple(Layout.model_validate(table) for table in _toml("layouts")["layouts"])


@cache
def phrases() -> Phrases:
    """Give the words every trade shares."""
    return Phrases.model_validate(_toml("phrases"))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(_PLACE).joinpath("material", f"{name}.toml").read_text("utf-8"))
