"""What the columns of a file without a header hold, judged by their values; always a guess, with how sure it is.

Only what can be told from values is taken: addresses, numbers, pages, names, stages, countries, long texts. The
rest is kept as it is, and whoever imports can say better.
"""

import re
from collections.abc import Callable, Sequence
from statistics import median

from talentpool.candidates.identity import find_addresses, fold
from talentpool.imports.dates import looks_like_a_date
from talentpool.imports.fields import Field
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import REASON_KINDS, Vocabulary, find_reason

MOSTLY = 0.8  # share of a column's values that have to look alike
_LONG_TEXT = 300  # characters
_MOST_STAGES = 20  # different values a column of stages or reasons may have in the sample
_PHONE = re.compile(r"\+?[\d\s()./-]{7,25}(?:\s*(?:ext|x)\.?\s*\d+)?", re.IGNORECASE)
_PAGE = re.compile(r"(?:https?://|www\.)\S+|\S+\.[a-z]{2,6}/\S+")
_NAME = re.compile(r"[^\W\d_][^\d@/:;|]{1,60}")
Guess = tuple[Field, float]


def guess_columns(columns: Sequence[Sequence[str]], vocabulary: Vocabulary) -> list[Guess | None]:
    """Guess what each column of values is, with the confidence; None where nothing can be told."""
    guesses = [_by_look(values, vocabulary) for values in columns]
    fields = {guess[0] for guess in guesses if guess}
    if Field.STATUS in fields:
        guesses = [
            (Field.APPLIED_ON, 0.4) if guess and guess[0] is Field.ADDED_ON else guess for guess in guesses
        ]
    return _with_names(guesses, columns)


def _by_look(values: Sequence[str], vocabulary: Vocabulary) -> Guess | None:
    if not values:
        return None
    looks: list[tuple[Field, float, Callable[[str], bool]]] = [
        (Field.EMAIL, 0.9, lambda value: find_addresses(value) == [value.strip()]),
        (Field.LINK, 0.6, lambda value: bool(_PAGE.fullmatch(value.strip()))),
        (Field.ADDED_ON, 0.4, lambda value: looks_like_a_date(value, vocabulary.months)),
        (Field.PHONE, 0.7, lambda value: bool(_PHONE.fullmatch(value.strip()))),
        (Field.COUNTRY, 0.6, lambda value: phrase_of(value) in vocabulary.countries),
    ]
    for field, confidence, looks_right in looks:
        if sum(map(looks_right, values)) >= MOSTLY * len(values):
            return field, confidence
    if _are_stages(values, vocabulary):
        return Field.STATUS, 0.6
    if _are_reasons(values, vocabulary):
        return Field.REASON, 0.5
    if median(map(len, values)) >= _LONG_TEXT:
        return Field.RESUME_TEXT, 0.5
    return None


def _are_stages(values: Sequence[str], vocabulary: Vocabulary) -> bool:
    phrases = [phrase_of(value) for value in values]
    known = sum(phrase in vocabulary.stages or phrase in vocabulary.dispositions for phrase in phrases)
    is_yes_or_no = sum(phrase in vocabulary.flags for phrase in phrases) >= MOSTLY * len(values)
    return known >= MOSTLY * len(values) and len(set(phrases)) <= _MOST_STAGES and not is_yes_or_no


def _are_reasons(values: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Say whether the values are reasons by words of ours; "yes", "other" and the like could be anything."""
    phrases = [phrase_of(value) for value in values]
    known = sum(
        " " in phrase
        and find_reason(phrase, vocabulary, REASON_KINDS)[1] is not None
        or any(phrase in vocabulary.reasons[kind] for kind in REASON_KINDS)
        for phrase in phrases
    )
    is_yes_or_no = any(phrase in vocabulary.flags for phrase in phrases)
    return (
        known >= MOSTLY * len(values)
        and len(set(phrases)) <= _MOST_STAGES
        and not is_yes_or_no
        and max(map(len, values)) < _LONG_TEXT
    )


def _with_names(guesses: list[Guess | None], columns: Sequence[Sequence[str]]) -> list[Guess | None]:
    """Find the names: beside addresses that are made from them, else the first column that reads like names."""
    free = [
        place for place, guess in enumerate(guesses) if guess is None and _read_like_names(columns[place])
    ]
    if not free:
        return guesses
    found = list(guesses)
    single = [place for place in free if max(value.count(" ") for value in columns[place]) == 0]
    if free[0] in single and len(single) > 1 and single[1] == single[0] + 1:
        order = _order_of_names(columns[single[0]], columns[single[1]], _addresses(guesses, columns))
        found[single[0]], found[single[1]] = (order[0], 0.5), (order[1], 0.5)
    else:
        found[free[0]] = (Field.FULL_NAME, 0.6)
    return found


def _read_like_names(values: Sequence[str]) -> bool:
    fitting = sum(bool(_NAME.fullmatch(value.strip())) and value.count(" ") <= 4 for value in values)
    return bool(values) and fitting >= MOSTLY * len(values)


def _addresses(guesses: Sequence[Guess | None], columns: Sequence[Sequence[str]]) -> list[str]:
    place = next((place for place, guess in enumerate(guesses) if guess and guess[0] is Field.EMAIL), None)
    return [] if place is None else [fold(value).partition("@")[0] for value in columns[place]]


def _order_of_names(
    left: Sequence[str], right: Sequence[str], addresses: Sequence[str]
) -> tuple[Field, Field]:
    """Say which of two columns is the first name: addresses mostly start with it."""
    right_first = sum(
        0 <= address.find(fold(two)) < address.find(fold(one))
        for one, two, address in zip(left, right, addresses, strict=False)
    )
    left_first = sum(
        0 <= address.find(fold(one)) < address.find(fold(two))
        for one, two, address in zip(left, right, addresses, strict=False)
    )
    names = (Field.FIRST_NAME, Field.LAST_NAME)
    return (names[1], names[0]) if right_first > left_first else names
