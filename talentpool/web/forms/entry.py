"""One filled-in form: what was typed, kept as it was, and what is wrong with it, field by field.

A view reads its fields from an entry; when something is wrong the same page is shown again with the entry,
at status 422, with a summary whose links lead to the fields.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

from werkzeug.datastructures import MultiDict

LONGEST_LINE = 320
_KEPT_CONTROLS = {"\n", "\t"}


class Entry:
    """What somebody typed, by the names of the fields, and the problems found so far."""

    def __init__(self, values: Mapping[str, object] | MultiDict[str, str] | None = None) -> None:
        given = values.items(multi=True) if isinstance(values, MultiDict) else (values or {}).items()
        self.values: dict[str, list[str]] = {}
        for name, value in given:
            self.values.setdefault(name, []).append("" if value is None else str(value))
        self.problems: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """Give what was typed into a field, for showing it again."""
        return next(iter(self.values.get(name, ())), "")

    def all_of(self, name: str) -> list[str]:
        """Give everything chosen or typed under one name."""
        return self.values.get(name, [])

    def refuse(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field; the first sentence about it stays."""
        self.problems.setdefault(name, sentence)

    def line(self, name: str, what: str, *, required: bool = True, longest: int = LONGEST_LINE) -> str:
        """Read one line of text without stray signs; `what` names it in the sentence: “a title”."""
        text = " ".join(cleaned(self[name]).split())
        return self._checked(name, text, what, required=required, longest=longest)

    def text(self, name: str, what: str, *, required: bool = True, longest: int = 200_000) -> str:
        """Read text of several lines."""
        return self._checked(name, cleaned(self[name]).strip(), what, required=required, longest=longest)

    def choice(self, name: str, what: str, *, among: Collection[str], required: bool = True) -> str:
        """Read one of some fixed values; empty when nothing was chosen and nothing is required."""
        chosen = self[name]
        if chosen and chosen not in among:
            self.refuse(name, f"Choose {what} from the list.")
            return ""
        if required and not chosen:
            self.refuse(name, f"Choose {what}.")
        return chosen

    def whole_number(
        self, name: str, what: str, *, least: int = 0, most: int = 2**31 - 1, required: bool = True
    ) -> int | None:
        """Read a whole number, with or without separators; None when nothing was typed."""
        typed = re.sub(r"[\s,.'’_]", "", self.line(name, what, required=required, longest=40))
        if not typed:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}", typed) or not least <= int(typed) <= most:
            self.refuse(name, f"Write {what} as a whole number from {least:,} to {most:,}.")
            return None
        return int(typed)

    def is_ticked(self, name: str) -> bool:
        """Say whether a box was ticked."""
        return name in self.values

    def _checked(self, name: str, text: str, what: str, *, required: bool, longest: int) -> str:
        if required and not text:
            self.refuse(name, f"Enter {what}.")
        elif len(text) > longest:
            self.refuse(name, f"Shorten this to {longest:,} characters; it has {len(text):,}.")
            return text[:longest]
        return text


def cleaned(text: str) -> str:
    """Take out signs that are no text (control signs, half characters) and make line ends alike."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in unified if sign in _KEPT_CONTROLS or unicodedata.category(sign) not in ("Cc", "Cs")
    )
