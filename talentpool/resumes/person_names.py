"""Where a recorded name stands in a text, however it is written: in capitals, surname first, with initials.

A word of a name is cut where it stands with another word of the name, an initial or a form of address. Alone it
may be a trade or a skill (Mason, Baker, Ruby), so it stays, except a first name that does something ("Jane led").
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Span = tuple[int, int]

FEWEST_LETTERS = 3  # of a name of one word; shorter ones are words of other kinds too often

_GAP = re.compile(r"(?:[\s.,'’\-/_]|(?<![^\W_])[^\W\d_](?![^\W_])){1,8}")  # noqa: RUF001 - as people write it
_MIDDLE_NAMES = re.compile(r"[ ,]+(?:[A-Z]\w*[.,]?[ -]+){1,2}")
_INITIALS_BEFORE = re.compile(r"(?<![^\W_])((?:[^\W\d_][.'’][ -]?){1,3})$")  # noqa: RUF001
_BARE_INITIAL_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_] )$")
_INITIALS_AFTER = re.compile(r",? ((?:[^\W\d_]\.[ -]?){1,3})")
_ADDRESSED = re.compile(
    r"(?<![^\W_])(?:mrs?|ms|mx|miss|herrn?|frau|mme|mlle|madame|monsieur|sra?|srta|se[ñn]ora?|fru|fr[öo]ken)\.?[ \t]+$",
    re.IGNORECASE,
)
_DOES_SOMETHING = re.compile(
    r"(?:['’]s\b|[ \t]+(?:has|had|is|was|led|leads|managed|manages|worked|works|joined|holds|brings|built|ran|runs"  # noqa: RUF001
    r"|started|developed|designed|supported|trained|hat|ist|war|leitete|arbeitete|a|est|était|dirige|ha|es|fue"
    r"|trabajó|har|är|ledde|arbetade)\b)"
)
_REST_OF_PAGE = re.compile(r"(?:\.[a-z]{2,24}){1,5}(?:/\S{0,200})?", re.IGNORECASE)
_REST_OF_HANDLE = re.compile(r"[\w.-]{0,64}")
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ \t.'’-]+[^\W\d_](?![^\W_])){1,}")  # noqa: RUF001
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe"})
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "y",
        "e",
        "af",
        "zu",
    ]
)


class _PlainSigns(dict[int, str]):
    """Folds one sign to one sign, so that places in a folded text are places in the text."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = unicodedata.normalize("NFKD", sign.casefold())[:1] or sign
        self[code] = plain
        return plain


_PLAIN_SIGNS = _PlainSigns()
_OTHER_SIGNS = re.compile(r"[^\x00-\x7f]")


def plain_signs(text: str) -> str:
    """Fold case and accents, sign by sign; the length stays.

    >>> plain_signs("Jürgen ÅKESSON")
    'jurgen akesson'
    """
    if text.isascii():
        return text.lower()
    lowered = text.lower()
    if len(lowered) != len(text):  # some capitals are two signs in lower case
        return text.translate(_PLAIN_SIGNS)
    return _OTHER_SIGNS.sub(lambda sign: _PLAIN_SIGNS[ord(sign.group())], lowered)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hit:
    start: int
    end: int
    place: int  # of the word in the name


def name_spans(text: str, name: str, *, head: int) -> list[Span]:
    """Find where a name stands in a text; the first `head` signs are its header, where more counts as the name."""
    words = _words(name)
    plain = plain_signs(text)
    if not words:
        return []
    if len(words) == 1:
        return _spans_of_one_word(text, plain, words[0], head)
    wordings = _wordings(name, words)
    hits = sorted(
        (
            _Hit(start=start, end=end, place=place)
            for word, place in wordings.items()
            for start, end in _whole(plain, word)
        ),
        key=lambda hit: hit.start,
    )
    spans = [
        span
        for group in _groups(text, hits, head)
        if (span := _span_of(text, plain, group, words, head)) is not None
    ]
    return [
        *spans,
        *_spaced(plain[:head], [words, *map(_words, _other_forms(name))]),
        *_handles(text, plain, words),
    ]


def _spans_of_one_word(text: str, plain: str, word: str, head: int) -> list[Span]:
    if len(word) < (FEWEST_LETTERS if word.isascii() else 2):
        return []
    spans = [
        (start - _size_of_address(text, start), _end_of_page(text, end)) for start, end in _whole(plain, word)
    ]
    return [*spans, *_spaced(plain[:head], [[word]])]


def _size_of_address(text: str, start: int) -> int:
    """Say how many signs a form of address takes before a name: 4 for `Mrs `, 0 for none."""
    found = _ADDRESSED.search(text[max(0, start - 16) : start])
    return len(found.group()) if found else 0


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", plain_signs(name)) if word]


