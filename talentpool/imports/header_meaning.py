"""What one header means: by its words, ever looser, by how it is spelt, and by what stands below it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from talentpool.candidates.identity import find_addresses, fold
from talentpool.imports.columns import Column, Use
from talentpool.imports.composition import REFUSED, compose, is_pay_they_have, says_one_of
from talentpool.imports.dates import looks_like_a_date
from talentpool.imports.fields import DATES, Field
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import Vocabulary

AGREE = 0.5  # share of the values that must look like what the header says
_SPELLED_ALIKE = 90  # of 100: a typo in a header of some length
_SHORTEST_TYPO = 6
_COMPOSED = 0.75  # how sure words that nobody listed together make us
_PAY = "current or past pay"
_GRADE = re.compile(r"\s*(?:\d{1,2}(?:[.,]\d)?\s*(?:/|von|sur|of|de|av)\s*\d{1,3}|[★⭐☆]+|\d(?:[.,]\d)?)\s*")
_FILE = re.compile(r"https?://\S+|[^\n]{1,200}\.(?:pdf|docx?|odt|rtf|html?|txt)", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(][^\[\]()]*[\])]\s*$")
_NUMBER = re.compile(r"\b\d+(?:st|nd|rd|th)?\b")


def column_of_header(index: int, name: str, values: Sequence[str], vocabulary: Vocabulary) -> Column:
    """Say what a header means that has these values below it, and how sure that is."""
    kept = Column(index=index, header=name, use=Use.KEPT)
    phrases = _phrases(name, vocabulary)
    for phrase, confidence in phrases:
        if phrase in vocabulary.kept:
            return kept
        if phrase in vocabulary.refused:
            return replace(kept, use=Use.REFUSED, refused_as=vocabulary.refused[phrase])
        field = vocabulary.fields.get(phrase)
        if field and agrees(field, values, vocabulary):
            return _taken(kept, field, values, confidence)
    return (
        _by_words(kept, [phrase for phrase, _ in phrases], values, vocabulary)
        or _by_spelling(kept, values, vocabulary)
        or _by_values(kept, values)
        or replace(kept, confidence=0.0)
    )


def _taken(kept: Column, field: Field, values: Sequence[str], confidence: float) -> Column:
    """Take a column; its values say whether resumes are texts or files, and whether notes are grades."""
    if field is Field.RESUME_TEXT and values:
        files = sum(bool(_FILE.fullmatch(value.strip())) for value in values)
        field = Field.RESUME_FILE if files >= AGREE * len(values) else field
    if field is Field.NOTES and values and all(map(_GRADE.fullmatch, values)):
        field = Field.RATING  # "Note" is a grade in French
    return replace(kept, use=Use.TAKEN, field=field, confidence=confidence)


def _by_words(
    kept: Column, phrases: Sequence[str], values: Sequence[str], vocabulary: Vocabulary
) -> Column | None:
    """Recognise a header by its words: what must never be missed first, then what they mean together."""
    if not phrases:  # a header such as "#" or "…" says nothing
        return None
    whole = phrases[0]
    refused = says_one_of(
        whole, (each for each in vocabulary.refused if each not in vocabulary.refused_alone)
    )
    if refused:
        return replace(kept, use=Use.REFUSED, refused_as=vocabulary.refused[refused])
    if is_pay_they_have(whole, vocabulary.composition):
        return replace(kept, use=Use.REFUSED, refused_as=_PAY)
    inside = vocabulary.composition.inside
    said = says_one_of(whole, inside)
    if said and agrees(Field(inside[said]), values, vocabulary):
        return replace(kept, use=Use.TAKEN, field=Field(inside[said]), confidence=_COMPOSED)
    for phrase in phrases:
        meaning = compose(phrase, vocabulary.composition)
        if meaning == REFUSED:
            return replace(kept, use=Use.REFUSED, refused_as=_PAY)
        if meaning and agrees(Field(meaning), values, vocabulary):
            return _taken(kept, Field(meaning), values, _COMPOSED)
    return None


def _phrases(name: str, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """Give a header in ever looser readings: as it stands, without its prefix, number, beside-the-point words."""
    bare = _BRACKETED.sub("", name)
    readings = [(phrase_of(name), 1.0), (phrase_of(bare), 1.0)]
    if ":" in bare:
        readings += [(phrase_of(part), 0.9) for part in (bare.rpartition(":")[2], bare.rpartition("/")[2])]
    for phrase, confidence in tuple(readings):
        numberless = " ".join(_NUMBER.sub(" ", phrase).split())
        readings.append((numberless, confidence - 0.05))
    for phrase, confidence in tuple(readings):
        words = [word for word in phrase.split() if word not in vocabulary.beside_the_point]
        readings.append((" ".join(words), confidence - 0.15))
    readings.append((phrase_of(bare).replace(" ", ""), 0.8))  # "LinkedIn", "E-MailAddress"
    surest: dict[str, float] = {}
    for phrase, confidence in readings:
        surest[phrase] = max(confidence, surest.get(phrase, 0.0))
    surest.pop("", None)
    return sorted(surest.items(), key=lambda reading: -reading[1])


def agrees(field: Field, values: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Say whether enough of the values look like the field; without values nothing speaks against it."""
    looks_right = _look_of(field, vocabulary)
    if not values or looks_right is None:
        return True
    return sum(looks_right(value) for value in values) >= AGREE * len(values)


