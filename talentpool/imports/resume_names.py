"""Which files of an archive belong to a row: by the name in its cell, else by who the file's name speaks of.

Pure. A file that could be several people's is nobody's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from talentpool.candidates.identity import fold, fold_name
from talentpool.imports.row import ROW_ID_PREFIX, ParsedRow

SHORTEST_ID = 2
_BETWEEN = re.compile(r"[;|\n\r]+|,\s+")
_WORD = re.compile(r"[^\W_]+")
_BESIDE = re.compile(
    r"cover|letter|anschreiben|motivation|zeugnis|certificate|lettre|reference", re.IGNORECASE
)


class FileNames:
    """The names of an archive, made to be looked up."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        self._by_word: dict[str, list[str]] = {}
        for name in names:
            path = PurePosixPath(_folded(name))
            for key in dict.fromkeys((str(path), path.name, path.stem)):
                self._by_name.setdefault(key, []).append(name)
            for word in dict.fromkeys(_words(path.stem)):
                self._by_word.setdefault(word, []).append(name)

    def named_in(self, cell: str) -> list[str]:
        """List the files a cell names, in its order: one name or several, with folders or as addresses."""
        whole = self._named(cell)
        parts = [whole] if whole else [self._named(part) for part in _BETWEEN.split(cell) if part.strip()]
        return list(dict.fromkeys(name for name in parts if name))

    def about(self, parsed: ParsedRow) -> list[str]:
        """List the files whose name speaks of the person: by id, address or full name."""
        for words in _ways_to_say(parsed):
            found = self._with_words(words)
            if len(found) == 1:
                return found
        return []

    def _named(self, text: str) -> str | None:
        path = PurePosixPath(_folded(unquote(text.strip().strip("\"'")).split("?")[0]))
        for key in (str(path), path.name, path.stem):
            found = self._by_name.get(key, ())
            if len(found) == 1:
                return found[0]
        return None

    def _with_words(self, words: Sequence[str]) -> list[str]:
        sets = [self._by_word.get(word, ()) for word in words]
        if not sets or not all(sets):
            return []
        rare = min(sets, key=len)
        return [name for name in rare if all(name in found for found in sets)]


def is_beside_the_resume(name: str) -> bool:
    """Say whether a file is a letter or a certificate rather than the resume, by its name."""
    return _BESIDE.search(PurePosixPath(name).name) is not None


def _ways_to_say(parsed: ParsedRow) -> Iterator[list[str]]:
    identifier = parsed.person.external_id
    if identifier and not identifier.startswith(ROW_ID_PREFIX) and len(identifier) >= SHORTEST_ID:
        yield _words(_folded(identifier))
    for email in parsed.emails:
        yield _words(_folded(email.address))
    words = _words(fold_name(parsed.person.full_name))
    if len(words) > 1:
        yield words
        yield [words[0], words[-1]]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _folded(text: str) -> str:
    """Give a name in the form names are compared in: lower case, no accents, forward slashes."""
    return fold(text.replace("\\", "/")).strip("/ ")
