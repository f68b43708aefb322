"""What somebody says about an uploaded file before it is checked: its columns, words, preset, source and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from talentpool.imports.columns import Column, Use
from talentpool.imports.dates import DateOrder
from talentpool.imports.mapping_file import make_mapping
from talentpool.imports.models import Import
from talentpool.imports.preparation import ImportOptions, recognise_file
from talentpool.imports.presets import NONE, choose_preset, get_preset, load_presets
from talentpool.imports.saved_mappings import WORDS, save_mapping
from talentpool.imports.uploads import load_parts, options_of, path_of, require_open
from talentpool.settings import config_folder

SURE = 0.75  # what is taken with less is said to be a guess
SAMPLES_SHOWN = 3
LONGEST_SAMPLE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnChoice:
    """One column of a waiting file: what stands in it, and what we take it for."""

    column: Column
    samples: tuple[str, ...]

    @property
    def is_guess(self) -> bool:
        """Say whether the column was taken for something we are not sure of."""
        return self.column.field is not None and self.column.confidence < SURE

    @property
    def choice(self) -> str:
        """Give the choice as a form has it: a field, `keep` or `refuse`."""
        if self.column.field is not None:
            return self.column.field.value
        return "refuse" if self.column.use is Use.REFUSED else "keep"


def column_choices(folder: Path, record: Import) -> list[ColumnChoice]:
    """Say for each column of a waiting file what it holds and what we take it for."""
    known = recognise_file(path_of(folder, record), options_of(record, dry_run=True))
    return [
        ColumnChoice(column=column, samples=_samples(known.sample, column.index))
        for column in known.mapping.columns
    ]


def preset_name(record: Import) -> str | None:
    """Name the system by whose preset a waiting file is read."""
    code = record.mapping.get("preset")
    return get_preset(load_presets(config_folder()), code).name if code and code != NONE else None


def preset_choices(folder: Path, record: Import) -> list[tuple[str, str]]:
    """List the presets a file can be read by, code and words: by meaning alone first, the detected one marked."""
    presets = load_presets(config_folder())
    header = recognise_file(path_of(folder, record), ImportOptions(preset=NONE)).file.header
    detected = choose_preset(header, presets, asked_for=None)
    named = [(each.code, f"{each.name} (recognised)" if each is detected else each.name) for each in presets]
    return [(NONE, "by meaning, from any system"), *named]


def choose_preset_of(record: Import, code: str) -> None:
    """Have a waiting file read by another preset, or by meaning; what was chosen about its columns goes."""
    require_open(record)
    record.mapping = {**record.mapping, "preset": code, "columns": {}}


def choose(
    session: Session,
    record: Import,
    columns: Mapping[str, str],
    *,
    source: str,
    date_order: DateOrder | None,
) -> None:
    """Put down what was chosen about the columns and dates of a file, and the source of all that came with it."""
    require_open(record)
    for part in load_parts(session, record):
        part.source = source.strip()[:160] or part.source
    record.mapping = {**record.mapping, "columns": dict(columns), "date_order": date_order}


def choose_words(record: Import, words: Mapping[str, Mapping[str, str]]) -> None:
    """Put down what stages, endings and reasons of a waiting file mean; raises InvalidInputError."""
    require_open(record)
    make_mapping(words)
    record.mapping = {**record.mapping, "words": {name: dict(words.get(name, {})) for name in WORDS}}


def save_choices(session: Session, folder: Path, record: Import, name: str, *, now: datetime) -> None:
    """Keep what was chosen about a waiting file under a name, for the next file with the same columns."""
    require_open(record)
    known = recognise_file(path_of(folder, record), options_of(record, dry_run=True))
    words = record.mapping.get("words") or {}
    document = {"columns": record.mapping["columns"]} | {each: words.get(each, {}) for each in WORDS}
    save_mapping(session, name, known.file.header, document, now=now)
    record.mapping = {**record.mapping, "saved_as": name}


def _samples(rows: list[list[str]], index: int) -> tuple[str, ...]:
    values = dict.fromkeys(" ".join(row[index].split()) for row in rows if index < len(row) and row[index])
    shown = list(values)[:SAMPLES_SHOWN]
    return tuple(v if len(v) <= LONGEST_SAMPLE else v[: LONGEST_SAMPLE - 1] + "…" for v in shown)
