"""Reads an RTF document by its control words: the text a person sees, hidden, white and tiny runs set apart.

Written for this because readers at hand return hidden text as if it were visible. Source: Rich Text Format (RTF)
Specification, version 1.9.1. Pictures, embedded objects, revisions taken out and field codes are skipped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from talentpool.resumes.limits import Limits
from talentpool.resumes.outcome import HiddenReason, Reading, ResumeFault, ResumeLine, ResumeProblem
from talentpool.resumes.rtf_words import BREAKS, CHARSETS, SHAPES, SIGNS, SKIPPED, known_codec
from talentpool.resumes.spans import SMALLEST_TYPE, Span, contrast, lines_of_spans

DEEPEST = 500
LEAST_CONTRAST = 24
WHITE, BLACK = 0xFFFFFF, 0x000000
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and its end takes back."""

    skipped: bool = False
    destination: str = ""
    hidden: bool = False
    deleted: bool = False
    half_points: int = 24
    colour: int = 0
    grounds: tuple[int, int, int] = (0, 0, 0)  # of the run, the paragraph and the cell; 0 is none
    codec: str = "cp1252"
    unicode_skip: int = 1


@dataclass(slots=True)
class _Document:
    """Where the walk is and what it found: spans, colours, fonts."""

    spans: list[Span] = field(default_factory=list)
    colours: list[int | None] = field(default_factory=list)
    mixed: list[int] = field(default_factory=lambda: [0, 0, 0])
    codecs: dict[int, str] = field(default_factory=dict)
    font: int = 0
    links: list[str] = field(default_factory=list)
    bytes_waiting: bytearray = field(default_factory=bytearray)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    place: int = 0
    skip: int = 0  # bytes that stand for the last sign in other readers
    kept: int = 0


def read_rtf(data: bytes, limits: Limits) -> Reading:
    """Read an RTF document, at most as many characters as the limits allow; nothing in it is looked up."""
    document = _walked(data, limits.characters)
    return Reading(lines=_lines(document.spans), links=document.links)


def _lines(spans: list[Span]) -> Iterator[ResumeLine]:
    """Cut the text into paragraphs, so that hidden words stay near their place."""
    paragraph: list[Span] = []
    for span in spans:
        paragraph.append(span)
        if "\n" in span.text:
            yield from lines_of_spans(_without_last_break(paragraph))
            paragraph = []
    yield from lines_of_spans(paragraph)


def _without_last_break(spans: list[Span]) -> list[Span]:
    last = spans[-1]
    return [*spans[:-1], Span(text=last.text.removesuffix("\n"), hidden=last.hidden)]


def _walked(data: bytes, characters: int) -> _Document:
    document = _Document()
    while document.place < len(data) and document.kept <= characters:
        token = _TOKEN.match(data, document.place)
        if token is None:
            document.place += 1
            continue
        document.place = token.end()
        _take(document, token)
    _flush(document)
    return document


def _take(document: _Document, token: re.Match[bytes]) -> None:
    hex_byte, word, number, sign, brace, plain = token.groups()
    if brace is not None:
        _open_or_close(document, brace)
    elif word is not None:
        _obey(document, word.decode(), int(number) if number is not None else None)
    elif sign == b"*":
        document.state = replace(document.state, destination="*")
    elif sign is not None:
        _flush(document)
        _add(document, SIGNS.get(sign, ""))
    elif hex_byte is not None and document.skip:
        document.skip -= 1
    elif hex_byte is not None and not document.state.skipped:
        document.bytes_waiting += bytes.fromhex(hex_byte.decode())
    elif plain is not None:
        _plain(document, plain[document.skip :])
        document.skip = max(document.skip - len(plain), 0)


def _open_or_close(document: _Document, brace: bytes) -> None:
    _flush(document)
    document.skip = 0
    if brace == b"}":
        document.state = document.stack.pop() if document.stack else document.state
        return
    if len(document.stack) >= DEEPEST:
        raise ResumeFault(ResumeProblem.DAMAGED, "The RTF document is nested too deeply. Ask for a PDF.")
    document.stack.append(document.state)


def _obey(document: _Document, name: str, value: int | None) -> None:
    if name == "bin":
        document.place += max(value or 0, 0)
        return
    _flush(document)
    if name == "u" and value is not None:
        _add(document, _unicode(value))
        document.skip = document.state.unicode_skip
        return
    document.skip = 0
    document.state = _controlled(document, name, value)


