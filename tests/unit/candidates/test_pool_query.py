"""What is typed into the pool's search, and how it is understood."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.candidates.pool_query import (
    DEEPEST,
    LONGEST_QUERY,
    MOST_CONDITIONS,
    Condition,
    Either,
    Every,
    Mention,
    UnreadableQueryError,
    Without,
    plain_query,
    read_query,
    written,
)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("", ""),
        ("kubernetes", "kubernetes"),
        ("a AND (b OR c) AND d", "a AND (b OR c) AND d"),
        ('"machine learning" -java', '"machine learning" AND NOT java'),
        ("C++", "C++"),
        (".NET", ".NET"),
        ("C# F# node.js CI/CD", "C# AND F# AND node.js AND CI/CD"),
        ("kubernetes OR nomad", "kubernetes OR nomad"),
        ("a b OR c", "a AND (b OR c)"),
        ("a AND b OR c", "(a AND b) OR c"),
        ("a NOT b", "a AND NOT b"),
        ("NOT NOT a", "a"),
        ("a -(b OR c)", "a AND NOT (b OR c)"),
        ("e-mail anna-maria", "e-mail AND anna-maria"),
        ("rock and roll", "rock AND and AND roll"),
        (
            'stage:final_round rating>=4 place:"São Paulo"',
            'stage:final_round AND rating>=4 AND place:"São Paulo"',
        ),
        ("-has:resume", "NOT has:resume"),
        ("“head of data”", '"head of data"'),
        ("山田太郎 OR محمد", "山田太郎 OR محمد"),
    ],
)
def test_a_query_is_understood_as_it_is_meant(typed: str, understood: str) -> None:
    assert written(read_query(typed)) == understood


@pytest.mark.parametrize(
    ("typed", "position", "words"),
    [
        ("(a OR b", 8, "closing bracket for the one at sign 1"),
        ("a OR", 5, "a word, a phrase"),
        ("a OR OR b", 6, "stands “OR”"),
        ("AND a", 1, "stands “AND”"),
        ("a )", 3, "stands “)”"),
        ("()", 2, "stands “)”"),
        ('java "machine', 6, "never closed"),
        ('""', 1, "words were expected"),
        ("stage:", 1, "a value was expected"),
        ("NOT", 4, "a word, a phrase"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST + 1, "within each other"),
        ("a " * (MOST_CONDITIONS + 1), 2 * MOST_CONDITIONS + 1, "things"),
    ],
)
def test_a_query_that_cannot_be_read_says_where_and_what_was_expected(
    typed: str, position: int, words: str
) -> None:
    with pytest.raises(UnreadableQueryError, match=".") as refused:
        read_query(typed)
    assert words in str(refused.value)
    assert refused.value.position == position


@pytest.mark.parametrize("piece", ["(", "a", "a OR ", '"', "-", "NOT ", "a:b ", "((a)", "%_'\\", "\u0301"])
def test_a_query_without_end_is_refused_at_once(piece: str) -> None:
    typed = (piece * 100_000)[:100_000]
    for length in (100_000, LONGEST_QUERY):
        started = time.perf_counter()
        with contextlib.suppress(UnreadableQueryError):
            read_query(typed[:length])
        assert time.perf_counter() - started < 0.2


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["a", "OR", "AND", "NOT", "(", ")", "-", '"b c"', "x>=1"])).map(" ".join)
)
def test_whatever_is_typed_is_read_or_refused_in_one_sentence(typed: str) -> None:
    try:
        understood = written(read_query(typed))
    except UnreadableQueryError as refused:
        assert str(refused)
        return
    assert written(read_query(understood)) == understood


WORDS = st.sampled_from(["go", "c++", ".net", "rust"]).map(lambda word: Mention(wording=word))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    WORDS,
    lambda inner: (
        st.builds(lambda part: Without(part=part), inner)
        | st.builds(lambda parts: Every(parts=tuple(parts)), st.lists(inner, min_size=2, max_size=3))
        | st.builds(lambda parts: Either(parts=tuple(parts)), st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=8,
)


def holds(condition: Condition, known: set[str]) -> bool:
    match condition:
        case Mention():
            return condition.wording in known
        case Without():
            return not holds(condition.part, known)
        case Every():
            return all(holds(part, known) for part in condition.parts)
        case Either():
            return any(holds(part, known) for part in condition.parts)
    raise AssertionError(condition)


@given(CONDITIONS, st.sets(st.sampled_from(["go", "c++", ".net", "rust"])))
def test_what_is_written_out_means_what_it_was_written_from(condition: Condition, known: set[str]) -> None:
    read = read_query(written(condition))
    assert read is not None
    assert holds(read, known) == holds(condition, known)


def test_a_name_is_searched_for_whatever_signs_are_in_it() -> None:
    assert (
        written(read_query(plain_query('Ana "Bo" (Ruiz) OR stage:x')))
        == '"Ana" AND "Bo" AND "(Ruiz)" AND "OR" AND "stage:x"'
    )
