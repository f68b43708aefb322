"""What the columns of a file mean together: what was chosen, each header by itself, and what the others say about it.

The rest of an import reads cells through the mapping made here and never sees a header again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from talentpool.candidates.identity import fold
from talentpool.errors import InvalidInputError
from talentpool.imports.columns import Column, ColumnMapping, Use
from talentpool.imports.fields import ABOUT_AN_APPLICATION, COLUMN_CHOICES, TAKEN_TOGETHER, Field
from talentpool.imports.guess import Guess, guess_columns
from talentpool.imports.header_meaning import AGREE, agrees, column_of_header
from talentpool.imports.vocabulary import Vocabulary

SAMPLE_VALUES = 200  # of a column that have to agree with its header
_NAMES = frozenset({Field.FULL_NAME, Field.FIRST_NAME, Field.LAST_NAME})
_PROGRESS = frozenset({Field.STAGE, Field.STATUS, Field.DISPOSITION})
_WHY = frozenset({Field.REASON, Field.REASON_CATEGORY, Field.WITHDRAWAL_REASON})


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
        columns = [
            column_of_header(index, name, values[index], vocabulary) for index, name in enumerate(header)
        ]
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
        if pairs and sum(one in other for one, other in pairs) < AGREE * len(pairs):
            return _with_field(columns, whole, Field.LAST_NAME)
    if len(places) == 1 and Field.FULL_NAME not in places:
        (place,) = places.values()
        names = [row[place] for row in rows if row[place].strip()]
        if names and sum(" " in name.strip() for name in names) > AGREE * len(names):
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
    return is_whole and agrees(field, values, vocabulary)


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
