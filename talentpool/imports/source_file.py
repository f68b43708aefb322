"""The file somebody brings: told by its content, opened as a table with a header and numbered rows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from talentpool.errors import InvalidInputError
from talentpool.imports.csv_rows import NumberedRow, read_csv_rows, recognise_csv
from talentpool.imports.encodings import FileFacts, look_over
from talentpool.imports.json_resume import open_json_resumes
from talentpool.imports.vocabulary import Vocabulary

NO_HEADER = "no line with column names, so what the columns are is guessed from their values"
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"')
_ZIP = b"PK\x03\x04"
_NOT_TABLES = {
    b"%PDF": "a PDF document",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or .csv",
    b"\x1f\x8b": "a compressed file; unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
}
_CONTROL = frozenset(range(32)) - {*b"\t\n\r\f\0"}  # NUL is what UTF-16 is full of
_MOST_CONTROL = 5  # in the first bytes of a file; text has none or a stray few


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """A table in a file; `rows` starts anew at each call and streams."""

    path: Path
    header: tuple[str, ...]
    content_hash: str
    size_bytes: int
    has_header: bool  # False: the columns have no names, and what they are is guessed from their values
    form: str  # how the file is written, for people
    rows: Callable[[], Iterator[NumberedRow]]

    def sample(self, most: int) -> list[list[str]]:
        """Give the cells of the first rows."""
        return [row.cells for row in islice(self.rows(), most)]


def open_source_file(path: Path, vocabulary: Vocabulary) -> SourceFile:
    """Open a file as a table; raises InvalidInputError with one sentence if it is none."""
    facts = _looked_over(path)
    if facts.head.startswith(_ZIP):
        from talentpool.imports.spreadsheet import (
            open_spreadsheet,
        )  # pandas is slow to load, and rarely needed

        header, has_header, rows = open_spreadsheet(path, vocabulary)
        form = "Excel workbook, first sheet"
    elif sum(byte in _CONTROL for byte in facts.head) > _MOST_CONTROL:
        raise InvalidInputError(f"{path.name} is not text, so it is no table; give a CSV or Excel file.")
    elif path.suffix.lower() == ".json" or _JSON.match(facts.head):
        (header, rows), has_header = open_json_resumes(path, facts.encoding), True
        form = "JSON Resume"
    else:
        csv_form = recognise_csv(
            path, facts.encoding, may_be_broken=facts.may_be_broken, vocabulary=vocabulary
        )
        header, has_header = csv_form.header, csv_form.has_header
        form = f"CSV, {facts.encoding}, separated by {csv_form.separator_name}"

        def rows() -> Iterator[NumberedRow]:
            return read_csv_rows(path, csv_form)

    return SourceFile(
        path=path,
        header=header,
        content_hash=facts.content_hash,
        size_bytes=facts.size_bytes,
        has_header=has_header,
        form=form if has_header else f"{form}; {NO_HEADER}",
        rows=rows,
    )


def _looked_over(path: Path) -> FileFacts:
    if not path.exists():
        raise InvalidInputError(f"There is no file {path.name}.")
    if not path.is_file():
        raise InvalidInputError(f"{path.name} is no ordinary file; give the CSV or Excel file itself.")
    facts = look_over(path)
    for mark, kind in _NOT_TABLES.items():
        if facts.head.startswith(mark):
            raise InvalidInputError(f"{path.name} is {kind}, not a table.")
    return facts
