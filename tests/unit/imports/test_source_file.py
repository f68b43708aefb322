"""What is no table is refused by its content, in one sentence that names the file."""

from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.source_file import open_source_file
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder

VOCABULARY = load_vocabulary(config_folder())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n", "is a PDF document, not a table."),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "is a picture, not a table."),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)), "is a program, not a table."),
        (bytes(range(1, 32)) * 40, "is not text, so it is no table"),
    ],
)
def test_what_is_no_table_is_refused_by_its_content(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=f"people.csv {sentence}"):
        open_source_file(path, VOCABULARY)


def test_a_folder_or_nothing_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no ordinary file"):
        open_source_file(tmp_path, VOCABULARY)
    with pytest.raises(InvalidInputError, match=r"There is no file people\.csv"):
        open_source_file(tmp_path / "people.csv", VOCABULARY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_of_any_encoding_is_a_table(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Name,Email\nJosé Muñoz,jose@example.org\n".encode(encoding))
    assert open_source_file(path, VOCABULARY).header == ("Name", "Email")
