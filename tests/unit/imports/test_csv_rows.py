"""Rows come out of whatever bytes a CSV file is made of, or one sentence says why not."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import LONGEST_CELL, NumberedRow
from talentpool.imports.source_file import SourceFile, open_source_file
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder

VOCABULARY = load_vocabulary(config_folder())

NAMES = ["Jürgen Groß", "Zoë Müller-Lüdenscheidt", "José Núñez", "Åsa Öberg", "Renée Français", "Frank Weiß"]


def opened(
    folder: Path, content: str | bytes, *, encoding: str = "utf-8", name: str = "people.csv"
) -> SourceFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return open_source_file(path, VOCABULARY)


def cells(file: SourceFile) -> list[list[str]]:
    return [row.cells for row in file.rows()]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]


@pytest.mark.parametrize(
    ("encoding", "separator", "line_end"), list(product(ENCODINGS, [",", ";", "\t", "|"], ["\n", "\r\n"]))
)
def test_faults_20_any_encoding_separator_and_line_end(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    rows = [
        ["Name", "Email", "City"],
        *([name, f"p{place}@example.org", "Köln"] for place, name in enumerate(NAMES)),
    ]
    content = line_end.join(separator.join(row) for row in rows) + line_end
    file = opened(tmp_path, content, encoding=encoding)
    assert file.header == ("Name", "Email", "City")
    assert cells(file) == rows[1:]


def test_faults_20_a_lone_quotation_mark_costs_its_own_line_at_most(tmp_path: Path) -> None:
    file = opened(tmp_path, 'Name,Note\nAna,"never closed\nBen,fine\nCem,"quoted, twice ""so"""\n')
    rows = list(file.rows())
    assert [row.cells for row in rows] == [
        ["Ana", "never closed"],
        ["Ben", "fine"],
        ["Cem", 'quoted, twice "so"'],
    ]
    assert [(row.line, "never closed" in fault.message) for row in rows for fault in row.faults] == [
        (2, True)
    ]


def test_faults_20_a_quotation_mark_inside_a_cell_is_text(tmp_path: Path) -> None:
    assert cells(opened(tmp_path, 'Name,Note\nAna,5" disk\nBen,x\n')) == [["Ana", '5" disk'], ["Ben", "x"]]


def test_faults_20_cells_may_have_lines_and_line_numbers_stay_true(tmp_path: Path) -> None:
    rows = list(opened(tmp_path, 'Name,Resume\n\nAna,"one\r\ntwo\n\nthree"\nBen,x\n').rows())
    assert [(row.line, row.cells[1]) for row in rows] == [(3, "one\ntwo\n\nthree"), (7, "x")]


def test_faults_20_nul_characters_and_blank_lines_are_dropped(tmp_path: Path) -> None:
    assert cells(opened(tmp_path, b"Name,Email\n\nAn\x00a,a@example.org\n,\n")) == [["Ana", "a@example.org"]]


def test_faults_20_broken_characters_are_reported_where_the_rest_is_utf8(tmp_path: Path) -> None:
    content = ("Name,City\n" + "Jürgen,Köln\n" * 20).encode() + b"Zo\xeb,Paris\n"
    rows = list(opened(tmp_path, content).rows())
    assert rows[0].cells == ["Jürgen", "Köln"]
    assert [fault.column for fault in rows[-1].faults] == [0]


def test_faults_21_a_cell_far_beyond_pythons_own_limit_is_read(tmp_path: Path) -> None:
    text = "word " * 60_000
    assert cells(opened(tmp_path, f'Name,Resume\nAna,"{text}"\n'))[0][1] == text.strip()


def test_faults_21_a_cell_that_is_too_long_becomes_empty_and_the_others_go_on(tmp_path: Path) -> None:
    rows = list(opened(tmp_path, f"Name,Resume\nAna,{'x' * (LONGEST_CELL + 1)}\nBen,short\n").rows())
    assert [row.cells for row in rows] == [["Ana", ""], ["Ben", "short"]]
    assert "1,000,001 characters" in rows[0].faults[0].message


def test_faults_22_repeated_and_empty_headers_get_names_of_their_own(tmp_path: Path) -> None:
    assert opened(tmp_path, "Email,Email,,Email\na,b,c,d\n").header == (
        "Email",
        "Email (2)",
        "Column 3",
        "Email (3)",
    )


def test_faults_22_too_many_columns_are_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="10000 columns; at most 2000"):
        opened(tmp_path, ",".join(f"c{number}" for number in range(10_000)) + "\n")


def test_cells_beyond_the_last_column_are_reported_and_kept(tmp_path: Path) -> None:
    row = next(opened(tmp_path, "Name,City\nAna,Berlin,Mitte\n").rows())
    assert (row.cells, row.extra) == (["Ana", "Berlin"], ("Mitte",))
    assert "3 cells, but the header has 2" in row.faults[0].message


@pytest.mark.parametrize("names", [("Candidate ID", "Name", "Resume"), ("Kennung", "Wer", "Lebensweg")])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_texts_of_many_lines_full_of_another_separator_are_cells(
    tmp_path: Path, names: tuple[str, ...], separator: str
) -> None:
    other = ";" if separator == "," else ","
    text = "\n".join(f"led a team of {number}{other} and more" for number in range(25))
    lines = [f'{place}{separator}{name}{separator}"{text}"' for place, name in enumerate(NAMES)]
    file = opened(tmp_path, "\n".join([separator.join(names), *lines]) + "\n")
    assert file.header == names
    assert cells(file) == [[str(place), name, text] for place, name in enumerate(NAMES)]


def test_excels_separator_line_is_believed(tmp_path: Path) -> None:
    file = opened(tmp_path, "sep=|\nName|Note\nAna|a,b,c\n")
    assert (file.header, cells(file)) == (("Name", "Note"), [["Ana", "a,b,c"]])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"PK\x03\x04broken", "Excel workbook"),
        (b"sep=;\n", "column names"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        opened(tmp_path, content)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no file nowhere.csv"):
        open_source_file(tmp_path / "nowhere.csv", VOCABULARY)


@given(body=st.text(max_size=400))
@tried(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_faults_20_any_text_below_a_header_gives_rows_of_its_width(tmp_path: Path, body: str) -> None:
    content = f"Name,Email\n{body}".encode("utf-8", "surrogatepass")
    rows: list[NumberedRow] = list(opened(tmp_path, content).rows())
    assert all(len(row.cells) == 2 for row in rows)
    assert [row.line for row in rows] == sorted(row.line for row in rows)
