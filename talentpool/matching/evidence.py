"""Evidence: where in a resume the words of a role stand, and which of its lines say most about it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import LocatedWord, TextRules, located_words, words_of

LONGEST_QUOTE = 240
SENTENCE_END = re.compile(r"(?<=[.;!?•])\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A term of the role as it stands in a text: `text[start:end]`."""

    start: int
    end: int
    term: str


def mentions(text: str, terms: Iterable[str], settings: MatchingSettings) -> list[Mention]:
    """Find where terms stand in a text, by any of their aliases; in order, longest first, never overlapping."""
    wanted = {settings.text.canonical(term): term for term in terms}
    reach = _reach(wanted, settings.text)
    found = sorted(_found(text, wanted, settings.text, reach=reach), key=lambda one: (one.start, -one.end))
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def best_lines(
    text: str, weights_by_term: Mapping[str, float], settings: MatchingSettings, *, most: int = 3
) -> tuple[str, ...]:
    """Quote the lines that mention the weightiest terms, best first; each term counts once a line."""
    weights = {settings.text.canonical(term): weight for term, weight in weights_by_term.items()}
    names = {term: term for term in weights}
    reach = _reach(weights, settings.text)
    scored = []
    for number, line in enumerate(quotable_lines(text)):
        met = {mention.term for mention in _found(line, names, settings.text, reach=reach)}
        score = sum(sorted(weights[term] for term in met))
        if score > 0:
            scored.append((-score, number, line))
    return tuple(dict.fromkeys(line for _, _, line in sorted(scored)[: most * 2]))[:most]


def _reach(labels: Iterable[str], rules: TextRules) -> int:
    """Tell how many words a mention may have at most."""
    return max(rules.longest_form, max((len(words_of(label)) for label in labels), default=1))


def _found(text: str, wanted: Mapping[str, str], rules: TextRules, *, reach: int) -> Iterator[Mention]:
    """Give every mention, overlapping ones too; `wanted` says how a canonical label is to be called."""
    words = located_words(text)
    for place, first in enumerate(words):
        for size in range(1, min(reach, len(words) - place) + 1):
            span = words[place : place + size]
            label = rules.label_of(tuple(word.word for word in span))
            if label in wanted:
                yield _mention(first, span[-1], wanted[label])


def _mention(first: LocatedWord, last: LocatedWord, term: str) -> Mention:
    return Mention(start=first.start, end=last.end, term=term)


def quotable_lines(text: str) -> Iterator[str]:
    """Cut a text into quotable lines; long ones at sentence ends, then at words."""
    for line in text.splitlines():
        pieces = [line] if len(line) <= LONGEST_QUOTE else SENTENCE_END.split(line)
        for piece in pieces:
            plain = " ".join(piece.split())
            while len(plain) > LONGEST_QUOTE:
                cut = plain.rfind(" ", 0, LONGEST_QUOTE)
                cut = cut if cut > 0 else LONGEST_QUOTE
                yield plain[:cut]
                plain = plain[cut:].strip()
            if plain:
                yield plain
