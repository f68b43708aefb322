"""Words as recruiters write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.postings import analyse
from talentpool.matching.text import located_words, pair_hashes, words_of
from tests.unit.matching.builders import SETTINGS

RULES = SETTINGS.text


def terms(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in analyse([text], RULES).labelled():
        counts[term.label] = counts.get(term.label, 0) + term.mentions
    return counts


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("Wrote C++ daily", "c++"),
        ("C# and WPF", "c#"),
        ("F#", "f#"),
        ("C", "c"),
        ("R, SAS", "r"),
        ("Go", "go"),
        ("the .NET framework", ".net"),
        ("ASP.NET", "asp.net"),
        ("Node.js", "node.js"),
        ("T-SQL", "t-sql"),
        ("R&D", "research and development"),
        ("Q&A", "q&a"),
        ("CI/CD pipelines", "ci/cd"),
        ("k8s", "kubernetes"),
        ("JS", "javascript"),
        ("ML", "machine learning"),
        ("Machine-Learning", "machine learning"),
        ("naïve café", "naive"),
        ("cafe\u0301", "cafe"),
        ("Straßenbau", "strassenbau"),
        ("ＳＱＬ", "sql"),
        ("Москва", "москва"),
        ("Ωμέγα", "ωμεγα"),
        ("機械学習", "機械"),
        ("機械学習", "学習"),
        ("U.S. law", "u.s"),
        ("e-commerce", "e-commerce"),
        ("plans.Follow up", "follow"),
    ],
)
def test_words_are_met_as_recruiters_write_them(written: str, term: str) -> None:
    assert term in terms(written)


@pytest.mark.parametrize(
    ("written", "no_term"),
    [
        ("googled it", "go"),
        ("JavaScript", "java"),
        ("Java", "javascript"),
        ("reach me at kafka@spark.org", "kafka"),
        ("see https://python.org/rust", "rust"),
        ("linkedin.com/in/hadoop", "hadoop"),
        ("+49 170 1234567", "1234567"),
        ("the and of with", "the"),
        ("R&D", "r"),
        ("T-SQL", "t"),
        ("in 2019", "2019"),
        ("C++", "c"),
    ],
)
def test_lookalikes_and_personal_details_are_no_terms(written: str, no_term: str) -> None:
    assert no_term not in terms(written)


def test_stop_words_follow_the_language_of_the_document() -> None:
    german = "Ich war die Leiterin und habe mit dem Team für das Projekt gearbeitet"
    assert "die" not in terms(german)
    assert "die" in terms("tool and die maker with the press for us")


def test_repeating_a_word_at_once_counts_once_and_later_again() -> None:
    assert terms("java java java java")["java"] == 1
    apart = "java one big project for some bank in the city of bonn then java"
    assert terms(apart)["java"] == 2


def test_a_person_is_not_changed_by_the_neighbour_in_the_batch() -> None:
    together = analyse(["sql java", "java sql"], RULES)
    second = together.rows == 1
    keys = together.hashes[together.terms[second]].tolist()
    alone = {term.hash: term.mentions for term in analyse(["java sql"], RULES).labelled()}
    assert dict(zip(keys, together.counts[second].tolist(), strict=True)) == alone


def test_a_pair_is_not_its_reverse() -> None:
    one = analyse(["data science"], RULES).hashes
    other = analyse(["science data"], RULES).hashes
    assert len(set(one.tolist()) & set(other.tolist())) == 2
    assert pair_hashes(one[:1], one[1:2]) != pair_hashes(one[1:2], one[:1])


@given(st.text(max_size=200))
def test_any_text_gives_terms_or_none_and_never_fails(text: str) -> None:
    found = analyse([text, text], RULES)
    assert (found.counts > 0).all()
    assert len(found.rows[found.rows == 0]) == len(found.rows[found.rows == 1])


@given(st.text(alphabet="aAéßСж北京大学ﬁ +#.-&/\n", max_size=60))
def test_located_words_stand_where_they_say(text: str) -> None:
    for word in located_words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert words_of(text[word.start : word.end])


def test_a_very_long_run_without_spaces_is_read_in_time() -> None:
    assert terms("a" * 1_000_000 + "@") == {}
