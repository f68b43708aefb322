"""What the matching engine is told: weights, stop words, aliases, and the language of adverts.

Values come from `matching.toml`, `skills.toml`, `stop_words.toml`, `compounds.toml`, `requirement_words.toml` and
`advert_language.tsv`, which ship; an administrator edits weights and skills, and `MatchingSettings.told` lays
them over what ships.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

from talentpool.errors import InvalidInputError
from talentpool.matching.requirement_words import AdvertReader, RequirementWords
from talentpool.matching.text import ANALYSIS_VERSION, TextRules

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True, slots=True)
class WordWeights:
    """How mentions in a resume are counted."""

    count_power: float
    count_cap: int
    repeat_window: int
    pair_weight: float
    headline_words: int
    headline_mentions: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleWeights:
    """What counts in a role, and how its length changes the weighing."""

    count_power: float
    title_weight: float
    important_weight: float
    nice_weight: float
    short_terms: int
    long_terms: int
    short_slope: float
    long_slope: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedbackWeights:
    """How the role's own best hits, and people the team has judged, lend it their words."""

    people: int
    terms: int
    weight: float
    least_people: int
    rounds: int
    shortlisted_weight: float
    dismissed_weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalWeights:
    """What a person's history with us adds to the score, each signal at its strongest."""

    stage: float
    silver_medalist: float
    reason_lapsed: float
    promise_open: float
    rating: float
    freshness: float
    freshness_half_life_days: float
    replied: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """From which share of the role's own words on a match is called strong or good, by kind of role."""

    strong_key_words: float
    good_key_words: float
    strong_advert: float
    good_advert: float


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchingSettings:
    """Everything the engine is told. Compared by identity: settings are built once and handed down."""

    words: WordWeights
    role: RoleWeights
    feedback: FeedbackWeights
    signals: SignalWeights
    bands: Bands
    stop_words: Mapping[str, frozenset[str]]
    level_words: frozenset[str]
    compound_parts: frozenset[str]
    label_by_alias: Mapping[str, str]
    advert_shares: Mapping[str, float]
    requirement_words: RequirementWords

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "MatchingSettings":
        """Read parsed settings: the tables of matching.toml and those of the other files by their names."""
        return cls(
            **_weights(values),
            stop_words=_word_lists(values.get("stop_words", {})),
            level_words=_word_lists(values.get("titles", {})).get("level", frozenset()),
            compound_parts=_word_lists(values.get("compounds", {})).get("parts", frozenset()),
            label_by_alias=_label_by_alias(values.get("skills", {})),
            advert_shares=dict(values.get("advert_shares", {})),
            requirement_words=RequirementWords.from_mapping(values.get("requirement_words", {})),
        )

    def told(self, weights: Mapping[str, Any], skills: Mapping[str, Any]) -> "MatchingSettings":
        """Give the same with other weights and names of skills; raises InvalidInputError for what is none."""
        return replace(self, **_weights(weights), label_by_alias=_label_by_alias(skills))

    @cached_property
    def text(self) -> TextRules:
        """Give the rules by which text becomes terms."""
        return TextRules(
            stop_words=dict(self.stop_words),
            label_by_alias=dict(self.label_by_alias),
            repeat_window=self.words.repeat_window,
            headline_words=self.words.headline_words,
            headline_mentions=self.words.headline_mentions,
            compound_parts=self.compound_parts,
        )

    @cached_property
    def adverts(self) -> AdvertReader:
        """Give what reads an advert for what it asks."""
        return AdvertReader(self.requirement_words, self.text)

    @cached_property
    def known_words(self) -> frozenset[str]:
        """Give the words that skills and adverts are known to use."""
        return frozenset(self.label_by_alias) | frozenset(self.advert_shares)

    @cached_property
    def advert_share_by_label(self) -> Mapping[str, float]:
        """Give the share of adverts that use a term, under the name it has in receipts."""
        shares: dict[str, float] = {}
        for written, share in self.advert_shares.items():
            label = self.text.canonical(written)
            shares[label] = max(share, shares.get(label, 0.0))
        return shares

    @cached_property
    def fingerprint(self) -> str:
        """Name everything an index depends on; an index with another name is made anew."""
        stops = sorted((language, sorted(words)) for language, words in self.stop_words.items())
        aliases, parts = sorted(self.label_by_alias.items()), sorted(self.compound_parts)
        told = repr((ANALYSIS_VERSION, self.words, stops, aliases, parts))
        return blake2b(told.encode(), digest_size=8).hexdigest()


def load_matching_settings(config_folder: Path) -> MatchingSettings:
    """Read the shipped or edited files of a folder; raises InvalidInputError naming the file."""
    values: dict[str, Any] = dict(_toml(config_folder / "matching.toml"))
    values["skills"] = _toml(config_folder / "skills.toml")
    values |= _toml(config_folder / "stop_words.toml")
    values |= _toml(config_folder / "compounds.toml")
    values["requirement_words"] = _toml(config_folder / "requirement_words.toml")
    values["advert_shares"] = _advert_shares(config_folder / "advert_language.tsv")
    return MatchingSettings.from_mapping(values)


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError(f"The settings file {path} cannot be read: {error}") from error


def _advert_shares(path: Path) -> dict[str, float]:
    shares = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"The settings file {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            term, _, share = line.partition("\t")
            shares[term] = _share(share, f"{path}, line {number}")
    return shares


def _share(written: str, place: str) -> float:
    try:
        share = float(written)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise InvalidInputError(f"{place}: {written!r} is not a share between 0 and 1.")
    return share


def _part(kind: type[Part], values: Mapping[str, Any], name: str) -> Part:
    """Build one table of numbers; a missing, unknown or negative one is refused by name."""
    table = values.get(name)
    if not isinstance(table, Mapping):
        raise InvalidInputError(f"The matching settings lack the table [{name}].")
    names = {field.name for field in fields(cast(Any, kind))}
    if wrong := sorted(names ^ set(table)):
        raise InvalidInputError(f"Matching settings [{name}]: missing or unknown: {', '.join(wrong)}.")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise InvalidInputError(f"Matching settings [{name}] {key}: {value!r} is not a number from 0 on.")
    return kind(**table)


def _weights(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "words": _part(WordWeights, values, "words"),
        "role": _part(RoleWeights, values, "role"),
        "feedback": _part(FeedbackWeights, values, "feedback"),
        "signals": _part(SignalWeights, values, "signals"),
        "bands": _part(Bands, values, "bands"),
    }


def _word_lists(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(words.split() if isinstance(words, str) else words)
        for language, words in table.items()
    }


def _label_by_alias(skills: Mapping[str, Any]) -> dict[str, str]:
    """Turn fields of `label = [aliases]` into label by wording, its own included; a wording of two is refused."""
    labels: dict[str, str] = {}
    for field, table in skills.items():
        if not isinstance(table, Mapping):
            raise InvalidInputError(f"Skills: [{field}] must be a table of names with their aliases.")
        for label, aliases in table.items():
            for alias in (label, *aliases):
                if labels.setdefault(alias, label) != label:
                    raise InvalidInputError(
                        f"Skills: {alias!r} stands for both {labels[alias]!r} and {label!r}."
                    )
    return labels
