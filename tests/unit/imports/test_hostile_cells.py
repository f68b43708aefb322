"""A cell made to be slow or large costs no more than its length."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from talentpool.imports.cells import make_reading
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.row import parse_row
from talentpool.imports.survey import survey_rows
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.resumes.personal_lines import Personal, without_personal_lines
from talentpool.sample_pool.generate import COLUMNS

ALLOWED_SECONDS = 8  # for 200,000 characters in each of 33 cells; a quadratic step would need minutes
HOSTILE = [
    "a",
    "a@",
    "<p ",
    "<li",
    "+1 ",
    "1;",
    "http://[",
    "x.",
    "•",
    "<!--",
    "&#",
    "* ",
    "9",
    "\u202e",
    "ß",
    " ",
    "\t•",
    "(",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_faults_22_a_row_of_hostile_cells_is_read_in_linear_time(piece: str, checkout: Path) -> None:
    vocabulary = load_vocabulary(checkout / "config")
    cell = piece * (200_000 // len(piece))
    mapping = recognise_columns(COLUMNS, [], vocabulary, chosen={})
    row = NumberedRow(line=2, cells=[cell] * len(COLUMNS))
    began = process_time()
    survey = survey_rows([row], mapping, date_order=None)
    parsed = parse_row(
        row, make_reading(vocabulary, mapping, survey, today=date(2026, 11, 23), country="DE"), source="x"
    )
    if parsed.resume:
        without_personal_lines(
            parsed.resume.visible_text, Personal(name="Ana Ruiz", phones=("+49 30 901820",))
        )
    assert process_time() - began < ALLOWED_SECONDS
    assert len(parsed.problems) < 200
