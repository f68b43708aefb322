"""How headers and cells are compared: in lower case, without accents, punctuation and camel case."""

import re
from functools import lru_cache

from talentpool.candidates.identity import fold

LONGEST_PHRASE = 400  # characters of a cell that are compared with known phrases
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def phrase_of(text: str) -> str:
    """Give a header or a cell as the words it is compared by.

    >>> phrase_of("*E-Mail"), phrase_of("massMailOptOut"), phrase_of("Grösse  (cm)"), phrase_of("phone2")
    ('e mail', 'mass mail opt out', 'grosse cm', 'phone 2')
    """
    return _phrase_of(text[:LONGEST_PHRASE])


@lru_cache(maxsize=8192)
def _phrase_of(text: str) -> str:
    return _NOT_A_WORD.sub(" ", fold(_CAMEL.sub(" ", text))).strip()
