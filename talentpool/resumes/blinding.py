"""A text as somebody reads it in blind review: what it says of the work stays, who it is about goes.

Stricter than what is cut before ranking, because a person reads it: a word of the name goes wherever it stands, and
a line of the header that tells how to reach somebody goes whole. Pronouns and what only hints at a person stay.
"""

import re

from talentpool.resumes.person_names import plain_signs
from talentpool.resumes.personal_lines import (
    HEADER_LINES,
    LONGEST_HEADER,
    Personal,
    without_personal_lines,
)

HIDDEN = "[hidden]"
LONGEST_REACH_LINE = 160
"""In signs: a longer line of the header is prose, of which only what is found is cut."""
FEWEST_LETTERS = 3
"""Of a word of the name that is hidden in small letters too; shorter ones only with a capital."""

_REACH = re.compile(
    r"@|https?://|www\.|(?<![\w.])[+(]?\d[\d ()./\u2010-\u2013-]{5,}\d(?!\w)"  # mail, page, telephone
    r"|^\W*(?:[A-Z]{1,2}-)?\d{4,5} +[^\W\d]"  # postcode before a town
    r"|\b\d{1,4}[a-z]?,? +(?:[\w'’.-]+ +){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|square|court|way)\b"  # noqa: RUF001
    r"|\b\w+(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|weg|gatan|vägen)\W+\d"
    r"|\b(?:rue|avenue|boulevard|calle|avenida|avda|plaza|paseo|rua|via|piazza)\.? +[^\n]*\d"
    r"|\b\d{1,4}[a-z]?,? +(?:bis +|ter +)?(?:rue|avenue|boulevard|allée|chemin)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\b(?:19|20)\d\d *[-/\u2010-\u2013] *(?:(?:19|20)\d\d|\d\d)\b")
_WORD = re.compile(r"[^\W_]+")
_AGAIN = re.compile(r"\[hidden\](?:[\s,.'’-]{1,2}\[hidden\])+")  # noqa: RUF001
_EMPTY_LINES = re.compile(r"(?<![ \t|·•,;–-])(?:[ \t|·•,;–-]*+\n){3,}")  # noqa: RUF001


def blinded(text: str, personal: Personal) -> str:
    """Cut out of a text who it is about; words of the name that stand alone become `[hidden]`.

    >>> blinded("Ana Ruiz\\nana@example.org · Calle Mayor 4\\nLed a team.\\nSays ana, calmly", Personal(name="Ana Ruiz"))
    'Led a team.\\nSays [hidden], calmly'
    """
    lines = text.split("\n")
    head = _header_size(lines)
    kept = [*(line for line in lines[:head] if not _tells_where(line, personal)), *lines[head:]]
    cut = _without_name_words(without_personal_lines("\n".join(kept), personal), personal.name)
    return _EMPTY_LINES.sub("\n\n", cut).strip()


def _header_size(lines: list[str]) -> int:
    """Count the lines of the header, empty ones between them included."""
    told = signs = 0
    for place, line in enumerate(lines):
        told, signs = told + bool(_WORD.search(line)), signs + len(line)
        if told > HEADER_LINES or signs > LONGEST_HEADER:
            return place
    return len(lines)


def _tells_where(line: str, personal: Personal) -> bool:
    """Say whether a line of the header is one by which somebody is reached or found."""
    if len(line) > LONGEST_REACH_LINE:
        return False
    if _REACH.search(_YEARS.sub(" ", line)):
        return True
    city = plain_signs(personal.city or "").strip()
    words = _WORD.findall(plain_signs(line))
    return bool(city) and len(words) <= 8 and f" {' '.join(_WORD.findall(city))} " in f" {' '.join(words)} "


def _without_name_words(text: str, name: str) -> str:
    words = set(_WORD.findall(plain_signs(name)))
    if not words:
        return text
    stands = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(words))})(?![^\W_])")
    kept, done = [], 0
    for found in stands.finditer(plain_signs(text)):
        start, end = found.span()
        if end - start >= FEWEST_LETTERS or text[start].isupper():
            kept += [text[done:start], HIDDEN]
            done = end
    return _AGAIN.sub(HIDDEN, "".join([*kept, text[done:]]))
