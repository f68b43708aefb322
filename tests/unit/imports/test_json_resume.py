"""JSON Resume is a table like any other: one person or a list."""

import json
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.json_resume import HEADER
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.source_file import open_source_file
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder

VOCABULARY = load_vocabulary(config_folder())
ANA = {
    "basics": {
        "name": "Ana Ruiz", "label": "Nurse", "email": "ana@example.org", "phone": "+34 612 345 678",
        "url": "https://ana.example.org", "image": "me.png", "summary": "Nine years on an ICU.",
        "location": {"postalCode": "28001", "city": "Madrid", "countryCode": "ES"},
        "profiles": [{"network": "LinkedIn", "url": "https://linkedin.com/in/ana"}],
    },
    "work": [{"name": "Hospital", "position": "Nurse", "startDate": "2015-01", "highlights": ["Led nights"]}],
    "skills": [{"name": "Care", "keywords": ["ICU", "Wounds"]}],
    "languages": [{"language": "Spanish", "fluency": "Native"}],
    "interests": [{"name": "Chess"}],
}  # fmt: skip


@pytest.mark.parametrize(("document", "people"), [(ANA, 1), ([ANA, {"basics": {"name": "Ben"}}], 2)])
def test_each_person_is_a_row(tmp_path: Path, document: object, people: int) -> None:
    path = tmp_path / "resume.json"
    path.write_text(json.dumps(document), "utf-8")
    file = open_source_file(path, VOCABULARY)
    rows = list(file.rows())
    assert len(rows) == people
    first = dict(zip(file.header, rows[0].cells, strict=True))
    assert first["Full name"] == "Ana Ruiz"
    assert first["Links"] == "https://ana.example.org https://linkedin.com/in/ana"
    assert first["Skills"] == "Care, ICU, Wounds"
    assert first["Experience"] == "Hospital, Nurse, 2015-01, Led nights"
    assert first["Languages"] == "Spanish Native"
    assert first["Interests"] == "Chess"


def test_all_its_columns_but_the_photo_are_taken() -> None:
    columns = recognise_columns(HEADER, [], VOCABULARY, chosen={}).columns
    assert [column.header for column in columns if not column.field] == ["Photo"]


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', "[1, 2]", '{"basics": 7}', "[" * 100_000])
def test_what_is_no_resume_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "resume.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidInputError, match=r"resume\.json is"):
        open_source_file(path, VOCABULARY)


def test_any_kinds_of_values_give_a_row(tmp_path: Path) -> None:
    path = tmp_path / "resume.json"
    path.write_text(
        '{"basics": {"name": 7, "location": [], "profiles": {}}, "work": [1, {"a": null}], "skills": "x"}'
    )
    (row,) = open_source_file(path, VOCABULARY).rows()
    assert row.cells[0] == "7"
