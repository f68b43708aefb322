"""Lines of a resume that a recruiter should look at: copied from the advert, or stuffed with one word.

They are shown, not punished: a copied passage is not counted (see `copying`), a repeated word counts as the
settings say. Whoever reads decides what it means.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from talentpool.matching.evidence import quotable_lines
from talentpool.matching.text import TextRules, words_of

COPIED_WORDS = 6
"""So many words that carry meaning, in the order of the advert, make a line a copy."""
STUFFED_TIMES = 4
STUFFED_SHARE = 1 / 3
"""A line is stuffed when one word stands in it so often and is so much of it."""
REPEATED_LINES = 3
MOST_LINES = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspectLines:
    """What to look at, in the order of the resume: a few lines of each kind."""

    copied: tuple[str, ...] = ()
    stuffed: tuple[str, ...] = ()


def suspect_lines(resume: str, advert: str, rules: TextRules) -> SuspectLines:
    """Find the lines of a resume that repeat the advert, and those that repeat themselves."""
    lines = [line for _, _, line in quotable_lines(resume)]
    carrying = [_carrying(line, rules) for line in lines]
    asked = _sequences(_carrying(advert, rules))
    copied = [line for line, words in zip(lines, carrying, strict=True) if asked & _sequences(words)]
    times = Counter(line for line, words in zip(lines, carrying, strict=True) if len(words) >= COPIED_WORDS)
    stuffed = [
        line
        for line, words in zip(lines, carrying, strict=True)
        if _is_stuffed(words) or times[line] >= REPEATED_LINES
    ]
    return SuspectLines(copied=_first(copied), stuffed=_first(stuffed))


def _carrying(text: str, rules: TextRules) -> list[str]:
    return [word for word in words_of(text) if rules.is_term(word) and word not in rules.stop_bits_by_word]


def _sequences(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[n : n + COPIED_WORDS]) for n in range(len(words) - COPIED_WORDS + 1)}


def _is_stuffed(words: Sequence[str]) -> bool:
    _, most = Counter(words).most_common(1)[0] if words else ("", 0)
    return most >= STUFFED_TIMES and most >= STUFFED_SHARE * len(words)


def _first(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))[:MOST_LINES]
