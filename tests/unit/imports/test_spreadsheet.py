"""A workbook's first sheet reads like the CSV file it could be saved as."""

from pathlib import Path

from talentpool.imports.source_file import open_source_file
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder
from tests.unit.imports.workbook import write_workbook

VOCABULARY = load_vocabulary(config_folder())


def test_cells_become_the_text_a_csv_would_hold(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    write_workbook(
        path, [["Name", "Applied on", "Rating", "Note"], ["Ana Ruiz", 45355, 4, "x, y"], ["Ben", "", 3.5, ""]]
    )
    file = open_source_file(path, VOCABULARY)
    assert file.header == ("Name", "Applied on", "Rating", "Note")
    assert [(row.line, row.cells) for row in file.rows()] == [
        (2, ["Ana Ruiz", "45355", "4", "x, y"]),
        (3, ["Ben", "", "3.5", ""]),
    ]
