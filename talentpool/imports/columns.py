"""What the columns of a file mean: by the words of their headers, confirmed by what stands below them.

A header nobody knows is kept as source data; a protected attribute or current pay is refused. The rest of an
import reads cells through the mapping made here and never sees a header again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz import fuzz, process

from talentpool.candidates.identity import find_addresses, fold
from talentpool.errors import InvalidInputError
from talentpool.imports.composition import REFUSED, compose, is_pay_they_have, says_one_of
from talentpool.imports.dates import looks_like_a_date
from talentpool.imports.fields import ABOUT_AN_APPLICATION, COLUMN_CHOICES, DATES, TAKEN_TOGETHER, Field
from talentpool.imports.guess import Guess, guess_columns
from talentpool.imports.phrases import phrase_of
from talentpool.imports.vocabulary import Vocabulary

SAMPLE_VALUES = 200  # of a column that have to agree with its header
_AGREE = 0.5  # share of the values that must look like what the header says
_SPELLED_ALIKE = 90  # of 100: a typo in a header of some length
_SHORTEST_TYPO = 6
_COMPOSED = 0.75  # how sure words that nobody listed together make us
_PAY = "current or past pay"
_NAMES = frozenset({Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME})
_PROGRESS = frozenset({Field.STAGE, Field.STATUS, Field.DISPOSITION})
_WHY = frozenset({Field.REASON, Field.REASON_CATEGORY, Field.WITHDRAWAL_REASON})
_GRADE = re.compile(r"\s*(?:\d{1,2}(?:[.,]\d)?\s*(?:/|von|sur|of|de|av)\s*\d{1,3}|[★⭐☆]+|\d(?:[.,]\d)?)\s*")
_FILE = re.compile(r"https?://\S+|[^\n]{1,200}\.(?:pdf|docx?|odt|rtf|html?|txt)", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(][^\[\]()]*[\])]\s*$")
_NUMBER = re.compile(r"\b\d+(?:st|nd|rd|th)?\b")


class Use(StrEnum):
    """What becomes of a column."""

    TAKEN = "taken"
    KEPT = "kept"  # as source data with the person
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the file: its place and header, what becomes of it, and how sure we are (0..1; 0: we know nothing)."""

    index: int
    header: str
    use: Use
    field: Field | None = None
    refused_as: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMapping:
    """All columns of a file, in their order."""

    columns: tuple[Column, ...]

    def of(self, field: Field) -> tuple[Column, ...]:
        """List the columns taken as `field`."""
        return tuple(column for column in self.columns if column.field is field)

    def used_as(self, use: Use) -> tuple[Column, ...]:
        """List the columns of one use."""
        return tuple(column for column in self.columns if column.use is use)


def recognise_columns(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    vocabulary: Vocabulary,
    *,
    chosen: Mapping[str, str],
    has_header: bool = True,
) -> ColumnMapping:
    """Say what each column means; `chosen` (header to field, `keep` or `refuse`) is believed as it stands.

    Without a header the columns are guessed from their values. Raises InvalidInputError for a chosen header or field that does not exist.
    """
    _check_chosen(header, chosen)
    values = [
        [row[index] for row in sample[:SAMPLE_VALUES] if index < len(row) and row[index]]
        for index in range(len(header))
    ]
    if has_header:
        columns = [_recognise(index, name, values[index], vocabulary) for index, name in enumerate(header)]
    else:
        guesses = guess_columns(values, vocabulary)
        columns = [_as_guessed(index, name, guesses[index]) for index, name in enumerate(header)]
    columns = [
        _as_chosen(column.index, column.header, chosen[column.header]) if column.header in chosen else column
        for column in columns
    ]
    columns = _settle_names(_settle_job_title(columns), sample[:SAMPLE_VALUES])
    if has_header:
        columns = _fill_gaps(columns, values, vocabulary)
    return ColumnMapping(columns=tuple(_without_rivals(columns)))


def _check_chosen(header: Sequence[str], chosen: Mapping[str, str]) -> None:
    for name, field in chosen.items():
        if name not in header:
            raise InvalidInputError(
                f"The mapping names the column {name!r}, but the file has none of that name."
            )
        if field not in COLUMN_CHOICES:
            raise InvalidInputError(
                f"The mapping says {name!r} is {field!r}; it can be one of {', '.join(sorted(COLUMN_CHOICES))}."
            )


def _as_chosen(index: int, name: str, field: str) -> Column:
    if field == "keep":
        return Column(index=index, header=name, use=Use.KEPT)
    if field == "refuse":
        return Column(index=index, header=name, use=Use.REFUSED, refused_as="left out by the mapping")
    return Column(index=index, header=name, use=Use.TAKEN, field=Field(field))


def _as_guessed(index: int, name: str, guess: Guess | None) -> Column:
    if guess is None:
        return Column(index=index, header=name, use=Use.KEPT, confidence=0.0)
    return Column(index=index, header=name, use=Use.TAKEN, field=guess[0], confidence=guess[1])