def _plain(document: _Document, text: bytes) -> None:
    if document.state.destination == "colortbl":
        _end_colours(document, text)
    elif document.state.skipped:
        _note_link(document, text)
    else:
        document.bytes_waiting += text


def _note_link(document: _Document, text: bytes) -> None:
    if document.state.destination == "fldinst" and (
        found := re.search(rb'HYPERLINK\s+"([^"]{1,500})"', text)
    ):
        document.links.append(found[1].decode("latin-1"))


def _end_colours(document: _Document, text: bytes) -> None:
    for _ in range(text.count(b";")):
        red, green, blue = (part & 0xFF for part in document.mixed)
        first = not document.colours and not any(document.mixed)
        document.colours.append(None if first else red << 16 | green << 8 | blue)
        document.mixed = [0, 0, 0]


def _controlled(document: _Document, name: str, value: int | None) -> _State:
    """Give the state after a control word, and note what it says or writes."""
    state = document.state
    if name in SKIPPED or (state.destination == "*" and name not in SHAPES):
        kept_on = state.destination == "*" and name == "fldinst"
        return replace(state, skipped=True, destination="fldinst" if kept_on or name == "fldinst" else name)
    if name == "colortbl":
        return replace(state, skipped=True, destination=name)
    if name in ("red", "green", "blue") and state.destination == "colortbl":
        document.mixed[("red", "green", "blue").index(name)] = value or 0
        return state
    if name in ("f", "fcharset", "ansicpg", "deff"):
        return _with_font(document, state, name, value or 0)
    if name in BREAKS:
        _add(document, BREAKS[name])
        return state
    return _formatted(state, name, value)


def _with_font(document: _Document, state: _State, name: str, value: int) -> _State:
    if name == "ansicpg":
        return replace(state, codec=known_codec(f"cp{value}"))
    if name == "fcharset":
        document.codecs[document.font] = known_codec(CHARSETS.get(value, "cp1252"))
        return state
    document.font = value
    return (
        state
        if name == "deff" or value not in document.codecs
        else replace(state, codec=document.codecs[value])
    )


def _formatted(state: _State, name: str, value: int | None) -> _State:
    on = value is None or value != 0
    run, paragraph, cell = state.grounds
    if name == "plain":
        return replace(
            state, hidden=False, deleted=False, half_points=24, colour=0, grounds=(0, paragraph, cell)
        )
    if name == "pard":
        return replace(state, grounds=(run, 0, cell))
    if name == "trowd":
        return replace(state, grounds=(run, paragraph, 0))
    if name in ("v", "webhidden"):
        return replace(state, hidden=on if name == "v" else state.hidden)
    if name == "deleted":
        return replace(state, deleted=on)
    if name == "fs":
        return replace(state, half_points=value or 0)
    if name == "cf":
        return replace(state, colour=value or 0)
    if name in ("cb", "chcbpat", "highlight"):
        return replace(state, grounds=(value or 0, paragraph, cell))
    if name == "cbpat":
        return replace(state, grounds=(run, value or 0, cell))
    if name == "clcbpat":
        return replace(state, grounds=(run, paragraph, value or 0))
    if name in SHAPES:
        return replace(state, destination="")
    return replace(state, unicode_skip=max(value or 0, 0)) if name == "uc" else state


def _flush(document: _Document) -> None:
    if document.bytes_waiting:
        waiting, document.bytes_waiting = bytes(document.bytes_waiting), bytearray()
        _add(document, waiting.decode(document.state.codec, "replace"))


def _add(document: _Document, text: str) -> None:
    state = document.state
    if text and not state.skipped and not state.deleted:
        document.spans.append(Span(text=text, hidden=_hidden_reason(document, state)))
        document.kept += len(text)


def _hidden_reason(document: _Document, state: _State) -> HiddenReason | None:
    if state.hidden:
        return HiddenReason.MARKED_HIDDEN
    if state.half_points < 2 * SMALLEST_TYPE:
        return HiddenReason.TINY
    colour = _colour(document, state.colour)
    if colour is None:
        return None
    ground = next((found for part in state.grounds if (found := _colour(document, part)) is not None), WHITE)
    return HiddenReason.NO_CONTRAST if contrast(colour, ground) < LEAST_CONTRAST else None


def _colour(document: _Document, number: int) -> int | None:
    return document.colours[number] if 0 < number < len(document.colours) else None


def _unicode(value: int) -> str:
    code = value & 0xFFFF
    return "" if 0xD800 <= code < 0xE000 else chr(code)
