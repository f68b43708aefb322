"""From written text to words: case, accents, technical names, stop words, and the skills behind aliases.

A term is a 64-bit hash, the same in every process, so that no dictionary of all words is ever held.
This file knows nothing of counts and weights.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.blanking import blank
from talentpool.matching.compounds import split_compound

ANALYSIS_VERSION = 5
"""Raise it when the same text would give other terms: every index is then made anew."""

LONGEST_WORD = 40
LANGUAGES = ("en", "de", "fr", "es")
LEAST_STOP_WORDS = 3
"""Fewer function words than this do not tell a language; the stop words of the first one hold then."""
GERMAN = 1 << LANGUAGES.index("de")
CODE_LETTERS = frozenset("cr")
"""The only single letters that are skills by themselves."""

_WORD = (
    r"\.net\b"
    r"|LETTER+(?:(?=[+#.&-])(?:\+\+|\#(?!\w)|\.(?:js|net)\b|-[a-z]\b"
    r"|(?<!LETTER.)(?:-[^\W\d_]{2,40}|&[a-z]\b|(?:\.[a-z]\b)+)))?"
)
_VOWEL_SIGNS = "".join(
    chr(code) for code in range(0x0900, 0x0E00) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
WORD = re.compile(_WORD.replace("LETTER", r"[^\W_]"))
ASCII_WORD = re.compile(_WORD.replace("LETTER", "[a-z0-9]"), re.ASCII)
"""The same for folded text without other letters, where it is quicker."""
INDIC_WORD = re.compile(_WORD.replace("LETTER", rf"(?:[^\W_]|[{_VOWEL_SIGNS}])"))
"""The same for the scripts of India, whose vowel signs Unicode does not count as letters."""
INDIC = re.compile(r"[\u0900-\u0dff]")
UNSPACED = re.compile(
    r"[\u3005-\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7a3"
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1780-\u17d3]+"
)
"""Runs of Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer, which write no spaces between all words."""
FIRST_UNSPACED = "\u0e01"
"""From here on a single character can be a word."""
LEFT_OUT = re.compile(
    r"[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200c\u200d\u2060\ufe0e\ufe0f\ufeff]+"
)
"""Accents, Hebrew and Arabic points, soft hyphens, joiners: a word is the same without them."""
TYPED_INSTEAD = {
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "\u2010": "-", "\u2011": "-", "♯": "#",
}  # fmt: skip
"""What stands for letters and signs that Unicode does not take apart."""
_UNDIVIDED = re.compile(f"[{''.join(TYPED_INSTEAD)}]")


EXTENSION = re.compile(r"[0-9]{3,}x[0-9]+")
"""What is left of a telephone number with an extension."""


def fold(text: str) -> str:
    """Fold case, accents and look-alike characters, so that résumé and Resume are one word."""
    if text.isascii():
        return text.lower()
    plain = LEFT_OUT.sub("", unicodedata.normalize("NFKD", text.casefold()))
    if plain.isascii():
        return plain.lower()
    plain = _UNDIVIDED.sub(lambda found: TYPED_INSTEAD[found.group()], plain)
    return unicodedata.normalize("NFC", plain).casefold()


def words_of(text: str) -> list[str]:
    """Split a text into folded words, without addresses; writing without spaces becomes pairs of characters."""
    return plain_words(blank(text))


def plain_words(text: str) -> list[str]:
    """Split a text that is mended already (`blank`), or a piece of one from white space to white space."""
    folded = fold(text)
    pattern = word_pattern(folded)
    if pattern is ASCII_WORD or not UNSPACED.search(folded):
        return pattern.findall(folded)
    words, place = list[str](), 0
    for run in UNSPACED.finditer(folded):
        words += pattern.findall(folded[place : run.start()]) + character_pairs(run.group())
        place = run.end()
    return words + pattern.findall(folded[place:])


def word_pattern(folded: str) -> re.Pattern[str]:
    """Give the pattern of words for a folded text, the quickest that will do."""
    if folded.isascii():
        return ASCII_WORD
    return INDIC_WORD if INDIC.search(folded) else WORD


def character_pairs(run: str) -> list[str]:
    """Cut a run of writing without spaces into overlapping pairs of characters."""
    return [a + b for a, b in pairwise(run)] or [run]


def hash_word(word: str) -> int:
    """Hash one word to 64 bits, the same everywhere; `u.s` and `us` are one word."""
    plain = word.replace(".", "") if "." in word and all(len(part) == 1 for part in word.split(".")) else word
    return int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), "little")


word_hash = lru_cache(maxsize=20_000)(hash_word)


def pair_hashes(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix the hashes of two neighbours into one; the order matters (the finaliser of splitmix64)."""
    mixed = (left ^ np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xFF51AFD7ED558CCD) + right
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def pair_hash(left: int, right: int) -> int:
    """Mix two hashes like `pair_hashes`; plain numbers are quicker one by one."""
    mixed = ((left ^ 0x9E3779B97F4A7C15) * 0xFF51AFD7ED558CCD + right) & _64_BITS
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _64_BITS
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _64_BITS
    return mixed ^ mixed >> 31


_64_BITS = 2**64 - 1


def sequence_hash(words: Sequence[str]) -> int:
    """Hash one word, a pair or a longer phrase; a pair hashes like the pair met in running text."""
    return reduce(pair_hash, map(word_hash, words))