def _look_of(field: Field, vocabulary: Vocabulary) -> Callable[[str], bool] | None:
    if field is Field.EMAIL:
        return lambda value: "@" in value
    if field is Field.PHONE:
        return lambda value: 6 <= sum(sign.isdigit() for sign in value) <= 60
    if field in (Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME):
        return lambda value: _may_be_a_name(value, vocabulary)
    if field is Field.INTRODUCED_BY:
        return lambda value: phrase_of(value) not in vocabulary.flags
    if field is Field.LINK:
        return lambda value: "." in value or "/" in value
    if field in DATES:
        return lambda value: looks_like_a_date(value, vocabulary.months)
    if field in (Field.DO_NOT_CONTACT, Field.MAY_CONTACT, Field.IS_DELETED):
        return lambda value: phrase_of(value) in vocabulary.flags
    return None


def _may_be_a_name(value: str, vocabulary: Vocabulary) -> bool:
    has_letters = any(sign.isalpha() for sign in value)
    return has_letters and "@" not in value and phrase_of(value) not in vocabulary.flags


def _by_spelling(kept: Column, values: Sequence[str], vocabulary: Vocabulary) -> Column | None:
    phrase = phrase_of(kept.header)
    if len(phrase) < _SHORTEST_TYPO or not values:
        return None
    found = process.extractOne(
        phrase, vocabulary.fields.keys(), scorer=fuzz.ratio, score_cutoff=_SPELLED_ALIKE
    )
    if (
        not found
        or len(found[0]) < _SHORTEST_TYPO
        or not agrees(vocabulary.fields[found[0]], values, vocabulary)
    ):
        return None
    return replace(kept, use=Use.TAKEN, field=vocabulary.fields[found[0]], confidence=0.7)


def _by_values(kept: Column, values: Sequence[str]) -> Column | None:
    """Recognise what cannot be anything else: a column of addresses, of profile pages."""
    if len(values) < 3 or len(fold(kept.header)) > 40:
        return None
    for field, looks_right in ((Field.EMAIL, _is_one_address), (Field.LINK, _is_a_profile)):
        if all(looks_right(value) for value in values):
            return replace(kept, use=Use.TAKEN, field=field, confidence=0.6)
    return None


def _is_one_address(value: str) -> bool:
    return find_addresses(value) == [value.strip()]


def _is_a_profile(value: str) -> bool:
    return bool(
        re.match(
            r"(?:https?://)?(?:[a-z]+\.)?(?:linkedin\.com/in|xing\.com/profile|github\.com)/\S+$",
            value.strip(),
        )
    )
