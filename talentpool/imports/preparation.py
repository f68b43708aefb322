"""Everything about a file that is settled before its first row is written: form, columns, dates, source."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from talentpool.errors import InvalidInputError
from talentpool.imports.cells import Reading, make_reading
from talentpool.imports.columns import ColumnMapping, Use
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.dates import DateOrder
from talentpool.imports.encodings import name_of
from talentpool.imports.fields import Field
from talentpool.imports.mapping_file import ChosenMapping, with_chosen_words
from talentpool.imports.own_rows import person_rows
from talentpool.imports.presets import Preset, choose_preset, load_presets, with_preset
from talentpool.imports.recognise_columns import SAMPLE_VALUES, recognise_columns
from talentpool.imports.resume_bundle import ResumeBundle
from talentpool.imports.resume_table import COLUMNS, FORM, resume_rows
from talentpool.imports.source_file import SourceFile, open_source_file
from talentpool.imports.survey import survey_rows
from talentpool.imports.vocabulary import Vocabulary, load_vocabulary
from talentpool.settings import config_folder

_SAYS_WHO = (
    Field.FULL_NAME,
    Field.FIRST_NAME,
    Field.LAST_NAME,
    Field.EMAIL,
    Field.PHONE,
    Field.LINK,
    Field.RESUME_TEXT,
    Field.EXTERNAL_ID,
)
_LONGEST_SOURCE = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """What somebody chose about an import; all of it may be left open."""

    source: str | None = None  # the system the file comes from; ids are unique within it
    date_order: DateOrder | None = None
    mapping: ChosenMapping = field(default_factory=ChosenMapping)
    preset: str | None = None  # its code, `none`, or None to go by the header
    country: str | None = None  # ISO code: whose phone numbers come without a prefix
    with_deleted: bool = False  # rows the source marks as deleted come in too
    dry_run: bool = False
    file_name: str | None = None  # as the person called it, where the path is an upload's
    recruiter_id: int | None = None
    import_id: int | None = None  # of an import that waits to be carried out
    resumes: Path | None = None  # a folder or ZIP archive of files that belong to the rows
    collected_on: date | None = None  # when resumes without a table were collected
    resume_folder: Path | None = None  # where originals are kept; without it only their text is
    said_at: datetime | None = None  # the source is followed: when it said what is in the file
    table: SourceFile | None = None  # the rows, where they are in no file; the path is only their name then


@dataclass(frozen=True, kw_only=True, slots=True)
class Preparation:
    """A file ready to be imported."""

    file: SourceFile
    file_name: str
    source: str
    mapping: ColumnMapping
    preset: Preset | None
    reading: Reading

    def document(self) -> dict[str, Any]:
        """Give the mapping as it is recorded with the import."""
        return {
            "columns": {
                column.header: column.field.value if column.field else column.use.value
                for column in self.mapping.columns
            },
            "form": self.file.form,
            "preset": self.preset.code if self.preset else None,
            "date_orders": _orders(self.mapping, self.reading.survey.orders),
        }


def prepare_import(
    path: Path, options: ImportOptions, *, today: date, alone: ResumeBundle | None = None
) -> Preparation:
    """Open a file, recognise its columns and look through all its rows; writes nothing.

    Raises InvalidInputError with one sentence: no table, no column that says who, dates that can be read in
    two ways. With `alone` the path is a folder or archive of resumes that have been read.
    """
    known = recognise_resumes(path, options, alone) if alone else recognise_file(path, options)
    file, mapping, vocabulary = known.file, known.mapping, known.vocabulary
    file_name = options.file_name or name_of(path)
    if not any(mapping.of(each) for each in _SAYS_WHO):
        raise InvalidInputError(
            f"No column of {file_name} says who a row is about (found: {_some(mapping)}). "
            "Name one such as Name or Email, or say what the columns mean with --map."
        )
    survey = survey_rows(file.rows(), mapping, date_order=options.date_order)
    return Preparation(
        file=file,
        file_name=file_name,
        source=(options.source or default_source(file_name))[:_LONGEST_SOURCE],
        mapping=mapping,
        preset=known.preset,
        reading=make_reading(vocabulary, mapping, survey, today=today, country=options.country),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class RecognisedFile:
    """A file whose columns are recognised, with the words by which its cells are read."""

    file: SourceFile
    sample: list[list[str]]
    mapping: ColumnMapping
    preset: Preset | None
    vocabulary: Vocabulary


def recognise_file(path: Path, options: ImportOptions) -> RecognisedFile:
    """Open a file and recognise its columns, by its preset first; raises InvalidInputError if it is no table."""
    words = load_vocabulary(config_folder())
    file = options.table or open_source_file(path, words)
    preset = choose_preset(file.header, load_presets(config_folder()), asked_for=options.preset)
    if preset is not None and preset.is_own:
        file = replace(file, rows=partial(_people, file.rows))
    chosen = with_preset(preset, options.mapping, file.header)
    vocabulary = with_chosen_words(words, chosen)
    sample = file.sample(SAMPLE_VALUES)
    mapping = recognise_columns(
        file.header, sample, vocabulary, chosen=chosen.columns, has_header=file.has_header
    )
    return RecognisedFile(file=file, sample=sample, mapping=mapping, preset=preset, vocabulary=vocabulary)


def recognise_resumes(path: Path, options: ImportOptions, bundle: ResumeBundle) -> RecognisedFile:
    """See resumes without a table as one: a row for each file."""
    words = load_vocabulary(config_folder())
    vocabulary = with_chosen_words(words, options.mapping)
    collected_on = options.collected_on.isoformat() if options.collected_on else ""
    file = SourceFile(
        path=path,
        header=tuple(COLUMNS),
        content_hash=bundle.archive.content_hash,
        size_bytes=bundle.archive.size_bytes,
        has_header=True,
        form=FORM,
        rows=lambda: resume_rows(bundle, vocabulary, collected_on=collected_on),
    )
    sample = file.sample(SAMPLE_VALUES)
    chosen = {**COLUMNS, **options.mapping.columns}
    mapping = recognise_columns(file.header, sample, vocabulary, chosen=chosen, has_header=True)
    return RecognisedFile(file=file, sample=sample, mapping=mapping, preset=None, vocabulary=vocabulary)


def _people(lines: Callable[[], Iterator[NumberedRow]]) -> Iterator[NumberedRow]:
    return person_rows(lines())


def default_source(file_name: str) -> str:
    """Name a file's source so that next month's export of it has the same name.

    >>> default_source("candidates_2026-11-23 (2).csv"), default_source("20261123.csv")
    ('candidates', 'file')
    """
    stem = Path(file_name).stem.lower()
    words = re.sub(r"[^a-zà-öø-ÿ]+", " ", stem).split()
    return " ".join(words) or "file"


def _some(mapping: ColumnMapping) -> str:
    names = [column.header for column in mapping.columns]
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _orders(mapping: ColumnMapping, orders: Mapping[int, DateOrder]) -> dict[str, str]:
    return {
        column.header: orders[column.index].value
        for column in mapping.columns
        if column.index in orders and column.use is Use.TAKEN
    }
