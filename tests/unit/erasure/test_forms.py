"""However somebody is written down, the search recognises them; and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.erasure.forms import address_forms, long_words, name_forms, number_form, word_form
from talentpool.erasure.searching import Quarry, quarry_of

ME = 7
LETTERS = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=2, max_size=9)


def seeker(*, name: str = "", address: str = "", number: str = "", word: str = "", others: int = 0) -> Quarry:
    """Look for one thing, alone or among so many others that texts are taken apart first."""
    forms = name_forms(ME, name) if name else []
    forms += address_forms(ME, address) if address else []
    forms += [number_form(ME, number)] if number else []
    forms += [word_form(ME, word)] if word else []
    forms += [word_form(100 + each, f"nobodyhasthis{each:03d}word") for each in range(others)]
    return quarry_of(forms, [(ME, number)] if number else [])


@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Özlem Çelik", "Spoke to ÖZLEM ÇELİK".replace("İ", "I")),
        ("Özlem Çelik", "she is O\u0308zlem C\u0327elik"),
        ("Özlem Çelik", "ozlem celik was good"),
        ("Jörg Größmann", "Joerg Groessmann called"),
        ("Jörg Größmann", "“JÖRG GRÖSSMANN”"),
        ("Ana Ruizdottir", "Ruizdottir, Ana: great"),
        ("Ana Ruizdottir", "cv_ana_ruizdottir.pdf"),
        ("Ana Ruizdottir", "q=Ana+Ruizdottir&page=2"),
        ("Ana Ruizdottir", "q=ana%20ruizdottir"),
        ("Özlem Çelik", "q=%C3%96zlem+%C3%87elik".replace("+", "%20")),
        ("Ольга Ильина", "это ОЛЬГА ИЛЬИНА"),
    ],
)
def test_a_name_is_recognised_however_it_is_written(name: str, text: str, others: int) -> None:
    assert seeker(name=name, others=others).find(text) == {(ME, name)}


@pytest.mark.parametrize("text", ["banana ruizdottirs", "Ana and Bo Ruizdottir", "anaruizdottir", "Ana. Bo."])
def test_a_name_within_other_words_is_not_theirs(text: str) -> None:
    assert seeker(name="Ana Ruizdottir").find(text) == set()


@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    "text",
    [
        "write to Ann.Lee@Example.org.",
        "<ann.lee@example.org>",
        "ann.lee [at] example.org",
        "ann.lee (at) example (dot) org",
        "ann.lee at example dot org",
        "?to=ann.lee%40example.org&x=1",
    ],
)
def test_an_address_is_recognised_where_it_is_spelt_or_hidden(text: str, others: int) -> None:
    assert seeker(address="ann.lee@example.org", others=others).find(text)


@pytest.mark.parametrize(
    "text",
    ["joann.lee@example.org", "ann.lee@example.organic", "ann.lee met example.org", "x-ann.lee@example.org"],
)
def test_another_address_is_not_theirs(text: str) -> None:
    assert seeker(address="ann.lee@example.org").find(text) == set()


@pytest.mark.parametrize(
    "text", ["+49 30 5550 1234", "0049 30/5550-1234", "(030) 55 50 12 34", "tel:+493055501234", "03055501234"]
)
def test_a_number_is_recognised_however_it_is_grouped(text: str) -> None:
    assert seeker(number="+493055501234").find(f"Call {text}, please") == {(ME, "+493055501234")}


def test_other_numbers_are_not_theirs() -> None:
    assert seeker(number="+493055501234").find("+49 30 5550 1235, 2025-03-05, 55501234567") == set()


def test_a_word_is_found_whole_only() -> None:
    assert seeker(word="klagenfurter").find("Der KLAGENFURTER, gut")
    assert not seeker(word="klagenfurter").find("klagenfurterisch")


def test_the_longest_words_are_chosen_once_each() -> None:
    assert long_words(["Klagenfurt Ran kubernetes", "KLAGENFURT"], 3) == ["klagenfurt", "kubernetes"]


@given(st.lists(LETTERS, min_size=2, max_size=3), st.sampled_from([str.upper, str.lower, str.title, str]))
def test_any_name_is_recognised_in_any_case(parts: list[str], case: object) -> None:
    """Letters that change when they are put in capitals and back (ı, ſ, ŉ) are left out: nobody writes a name so."""
    name = " ".join(part for part in parts if part.lower() == part.upper().lower())
    if len(name.split()) < 2:
        return
    assert seeker(name=name).find(f"see {case(name)}!")  # type: ignore[operator]
