"""A name as words that can be compared: in Latin letters, without titles and generations, and as they sound.

Order, accents, titles, umlauts and scripts do not count.
"""

import re
from functools import lru_cache

from talentpool.candidates.identity_rules import fold, identity_rules, without_umlauts

LONGEST_NAME = 320
_NOT_A_WORD = re.compile(r"[^\w]+", re.ASCII)
_DOUBLED = re.compile(r"(.)\1+")
# Cyrillic after folding (й is и by then); close to how most passports spell it.
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ie", "ж": "zh", "з": "z",
        "и": "i", "й": "i", "і": "i", "ї": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
        "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
# How languages spell one sound, longest first: Schewtschenko, Shevchenko, Chevtchenko.
_SOUNDS = (
    ("schtsch", "sc"), ("shch", "sc"), ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("sh", "s"), ("sz", "s"),
    ("zh", "z"), ("cz", "c"), ("ch", "c"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ts", "c"), ("tz", "c"),
    ("ks", "x"), ("ou", "u"), ("w", "v"), ("y", "i"), ("j", "i"),
)  # fmt: skip


def fold_name(name: str) -> str:
    """Give a name for search and comparison: lower case, no accents, single spaces.

    >>> fold_name("  Müller,  Anna-Lena ")
    'muller anna lena'
    """
    words = fold(name).replace("'", "").replace("’", "")
    if not words.isascii():
        return " ".join(re.sub(r"[^\w]+", " ", words).split())[:LONGEST_NAME]
    return _NOT_A_WORD.sub(" ", words).strip()[:LONGEST_NAME]


@lru_cache(maxsize=65536)
def name_words(name: str) -> tuple[str, ...]:
    """Give the words of a name in Latin letters, given name first, without titles and generations.

    >>> name_words("Dr. Müller, Jürgen"), name_words("Юрий Шевченко")
    (('jurgen', 'muller'), ('iurii', 'shevchenko'))
    """
    return tuple(word for word in all_words(name) if not is_generation(word))


@lru_cache(maxsize=65536)
def all_words(name: str) -> tuple[str, ...]:
    """Give the words of a name as `name_words` does, with junior and senior."""
    titles = identity_rules().titles
    family, comma, given = name.partition(",")
    if comma and given.strip() and "," not in given and not is_generation(fold_name(given)):
        name = f"{given} {family}"
    latin = fold_name(name).translate(_CYRILLIC)
    words = map(without_umlauts, latin.split())
    return tuple(word for word in words if word and word not in titles)


def is_generation(word: str) -> bool:
    """Say whether a word tells parent and child apart."""
    return word in identity_rules().younger or word in identity_rules().older


@lru_cache(maxsize=65536)
def sound_of(word: str) -> str:
    """Give a word of a name as it sounds, so that spellings of other languages compare equal.

    >>> {sound_of(word) for word in ("schewtschenko", "shevchenko")}, sound_of("iurii"), sound_of("jurij")
    ({'sevcenko'}, 'iuri', 'iuri')
    """
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    word = _DOUBLED.sub(r"\1", word)
    return "e" + word[2:] if word.startswith("ie") else word
