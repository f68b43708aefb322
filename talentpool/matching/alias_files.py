"""Lists of other names for skills and jobs that somebody has downloaded: O*NET, ESCO, Stack Exchange, or our TOML.

Which one a file is shows in its header. Rows are read one after another; whether a wording is of use is decided
in `alias_import.py`.
"""

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from talentpool.errors import InvalidInputError

LARGEST_FILE = 100 * 2**20
"""In bytes; the largest of these lists, all of ESCO's skills with their descriptions, has some 30 MB."""
HEAD = 65_536


class Wording(NamedTuple):
    """A name, and one other way to write it; none where a list only names."""

    name: str
    alias: str | None


Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class AliasFormat:
    """A list somebody publishes: the columns that give it away, and how a row is read."""

    title: str
    section: str
    columns: frozenset[str]
    wordings: Callable[[Row], Iterator[Wording]]


@dataclass(frozen=True, kw_only=True, slots=True)
class AliasList:
    """What a file holds: which list it is, in which section it is kept, and its wordings, read while asked for."""

    title: str
    section: str
    wordings: Iterator[Wording]


def _alternate_titles(row: Row) -> Iterator[Wording]:
    for column in ("alternate title", "short title"):
        if row.get(column, "") not in ("", "n/a"):
            yield Wording(row["title"], row[column])


def _software(row: Row) -> Iterator[Wording]:
    yield Wording(row.get("example") or row.get("workplace example") or "", None)


def _esco(row: Row) -> Iterator[Wording]:
    yield Wording(row["preferredlabel"], None)
    for label in f"{row['altlabels']}\n{row.get('hiddenlabels', '')}".splitlines():
        yield Wording(row["preferredlabel"], label)


def _tags(row: Row) -> Iterator[Wording]:
    yield Wording(row["targettagname"].replace("-", " "), row["sourcetagname"].replace("-", " "))


FORMATS = (
    AliasFormat(
        title="O*NET alternate titles", section="imported_onet_titles",
        columns=frozenset({"title", "alternate title"}), wordings=_alternate_titles,
    ),
    AliasFormat(
        title="O*NET technology skills", section="imported_onet_skills",
        columns=frozenset({"example", "commodity title"}), wordings=_software,
    ),
    AliasFormat(
        title="O*NET software skills", section="imported_onet_skills",
        columns=frozenset({"workplace example", "commodity title"}), wordings=_software,
    ),
    AliasFormat(
        title="ESCO", section="imported_esco",
        columns=frozenset({"preferredlabel", "altlabels"}), wordings=_esco,
    ),
    AliasFormat(
        title="Stack Exchange tag synonyms", section="imported_stack_exchange",
        columns=frozenset({"sourcetagname", "targettagname"}), wordings=_tags,
    ),
)  # fmt: skip
EXPECTED = "O*NET (Alternate Titles, Technology Skills), ESCO (skills_en.csv), Stack Exchange tag synonyms, or a .toml"


def read_alias_file(path: Path) -> AliasList:
    """Recognise a list by its header and open it; raises InvalidInputError for anything else, in one sentence."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise InvalidInputError(
            f"{path.name} has {size / 2**20:,.0f} MB; lists of aliases have at most {LARGEST_FILE // 2**20} MB."
        )
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise InvalidInputError(f"{path.name} is empty; download it again.")
    if b"\0" in head:
        raise InvalidInputError(f"{path.name} is not text; unpack it, or save the list as CSV, first.")
    if path.suffix.lower() == ".toml":
        return AliasList(title="our own layout", section="imported_file", wordings=iter(_own_wordings(path)))
    first = head.decode("utf-8-sig", errors="replace").splitlines()[0]
    delimiter = "\t" if "\t" in first else ","
    columns = {name.strip().casefold() for name in next(csv.reader([first], delimiter=delimiter))}
    for known in FORMATS:
        if known.columns <= columns:
            wordings = _table_wordings(path, known, delimiter=delimiter)
            return AliasList(title=known.title, section=known.section, wordings=wordings)
    raise InvalidInputError(
        f"{path.name} begins with {first[:60]!r}, which is no list of aliases we know; give {EXPECTED}."
    )


def _table_wordings(path: Path, known: AliasFormat, *, delimiter: str) -> Iterator[Wording]:
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            names = [name.strip().casefold() for name in next(reader)]
            for cells in reader:
                line = reader.line_num
                if len(cells) >= len(known.columns):
                    row = dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False))
                    yield from known.wordings(row)
    except UnicodeDecodeError:
        raise InvalidInputError(
            f"{path.name} is not UTF-8 text from line {line} on; download it again."
        ) from None
    except csv.Error as error:
        raise InvalidInputError(f"{path.name} cannot be read after line {line}: {error}.") from error


def _own_wordings(path: Path) -> list[Wording]:
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError(f"{path.name} cannot be read as TOML: {error}") from error
    wordings = []
    for field, names in fields.items():
        if not isinstance(names, Mapping):
            raise InvalidInputError(
                f'{path.name}: {field!r} stands outside a field; write [{field}] and lines like "name" = ["alias"].'
            )
        for name, aliases in names.items():
            if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
                raise InvalidInputError(f'{path.name}: {name!r} in [{field}] needs a list such as ["alias"].')
            wordings += [Wording(name, None), *(Wording(name, alias) for alias in aliases)]
    return wordings