def _wordings(name: str, words: list[str]) -> dict[str, int]:
    """Number the words of a name by how they may be written: `muller`, `mueller`; `connor`, `oconnor`."""
    wordings = {word: place for place, word in enumerate(words) if len(word) > 1}
    for form in _other_forms(name):
        for place, word in enumerate(_words(form)):
            if len(word) > 1:
                wordings.setdefault(word, place)
    place = -1
    for part in name.split():
        subwords = _words(part)
        place += len(subwords)
        if len(subwords) > 1:
            wordings.setdefault("".join(subwords), place)
    return wordings


def _other_forms(name: str) -> list[str]:
    """Write `Jürgen Groß` as `jürgen gross` and as `juergen gross`."""
    return [] if name.isascii() else [name.casefold(), name.casefold().translate(_DIGRAPHS)]


def _whole(plain: str, word: str) -> Iterator[Span]:
    """Find a word where it stands by itself; writing without spaces has no such places."""
    is_spaced = word.isascii() or not _is_unspaced(word)
    start = plain.find(word)
    while start >= 0:
        end = start + len(word)
        apart = not plain[start - 1 : start].isalnum() and not plain[end : end + 1].isalnum()
        if apart or not is_spaced:
            yield start, end
        start = plain.find(word, end)


def _is_unspaced(word: str) -> bool:
    return any("\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7af" for sign in word)


def _groups(text: str, hits: Iterable[_Hit], head: int) -> Iterator[list[_Hit]]:
    """Put words of the name together that stand together; in the head a middle name may be between them."""
    group: list[_Hit] = []
    for hit in hits:
        if group and hit.start < group[-1].end:
            continue
        if group and not _is_together(text[group[-1].end : hit.start], in_head=hit.start < head):
            yield group
            group = []
        group.append(hit)
    if group:
        yield group


def _is_together(between: str, *, in_head: bool) -> bool:
    if len(between) > 40:
        return False
    return bool(_GAP.fullmatch(between) or (in_head and _MIDDLE_NAMES.fullmatch(between)))


def _span_of(text: str, plain: str, group: list[_Hit], words: list[str], head: int) -> Span | None:
    """Give what to cut of words that stand together, or None where they may mean something else."""
    start, end = group[0].start, group[-1].end
    telling = {hit.place for hit in group if plain[hit.start : hit.end] not in _PARTICLES}
    places = {hit.place for hit in group}
    initials = {word[0] for place, word in enumerate(words) if len(words) > 2 or place not in places}
    wide_start, wide_end = _with_initials(plain, (start, end), initials, in_head=start < head)
    is_name = len(telling) > 1 or (bool(telling) and (wide_start, wide_end) != (start, end))
    if addressed := _size_of_address(text, wide_start):
        wide_start -= addressed
        is_name = is_name or bool(telling)
    if not is_name and group[0].place == 0 and text[start].isupper():
        doing = _DOES_SOMETHING.match(text, end)
        is_name, wide_end = doing is not None, end + (2 if doing and text[end] in "'’" else 0)  # noqa: RUF001
    if not is_name:
        return None
    return wide_start, _end_of_page(text, wide_end)


def _end_of_page(text: str, end: int) -> int:
    """Take the rest of an address along where a name begins one: `jane-doe.dev`."""
    page = _REST_OF_PAGE.match(text, end)
    return page.end() if page else end


def _with_initials(plain: str, span: Span, initials: set[str], *, in_head: bool) -> Span:
    start, end = span
    before = plain[max(0, start - 12) : start]
    found = _INITIALS_BEFORE.search(before) or (_BARE_INITIAL_BEFORE.search(before) if in_head else None)
    if found and _letters(found.group(1)) <= initials:
        start -= len(found.group(1))
    after = _INITIALS_AFTER.match(plain, end)
    if after and _letters(after.group(1)) <= initials:
        end = after.end()
    return start, end


def _letters(written: str) -> set[str]:
    return {sign for sign in written if sign.isalpha()}


def _spaced(plain_head: str, wordings: Iterable[list[str]]) -> Iterator[Span]:
    """Find the name with its letters set apart: `J A N E  D O E`."""
    forms = {
        form for words in wordings for form in ("".join(words), "".join([*words[-1:], *words[:-1]]), *words)
    }
    if not any(f"{form[0]} {form[1]}" in plain_head for form in forms if len(form) > 1):
        return
    for run in _SPACED.finditer(plain_head):
        letters = "".join(sign for sign in run.group() if sign.isalpha())
        if letters in forms and (len(letters) >= FEWEST_LETTERS or not letters.isascii()):
            yield run.span()


def _handles(text: str, plain: str, words: list[str]) -> Iterator[Span]:
    """Find account names and pages made of the name: `janedoe`, `jdoe_84`, `doe.jane`."""
    first, last = words[0], words[-1]
    for form in {first + last, last + first, first[0] + last if len(last) > 3 else first + last}:
        start = plain.find(form)
        while start >= 0:
            end = start + len(form)
            if not plain[start - 1 : start].isalpha() and not plain[end : end + 1].isalpha():
                rest = _REST_OF_HANDLE.match(text, end)
                yield start, rest.end() if rest else end
            start = plain.find(form, end)
