"""The forms in which a person may be written down: a name, an address, a number, a word only their resume has.

Pure. A form is looked for in two steps: a text must have all its runs of ASCII letters and digits, which is quick to
see, and then its pattern has to match, which tolerates other separators, accents left out and “ann [at] example.org”.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from talentpool.candidates.identity import national_number
from talentpool.database import folded

SHORTEST_WORD, LONGEST_WORD = 6, 40  # letters of a word of a resume that may be searched for
SHORTEST_NUMBER = 6  # digits without which a number says nothing
_RUNS = bytes(sign if chr(sign) in "0123456789abcdefghijklmnopqrstuvwxyz" else 32 for sign in range(256))
_BETWEEN = r"(?:[\s,._+-]|%20)+"
_AT = r"\s*(?:@|%40|[\[({<]\s*(?:@|at|ät|arroba)\s*[\])}>]|\s(?:at|@)\s)\s*"
_DOT = r"\s*(?:\.|[\[({<]\s*(?:\.|dot|punkt)\s*[\])}>]|\sdot\s)\s*"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_WORD = re.compile(rf"{_BEGIN}[a-z]{{{SHORTEST_WORD},{LONGEST_WORD}}}{_END}")
_NUMBER = re.compile(r"\d[\d ()/.\u00a0-]{4,24}\d")
_BETWEEN_DIGITS = " ()/.-\u00a0".encode()
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa"})
_SPELT_AS_NUMBER = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """One form of one thing of a person; `needs` are the runs every text has that holds it."""

    candidate_id: int
    thing: str
    written: bytes  # as it stands in a file of bytes, in lower case but for letters beyond ASCII
    needs: tuple[bytes, ...]  # the longest first
    pattern: re.Pattern[str]  # for texts as `plain` gives them

    def may_be_in(self, low: bytes) -> bool:
        """Say whether a squeezed text has all the runs of this form."""
        return all(need in low for need in self.needs)

    def is_in(self, text: str) -> bool:
        """Say whether a text, as `plain` gives it, holds this form."""
        return self.pattern.search(text) is not None


def plain(text: str) -> str:
    """Give a text in the form in which it is compared: composed and in lower case, whatever the alphabet.

    >>> plain("O\\u0308zlem ÇELİK") == plain("özlem çeli\\u0307k")
    True
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def runs(raw: bytes) -> list[bytes]:
    """List the runs of ASCII letters and digits in the bytes of a text in lower case.

    >>> runs("ana.ruiz@example.org, özlem".encode())
    [b'ana', b'ruiz', b'example', b'org', b'zlem']
    """
    return raw.translate(_RUNS).split()


def as_read(text: str) -> str:
    """Undo what JSON does to signs beyond ASCII.

    >>> as_read("J\\\\u00f6rg")
    'Jörg'
    """
    if "\\u" not in text:
        return text
    return _SPELT_AS_NUMBER.sub(lambda found: chr(int(found[1], 16)), text)


def name_forms(candidate_id: int, name: str) -> list[Sought]:
    """Give the forms of a name of two parts or more: with and without accents, the last part first, in an address."""
    parts = name.split()
    if len(parts) < 2:
        return []
    spelt = dict.fromkeys((plain(name), plain(name.upper()), folded(name), _transliterated(name)))
    found = [_name_form(candidate_id, name, one.split()) for one in spelt]
    as_given = [_literal(candidate_id, name, form) for form in (name, name.upper()) if not form.isascii()]
    return found + as_given + [_literal(candidate_id, name, form) for form in _encoded(name)]


def address_forms(candidate_id: int, address: str) -> list[Sought]:
    """Give the forms of an e-mail address: plain, with “at” and “dot” spelt, and as part of a link."""
    local, _, domain = plain(address).rpartition("@")
    at = _AT.join((re.escape(local), _DOT.join(re.escape(label) for label in domain.split("."))))
    form = _sought(candidate_id, address, rf"(?<![\w.+-]){at}{_END}", plain(address))
    return [form, *(_literal(candidate_id, address, each) for each in _encoded(address))]


def word_form(candidate_id: int, word: str) -> Sought:
    """Give the one form of a word that only one person's resumes have."""
    return _sought(candidate_id, word, rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", word)


def number_form(candidate_id: int, number: str) -> Sought:
    """Give the form in which a telephone number stands in a record: its digits, together."""
    digits = re.sub(r"\D", "", number)
    return _sought(candidate_id, number, rf"(?<!\d){digits}(?!\d)", digits)


def national_digits(number: str) -> str:
    """Give the digits of a number that do not depend on where one calls from; empty where there are too few.

    >>> national_digits("+493055501234"), national_digits("030 555-01234"), national_digits("12")
    ('3055501234', '3055501234', '')
    """
    digits = national_number(number)
    return digits if len(digits) >= SHORTEST_NUMBER else ""


def has_number(text: str, digits: str) -> bool:
    """Say whether a text holds a telephone number that ends in these digits, however they are grouped.

    >>> has_number("call 0049 30/5550-1234", "3055501234"), has_number("30 5550 12345", "3055501234")
    (True, False)
    """
    return any(re.sub(r"\D", "", found[0]).endswith(digits) for found in _NUMBER.finditer(text))


def squeezed(text: str) -> bytes:
    """Give the bytes of a text in lower case without what may stand between the digits of a number.

    Whatever runs of letters and digits a text has stand in it too.
    """
    return text.encode(errors="replace").lower().translate(None, delete=_BETWEEN_DIGITS)


def long_words(texts: Iterable[str], most: int) -> list[str]:
    """List the longest words of some texts, each once; what may be searched for if nobody else has it."""
    words = dict.fromkeys(word for text in texts for word in _WORD.findall(plain(text)))
    return sorted(words, key=lambda each: (-len(each), each))[:most]


def _name_form(candidate_id: int, name: str, parts: list[str]) -> Sought:
    told = _BETWEEN.join(map(re.escape, parts))
    turned = _BETWEEN.join(map(re.escape, [parts[-1], *parts[:-1]]))
    return _sought(candidate_id, name, rf"{_BEGIN}(?:{told}|{turned}){_END}", " ".join(parts))


def _literal(candidate_id: int, thing: str, form: str) -> Sought:
    return _sought(candidate_id, thing, re.escape(form), form)


def _encoded(text: str) -> list[str]:
    """Give the forms a text has as part of a link and in JSON, where they differ from it."""
    forms = (quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1])
    return [form for form in dict.fromkeys(plain(each) for each in forms) if form != plain(text)]


def _transliterated(name: str) -> str:
    return folded(plain(name).translate(_GERMAN))


def _sought(candidate_id: int, thing: str, pattern: str, form: str) -> Sought:
    needs = sorted(set(runs(form.encode())), key=lambda each: (-len(each), each))
    return Sought(
        candidate_id=candidate_id,
        thing=thing,
        written=form.encode().lower(),
        needs=tuple(needs),
        pattern=re.compile(pattern),
    )
