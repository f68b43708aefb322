"""Turns hand-written sentences with slots into finished ones.

A slot is `{20-60}` (a number between), `{one|other}` (an alternative) or `{name}` (a fact of the
person). Slots may be nested; the innermost is filled first. No grammar beyond that: what does not
read well is to be written better in `material/`.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

from talentpool.errors import InvalidInputError

Item = TypeVar("Item")

_SLOT = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)(?:\.(\d+))?-(\d+)(?:\.\d+)?")
_SENTENCE_START = re.compile(r"(?<=[.!?] )[a-zäöü]")
_SPACES = re.compile(r"[ \t]{2,}")


def chance_for(*parts: object) -> Random:
    """Give the source of chance of one person or list; equal parts give equal draws everywhere."""
    return Random("/".join(map(str, parts)))  # noqa: S311 - made-up people, nothing secret


def shuffled(items: Sequence[Item], chance: Random) -> list[Item]:
    """Give the items in an order of chance and leave the given ones as they are."""
    return chance.sample(items, len(items))


def fill(
    template: str, chance: Random, *, facts: Mapping[str, str], comma: bool = False, capital: bool = True
) -> str:
    """Fill every slot of a sentence and begin it with a capital; `comma` writes German numbers.

    Raises InvalidInputError when the sentence names a fact that the person does not have.
    """
    text = template
    while slot := _SLOT.search(text):
        text = (
            text[: slot.start()]
            + _drawn(slot.group(1), chance, facts=facts, comma=comma)
            + text[slot.end() :]
        )
    text = _SPACES.sub(" ", text).replace(" ,", ",").strip()
    return text[:1].upper() + text[1:] if capital else text


def with_capitals(text: str) -> str:
    """Begin every sentence with a capital, also where a skill stands first."""
    return _SENTENCE_START.sub(lambda start: start.group(0).upper(), text)


def _drawn(slot: str, chance: Random, *, facts: Mapping[str, str], comma: bool) -> str:
    if "|" in slot:
        return chance.choice(slot.split("|"))
    if bounds := _RANGE.fullmatch(slot.replace(",", "")):
        return _number(bounds, chance, comma=comma)
    if slot not in facts:
        raise InvalidInputError(f"The sample pool's material names {slot!r}, which no person has.")
    return facts[slot]


def _number(bounds: re.Match[str], chance: Random, *, comma: bool) -> str:
    if digits := bounds.group(2):
        low, high = (float(part) for part in bounds.group(0).split("-"))
        written = f"{chance.uniform(low, high):.{len(digits)}f}"
    else:
        low_whole, high_whole = int(bounds.group(1)), int(bounds.group(3))
        written = f"{chance.randrange(low_whole, high_whole + 1, _step(low_whole, high_whole)):,}"
    return written.translate(str.maketrans(",.", ".,")) if comma else written


def _step(low: int, high: int) -> int:
    """Give the step that leaves a figure as round as people write it: 1,250, not 1,237."""
    return next((step for step in (500, 50, 10, 5) if low >= 10 * step and high >= 20 * step), 1)
