"""The quick patterns of the personal lines find what the same patterns find as one would write them down."""

import re

from hypothesis import given
from hypothesis import strategies as st

from talentpool.resumes.labels import _COLON
from talentpool.resumes.personal_lines import _EMAIL, _NUMBER

PLAIN_NUMBER = re.compile(r"(?<![\w$€£.,])[+(]?\d[\d ()./\u2010-\u2013-]{5,}\d(?!\w)")
PLAIN_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64} ?@ ?[\w-]{1,63}(?:\.[\w-]{1,63})+")
PLAIN_COLON = re.compile(r"[:\u2013\u2014=]|-(?=[ \t])|\.(?=[ \t]*[+(\d])")

numbers = st.text("0123456789+( )./-\u2013x$,\n", max_size=40)
addresses = st.text("ab1.+%-_@ \né", max_size=40) | st.builds(
    "{}{}@{}.org".format, st.text("a.", max_size=140), st.sampled_from(["", " "]), st.text("b-", max_size=70)
)
colons = st.text(":\u2013=-. \t\n+(1a", max_size=40)


def places(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(text)]


@given(numbers)
def test_numbers_are_found_where_the_plain_pattern_finds_them(text: str) -> None:
    assert places(_NUMBER, text) == places(PLAIN_NUMBER, text)


@given(addresses)
def test_addresses_are_found_where_the_plain_pattern_finds_them(text: str) -> None:
    assert places(_EMAIL, text) == places(PLAIN_EMAIL, text)


@given(colons)
def test_colons_are_found_where_the_plain_pattern_finds_them(text: str) -> None:
    assert places(_COLON, text) == places(PLAIN_COLON, text)
