"""Lines out of pieces of text that may each be hidden: what is hidden leaves its line and stands after it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from talentpool.resumes.outcome import HiddenReason, ResumeLine

SMALLEST_TYPE = 2.0  # points


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with the reason why a person does not see it, or None."""

    text: str
    hidden: HiddenReason | None = None


def lines_of_spans(spans: Iterable[Span]) -> Iterator[ResumeLine]:
    """Give the lines of a paragraph, without its hidden words, and those as lines of their own after it."""
    visible: list[str] = []
    hidden: dict[HiddenReason, list[str]] = {}
    for span in spans:
        if span.hidden is None or not span.text.strip():
            visible.append(span.text)
        else:
            hidden.setdefault(span.hidden, []).append(span.text)
    text = "".join(visible)
    if text.strip() or not hidden:
        for line in text.split("\n"):
            yield ResumeLine(text=line)
    for reason, texts in hidden.items():
        for line in "".join(texts).split("\n"):
            if line.strip():
                yield ResumeLine(text=line, hidden=reason)


def contrast(colour: int, ground: int) -> int:
    """Give how far two colours (0xRRGGBB) are apart in the part of light where they differ most, 0 to 255.

    >>> contrast(0xFFFFFF, 0xFFFF00)
    255
    """
    return max(abs((colour >> shift & 0xFF) - (ground >> shift & 0xFF)) for shift in (0, 8, 16))
