"""What single cells mean: yes or no, countries, ratings, pay, notice, languages, permits. Pure.

Each reader gives None (or nothing) for what it cannot read; the caller says so to the person importing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talentpool.imports.meanings import find_phrase
from talentpool.imports.phrases import phrase_of

LARGEST_PAY = 10**9  # in any currency, a year
LONGEST_NOTICE = 260  # weeks
_MANY = re.compile(r"[;|\n]|,(?!\d)")
_AMOUNT = re.compile(r"\d[\d.,'\u2019 \u00a0]*")
_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "kr": "SEK", "fr.": "CHF"}
_CURRENCY = re.compile(
    r"\b(EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|CAD|AUD|NZD|INR|JPY|SGD|AED|ZAR|BRL|MXN)\b",
    re.IGNORECASE,
)
_PERIODS = (
    ("hour", re.compile(r"hour|\bhr\b|/\s*h\b|p\.?h\b|stunde|std\b|heure|hora|timme", re.IGNORECASE)),
    ("day", re.compile(r"\bday|/\s*d\b|daily|\btag\b|tages|jour|día|dag\b", re.IGNORECASE)),
    ("month", re.compile(r"month|/\s*m(o|th)?\b|monat|mois|\bmes\b|mensual|månad", re.IGNORECASE)),
)
_NOTICE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(day|tag|jour|d[ií]a|dag|week|woche|semaine|semana|veck|month|monat|mois|mes|månad)",
    re.IGNORECASE,
)
_WEEKS_BY_UNIT = {"d": 1 / 7, "t": 1 / 7, "j": 1 / 7, "w": 1, "s": 1, "v": 1, "m": 52 / 12}
_AT_ONCE = (
    "immediate",
    "immediately",
    "now",
    "none",
    "asap",
    "sofort",
    "ab sofort",
    "immediat",
    "immediatement",
    "inmediata",
    "inmediato",
    "omgaende",
    "at once",
)
_OF = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von|sur|de)\s*(\d+)\s*$", re.IGNORECASE)
_STARS = re.compile(r"^\s*(\d(?:[.,]\d)?)\s*(?:stars?|sterne?n?|étoiles?|estrellas?|stjärn)", re.IGNORECASE)
_RATING_WORDS = {
    "strong yes": 1.0, "definitely": 1.0, "excellent": 1.0, "strong hire": 1.0, "yes": 0.75, "hire": 0.75, "good": 0.75,
    "thumbs up": 0.75, "mixed": 0.5, "maybe": 0.5, "neutral": 0.5, "average": 0.5, "no": 0.25, "thumbs down": 0.25,
    "no hire": 0.25, "poor": 0.25, "strong no": 0.0, "definitely not": 0.0, "strong no hire": 0.0,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingScale:
    """From where to where the ratings of a column go."""

    lowest: float
    highest: float


def scale_of(lowest: float, highest: float) -> RatingScale:
    """Choose the scale a column of ratings is on from the smallest and largest seen.

    >>> scale_of(1, 5).highest, scale_of(0, 9).highest, scale_of(12, 85).highest, scale_of(0.2, 0.9).highest
    (5, 10, 100, 1)
    """
    if highest <= 1 and lowest < 1:
        return RatingScale(lowest=0, highest=1)
    if highest <= 5:
        return RatingScale(lowest=1 if lowest >= 1 else 0, highest=5)
    return RatingScale(lowest=0, highest=10 if highest <= 10 else 100)


def read_number(text: str) -> float | None:
    """Read a plain number with point or comma."""
    match = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*", text)
    return float(match[1].replace(",", ".")) if match else None


def read_rating(text: str, scale: RatingScale | None) -> float | None:
    """Read a rating as 0..1: a number on the column's scale, `4/5`, `80 %`, stars, or a word.

    >>> read_rating("4", RatingScale(lowest=1, highest=5)), read_rating("4/5", None), read_rating("★★★☆☆", None)
    (0.75, 0.8, 0.6)
    >>> read_rating("3 étoiles", None)
    0.6
    """
    if match := _OF.match(text):
        return _share(float(match[1].replace(",", ".")), 0, float(match[2]))
    if text.strip().endswith("%"):
        number = read_number(text.strip().rstrip("% "))
        return None if number is None else _share(number, 0, 100)
    if match := _STARS.match(text):
        return _share(float(match[1].replace(",", ".")), 0, 5)
    if "★" in text or "⭐" in text:
        full = text.count("★") + text.count("⭐")
        return _share(full, 0, max(5, full + text.count("☆")))
    number = read_number(text)
    if number is not None and scale is not None:
        return _share(number, scale.lowest, scale.highest)
    return _RATING_WORDS.get(phrase_of(text))


def _share(value: float, lowest: float, highest: float) -> float | None:
    if highest <= lowest or not lowest <= value <= highest:
        return None
    return round((value - lowest) / (highest - lowest), 4)


def read_flag(text: str, flags: Mapping[str, bool]) -> bool | None:
    """Read a yes or no."""
    return flags.get(phrase_of(text))


def read_country(text: str, countries: Mapping[str, str]) -> str | None:
    """Read a country as its two-letter ISO code.

    >>> read_country("Deutschland", {"deutschland": "DE"}), read_country("de", {"x": "DE"}), read_country("?", {})
    ('DE', 'DE', None)
    """
    code = text.strip().upper()
    if len(code) == 2 and (code in countries.values() or code == "UK"):
        return "GB" if code == "UK" else code
    return countries.get(phrase_of(text))


def split_many(text: str) -> list[str]:
    """Split a cell that holds several values, joined by semicolon, comma, bar or line end."""
    return [part.strip() for part in _MANY.split(text) if part.strip()]


def read_pay(text: str) -> dict[str, Any]:
    """Read what somebody would like to earn: amount, currency and period as far as they are said.

    >>> read_pay("65.000 € p.a."), read_pay("GBP 45k")
    ({'amount': 65000, 'period': 'year', 'currency': 'EUR'}, {'amount': 45000, 'period': 'year', 'currency': 'GBP'})
    """
    match = _AMOUNT.search(text)
    amount = _amount(match.group()) if match else None
    if match is None or amount is None or not 0 < amount <= LARGEST_PAY:
        return {}
    if re.match(r"\s*[kK]\b|\s*tsd", text[match.end() :]) and amount < 1000:
        amount *= 1000
    period = next(
        (name for name, pattern in _PERIODS if pattern.search(text)), "year" if amount >= 5000 else None
    )
    found = {"amount": round(amount), "period": period, "currency": _currency(text)}
    return {key: value for key, value in found.items() if value is not None}


def _amount(text: str) -> float | None:
    digits = re.sub(r"['\u2019 \u00a0]", "", text).rstrip(".,")
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def _currency(text: str) -> str | None:
    if match := _CURRENCY.search(text):
        return match[1].upper()
    return next((code for sign, code in _CURRENCY_SIGNS.items() if sign in text), None)


def read_notice(text: str) -> dict[str, Any]:
    """Read a notice period in weeks.

    >>> read_notice("3 months"), read_notice("sofort"), read_notice("30 Tage")
    ({'weeks': 13.0}, {'weeks': 0}, {'weeks': 4.3})
    """
    if phrase_of(text) in _AT_ONCE:
        return {"weeks": 0}
    match = _NOTICE.search(text)
    if not match:
        return {}
    weeks = float(match[1].replace(",", ".")) * _WEEKS_BY_UNIT[match[2][0].lower()]
    return {"weeks": round(weeks, 1)} if weeks <= LONGEST_NOTICE else {}


def read_languages(
    text: str, languages: Mapping[str, str], levels: Mapping[str, str]
) -> list[tuple[str, dict[str, Any]]]:
    """Read spoken languages, each as it was said and as code and level; unknown ones keep their words.

    >>> read_languages("German (native); English C1", {"german": "de", "english": "en"}, {"native": "native", "c 1": "c1"})
    [('German (native)', {'language': 'de', 'level': 'native'}), ('English C1', {'language': 'en', 'level': 'c1'})]
    """
    found = []
    for said in split_many(text):
        code, level = find_phrase(said, languages), find_phrase(said, levels)
        value = {"language": code, "level": level}
        found.append((said[:500], {key: word for key, word in value.items() if word}))
    return found


def read_permits(
    text: str, countries: Mapping[str, str], flags: Mapping[str, bool]
) -> list[tuple[str, dict[str, Any]]]:
    """Read rights to work, one for each country named; never a nationality.

    >>> read_permits("Germany: yes; CH: no", {"germany": "DE", "x": "CH"}, {"yes": True, "no": False})
    [('Germany: yes', {'country': 'DE', 'allowed': True}), ('CH: no', {'country': 'CH', 'allowed': False})]
    """
    found = []
    for said in split_many(text):
        place, _, answer = said.partition(":")
        allowed = read_flag(answer or place, flags)
        value = {"country": read_country(place, countries), "allowed": allowed}
        found.append((said[:500], {key: word for key, word in value.items() if word is not None}))
    return found
