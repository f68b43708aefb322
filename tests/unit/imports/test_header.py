"""The line of column names is found wherever it stands, and its absence is told from values."""

from collections.abc import Callable
from pathlib import Path

import pytest

from talentpool.imports.columns import ColumnMapping
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.source_file import SourceFile, open_source_file
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder

VOCABULARY = load_vocabulary(config_folder())
Open = Callable[..., SourceFile]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Open a text as a file of one encoding."""

    def call(text: str, encoding: str = "utf-8") -> SourceFile:
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return open_source_file(path, VOCABULARY)

    return call


def recognised(file: SourceFile) -> ColumnMapping:
    return recognise_columns(file.header, file.sample(200), VOCABULARY, chosen={}, has_header=file.has_header)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_instructions_above_the_header_are_passed_over(opened: Open, separator: str, encoding: str) -> None:
    lines = [
        ["", "", "", "", "", "admin@example.org"],
        [],
        ["Please fill in one row for each candidate. Do not change the order of the columns."],
        ["Required", "Required", "Optional"],
        ["Dates are written as 2024-01-31."],
        ["First name", "Last name", "Email", "Phone", "Job", "Stage"],
        ["José", "Núñez", "jose@example.org", "+34 600 111 222", "Nurse", "Applied"],
    ]
    file = opened("\n".join(separator.join(cells) for cells in lines), encoding)
    assert file.header == ("First name", "Last name", "Email", "Phone", "Job", "Stage")
    assert [(row.line, row.cells[0]) for row in file.rows()] == [(7, "José")]
    assert file.has_header


def test_a_header_on_the_first_line_stays_whatever_stands_below(opened: Open) -> None:
    file = opened("Nimi;Kood;Etapp;Allikas\nApplied;Referral;Skills;Source\nReason;Notes;Tags;Phone\n")
    assert file.header == ("Nimi", "Kood", "Etapp", "Allikas")


def test_columns_without_a_header_are_guessed_from_their_values(opened: Open) -> None:
    text = "".join(
        f"{last},{first},{first.lower()}.{last.lower()}@example.org,+49 30 90182{n},2024-01-1{n},"
        f"https://example.org/{first},Rejected,Germany,{'Cared for patients. ' * 30}\n"
        for n, (first, last) in enumerate([("Ana", "Berg"), ("Ben", "Carlsen"), ("Cleo", "Dupont")])
    )
    file = opened(text)
    assert not file.has_header
    assert "guessed" in file.form
    columns = recognised(file).columns
    assert [column.field for column in columns] == [
        "last_name", "first_name", "email", "phone", "applied_on", "link", "status", "country", "resume_text",
    ]  # fmt: skip
    assert all(0 < column.confidence < 1 for column in columns)
    assert len(list(file.rows())) == 3


def test_a_whole_name_in_one_cell_is_guessed_too(opened: Open) -> None:
    file = opened("Ana Berg;ana@example.org\nBen Carlsen;ben@example.org\nCleo Dupont;cleo@example.org\n")
    assert [column.field for column in recognised(file).columns] == ["full_name", "email"]


def test_somebody_can_say_better_than_the_guess(opened: Open) -> None:
    file = opened("Nurse;ana@example.org\nTeacher;ben@example.org\n")
    mapping = recognise_columns(
        file.header,
        file.sample(200),
        VOCABULARY,
        chosen={"Column 1": "headline"},
        has_header=file.has_header,
    )
    assert [column.field for column in mapping.columns] == ["headline", "email"]
