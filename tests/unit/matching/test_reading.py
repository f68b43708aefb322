"""Many texts read at once: the very words that each of them has by itself, in the order in which they are met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import reading
from talentpool.matching.reading import read_words
from talentpool.matching.text import words_of

TRICKY = [
    "Résumé of a C++/C# developer: .NET, Node.js, F#, R&D, T-SQL_x e-mail",
    "write to ann @ example.org or ann.b@example.co.uk\n@home https://x.io/in/ann www.example.org/a_b",
    "salesforce.com is no address, careers.example.com is; u.s. and a.b/c",
    "call +49 (0)30 123 45 67, 2012 - 2014, x12345678 and 555-123-4567x",
    "日本語のテキスト and Straße, ΣΊΣΥΦΟΣ, ﬁnance… ½ cup\u00a0of\u2028tea",
    "two\x00parts \ud800 lone \x1c signs", "", " \n ", "c#_x c#x c++_ a.b.c .net.js k8s'S",
]  # fmt: skip
ODD = st.text(st.sampled_from("aAzé9 0.-+#&_/@:\n\t\x1cwcom日ßΣ\u0301\u00a0"), max_size=60)


def check_same(texts: list[str]) -> None:
    alone = [words_of(text) for text in texts]
    read = read_words(texts)
    assert read.lengths.tolist() == [len(words) for words in alone]
    assert [read.words[number] for number in read.numbers] == [word for words in alone for word in words]
    assert read.words == list(dict.fromkeys(word for words in alone for word in words))


def test_tricky_writing_gives_the_words_it_has_alone() -> None:
    check_same(TRICKY)
    check_same([])


@given(st.lists(st.one_of(st.text(max_size=40), ODD, st.sampled_from(TRICKY)), max_size=5))
def test_any_texts_give_the_words_they_have_alone(texts: list[str]) -> None:
    check_same(["the first", *texts])


def test_blocks_of_texts_go_on_with_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK_CHARACTERS", 50)
    check_same(TRICKY * 3)