@dataclass(frozen=True, eq=False)
class TextRules:
    """What counts as a term: stop words by language, names of skills by alias, and what repeats count.

    A word that stood within the last `repeat_window` words is not counted again. The first `headline_words`
    of a resume, where people say what they are, count `headline_mentions` times more.
    """

    stop_words: dict[str, frozenset[str]]
    label_by_alias: dict[str, str]
    repeat_window: int
    headline_words: int = 0
    headline_mentions: int = 0
    compound_parts: frozenset[str] = frozenset()

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]]:
        """Find written forms of two words and more by their first two words."""
        table: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        for written, label in self.forms.items():
            if len(written) > 1 and not self._is_met_as_pair(written, label):
                table.setdefault(written[:2], []).append((written, label))
        return table

    @cached_property
    def phrase_starts(self) -> tuple[frozenset[str], frozenset[str], NDArray[np.uint64]]:
        """List the words that phrases begin with, those that come second, and the hashes of both, ascending."""
        hashes = np.array(sorted(sequence_hash(start) for start in self.phrases), np.uint64)
        firsts, seconds = zip(*self.phrases, strict=True) if self.phrases else ((), ())
        return frozenset(firsts), frozenset(seconds), hashes

    @cached_property
    def named_hashes(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64], list[str]]:
        """List terms that go by another name: hashes (ascending), the hashes they stand for, and the names.

        A skill of two words stays a pair of words under its own name: as a single term of its own it judged
        public resumes and adverts worse (nDCG@10 .751 instead of .770 on one set of three).
        """
        pairs = {
            sequence_hash(written): label
            for written, label in self.forms.items()
            if (len(written) == 1 or self._is_met_as_pair(written, label)) and " ".join(written) != label
        }
        ordered = sorted(pairs)
        targets = [self.term_hash(pairs[written]) for written in ordered]
        return np.array(ordered, np.uint64), np.array(targets, np.uint64), [pairs[key] for key in ordered]

    @cached_property
    def target_by_hash(self) -> dict[int, int]:
        """Find the hash that a term which goes by another name stands for."""
        written, targets, _ = self.named_hashes
        return dict(zip(written.tolist(), targets.tolist(), strict=True))

    def named(self, term: int) -> int:
        """Give the hash a term goes by: that of the skill it is an alias of, or its own."""
        return self.target_by_hash.get(term, term)

    @cached_property
    def stop_bits_by_word(self) -> dict[str, int]:
        """Say in which languages a word is a stop word, one bit each."""
        bits: dict[str, int] = {}
        for number, language in enumerate(LANGUAGES):
            for word in self.stop_words.get(language, ()):
                bits[word] = bits.get(word, 0) | 1 << number
        return bits

    def language_of(self, words: Iterable[str]) -> int:
        """Tell the language of a text as its bit, by the stop words it uses most; 0 if they are too few."""
        met = [bits for word in words if (bits := self.stop_bits_by_word.get(word))]
        counts = [sum(bits >> number & 1 for bits in met) for number in range(len(LANGUAGES))]
        most = max(counts)
        return 1 << counts.index(most) if most >= LEAST_STOP_WORDS else 0

    def compound_terms(self, word: str, language: int) -> list[tuple[str, ...]]:
        """Give the parts of a German compound, and the pairs they make.

        Where the language is not told (0), every part must be listed; in other languages there are none.
        """
        if not self.compound_parts or language not in (0, GERMAN):
            return []
        found = split_compound(word, self.compound_parts, is_german=language == GERMAN)
        parts = [part for part in found if self.is_term(part) and not self.is_stop_word(part, GERMAN)]
        return [(part,) for part in parts] + list(pairwise(parts))

    def term_hash(self, label: str) -> int:
        """Hash a canonical label the way running text gives it."""
        return sequence_hash(self._words_by_label.get(label) or words_of(label) or [label])

    def canonical(self, written: str) -> str:
        """Give the label a written form stands for, or the written form itself, folded."""
        return self.label_of(tuple(words_of(written)))

    def label_of(self, words: tuple[str, ...]) -> str:
        """Give the label that words in running text stand for."""
        return self.forms.get(words, " ".join(words))

    @cached_property
    def longest_form(self) -> int:
        """Say of how many words the longest written form is made."""
        return max((len(words) for words in self.forms), default=1)

    def is_term(self, word: str) -> bool:
        """Say whether a word can be a term in some language: no number, no lone letter, no rubbish."""
        if len(word) == 1:
            return word in CODE_LETTERS or word >= FIRST_UNSPACED
        return len(word) <= LONGEST_WORD and not word.isdigit() and not EXTENSION.fullmatch(word)

    def is_stop_word(self, word: str, languages: int = 1) -> bool:
        """Say whether a word is a stop word in one of the languages given as bits (English if none)."""
        return bool(self.stop_bits_by_word.get(word, 0) & languages)

    @cached_property
    def forms(self) -> dict[tuple[str, ...], str]:
        """Find the label of a skill by its written form, as folded words."""
        forms = {tuple(words_of(alias)): label for alias, label in self.label_by_alias.items()}
        forms.update({words: label for label, words in self._words_by_label.items()})
        return {words: label for words, label in forms.items() if words}

    @cached_property
    def _words_by_label(self) -> dict[str, tuple[str, ...]]:
        return {label: tuple(words_of(label)) for label in dict.fromkeys(self.label_by_alias.values())}

    def _is_met_as_pair(self, written: tuple[str, ...], label: str) -> bool:
        if len(written) != 2 or self._words_by_label[label] != written:
            return False
        return all(self.is_term(word) and word not in self.stop_bits_by_word for word in written)