def _recognise(index: int, name: str, values: Sequence[str], vocabulary: Vocabulary) -> Column:
    kept = Column(index=index, header=name, use=Use.KEPT)
    phrases = _phrases(name, vocabulary)
    for phrase, confidence in phrases:
        if phrase in vocabulary.kept:
            return kept
        if phrase in vocabulary.refused:
            return replace(kept, use=Use.REFUSED, refused_as=vocabulary.refused[phrase])
        field = vocabulary.fields.get(phrase)
        if field and _agrees(field, values, vocabulary):
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
        field = Field.RESUME_FILE if files >= _AGREE * len(values) else field
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
    if said and _agrees(Field(inside[said]), values, vocabulary):
        return replace(kept, use=Use.TAKEN, field=Field(inside[said]), confidence=_COMPOSED)
    for phrase in phrases:
        meaning = compose(phrase, vocabulary.composition)
        if meaning == REFUSED:
            return replace(kept, use=Use.REFUSED, refused_as=_PAY)
        if meaning and _agrees(Field(meaning), values, vocabulary):
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


def _agrees(field: Field, values: Sequence[str], vocabulary: Vocabulary) -> bool:
    looks_right = _look_of(field, vocabulary)
    if not values or looks_right is None:
        return True
    return sum(looks_right(value) for value in values) >= _AGREE * len(values)


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
        or not _agrees(vocabulary.fields[found[0]], values, vocabulary)
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


def _settle_job_title(columns: list[Column]) -> list[Column]:
    """Say whose title “Job title” is: the person's beside an employer, else the one applied for."""
    fields = {column.field for column in columns}
    is_theirs = Field.HEADLINE not in fields and (
        Field.COMPANY in fields or Field.ROLE_TITLE in fields or not fields & ABOUT_AN_APPLICATION
    )
    meant = Field.HEADLINE if is_theirs else Field.ROLE_TITLE
    return [replace(column, field=meant) if column.field is Field.JOB_TITLE else column for column in columns]


def _settle_names(columns: list[Column], sample: Sequence[Sequence[str]]) -> list[Column]:
    """Say whose part of a name “Name”, “Nom” or “Nombre” is: the other name columns and the values decide."""
    places = {column.field: column.index for column in reversed(columns) if column.field in _NAMES}
    rows = [row for row in sample if len(row) == len(columns)]
    if Field.FULL_NAME in places and Field.FIRST_NAME in places and Field.LAST_NAME not in places:
        whole, first = places[Field.FULL_NAME], places[Field.FIRST_NAME]
        pairs = [(fold(row[first]), fold(row[whole])) for row in rows if row[first] and row[whole]]
        if pairs and sum(one in other for one, other in pairs) < _AGREE * len(pairs):
            return _with_field(columns, whole, Field.LAST_NAME)
    if len(places) == 1 and Field.FULL_NAME not in places:
        (place,) = places.values()
        names = [row[place] for row in rows if row[place].strip()]
        if names and sum(" " in name.strip() for name in names) > _AGREE * len(names):
            return _with_field(columns, place, Field.FULL_NAME)
    return columns


def _with_field(columns: Sequence[Column], place: int, field: Field) -> list[Column]:
    return [replace(column, field=field) if column.index == place else column for column in columns]


def _fill_gaps(
    columns: list[Column], values: Sequence[Sequence[str]], vocabulary: Vocabulary
) -> list[Column]:
    """Take columns nobody knows by their values where nothing else says who it is, how far it got and why not."""
    found = {column.field for column in columns}
    wanted = set() if found & _NAMES else {Field.FULL_NAME}
    wanted |= set() if found & _PROGRESS else {Field.STATUS}
    wanted |= set() if found & _WHY else {Field.REASON}
    unknown = [
        values[column.index] if column.use is Use.KEPT and not column.confidence else () for column in columns
    ]
    guesses = guess_columns(unknown, vocabulary)
    return [
        replace(column, use=Use.TAKEN, field=guess[0], confidence=guess[1])
        if guess and guess[0] in wanted and _may_fill(guess[0], unknown[column.index], vocabulary)
        else column
        for column, guess in zip(columns, guesses, strict=True)
    ]


def _may_fill(field: Field, values: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Say whether values fit a gap: names only where they are whole, since a single word may be anything."""
    is_whole = field is not Field.FULL_NAME or all(" " in value.strip() for value in values)
    return is_whole and _agrees(field, values, vocabulary)


def _without_rivals(columns: list[Column]) -> list[Column]:
    """Keep one column for what a row has once: the surest, then the first; the others stay as source data."""
    best: dict[Field, Column] = {}
    for column in columns:
        if column.field and (column.field not in best or column.confidence > best[column.field].confidence):
            best[column.field] = column
    return [
        column
        if column.field is None or column.field in TAKEN_TOGETHER or best[column.field] is column
        else replace(column, use=Use.KEPT, field=None)
        for column in columns
    ]
