"""Reads many texts at once into numbered words: the same words as one text after another, several times quicker.

A resume repeats what others wrote. So texts are cut where no word can go on, and each different piece is looked
at once; after that it is one look-up.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.blanking import blank
from talentpool.matching.text import plain_words, words_of

JOINERS = b"_+#.&-"
"""What may stand inside a word beside letters and digits, or decides whether one goes on."""
BLOCK_CHARACTERS = 500_000


def _lower_or_space(byte: int) -> int:
    if byte >= 128:
        return byte
    lower = bytes([byte]).lower()
    return lower[0] if lower.isalnum() or lower in JOINERS else ord(" ")


PIECES = bytes(map(_lower_or_space, range(256)))
"""What each byte of UTF-8 becomes before a text is split: lower case, or a space where no word goes on."""


class Vocabulary(dict[str, int]):
    """Numbers words in the order in which they are met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Pieces(dict[bytes, int]):
    """Numbers pieces of text in the order in which they are met, and knows the words of each."""

    def __init__(self) -> None:
        super().__init__()
        self.vocabulary = Vocabulary()
        self.words, self.starts, self.sizes = array("i"), array("i"), array("i")

    def __missing__(self, piece: bytes) -> int:
        found = plain_words(piece.decode("utf-8", "surrogatepass"))
        self.starts.append(len(self.words))
        self.sizes.append(len(found))
        self.words.extend([self.vocabulary[word] for word in found])
        number = self[piece] = len(self)
        return number


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadWords:
    """The words of some texts, one after another, as numbers of `words`; `lengths` counts those of each text."""

    numbers: NDArray[np.int32]
    lengths: NDArray[np.int64]
    words: list[str]


def read_words(texts: Iterable[str]) -> ReadWords:
    """Read texts into numbered words, as `words_of` splits them."""
    pieces = _Pieces()
    parts = [_block_words(block, pieces) for block in _blocks(texts)]
    return ReadWords(
        numbers=np.concatenate([np.zeros(0, np.int32), *(numbers for numbers, _ in parts)]),
        lengths=np.concatenate([np.zeros(0, np.int64), *(lengths for _, lengths in parts)]),
        words=list(pieces.vocabulary),
    )


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Cut the texts into blocks whose arrays stay in the processor's cache."""
    block, size = list[str](), 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size > BLOCK_CHARACTERS:
            yield block
            block, size = [], 0
    yield block


def _block_words(block: list[str], pieces: _Pieces) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Read some texts; gives their words' numbers and how many words each text has."""
    if len(block) == 1 and not pieces:
        return _single(block[0], pieces.vocabulary)
    read = [list(map(pieces.__getitem__, _split(text))) for text in block]
    lengths = np.array([len(part) for part in read], np.int64)
    found = np.fromiter(chain.from_iterable(read), np.int32, int(lengths.sum()))
    sizes = np.array(pieces.sizes, np.int32)[found]
    starts = np.array(pieces.starts, np.int32)[found]
    if (sizes != 1).any():
        so_far = np.concatenate(([0], np.cumsum(sizes)))
        starts = np.repeat(starts - so_far[:-1], sizes) + np.arange(so_far[-1])
        lengths = np.diff(so_far[np.concatenate(([0], np.cumsum(lengths)))])
    return np.array(pieces.words, np.int32)[starts], lengths


def _single(text: str, vocabulary: Vocabulary) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Read one text by itself, such as a role, where no piece comes often enough to be kept."""
    numbers = [vocabulary[word] for word in words_of(text)]
    return np.array(numbers, np.int32), np.array([len(numbers)], np.int64)


def _split(text: str) -> list[bytes]:
    return blank(text).encode("utf-8", "surrogatepass").translate(PIECES).split()
