"""One person is recognised, two are never made one: keys of addresses, numbers and pages, and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.candidates.identity import (
    email_key,
    find_addresses,
    fold_name,
    is_personal_page,
    is_role_address,
    names_go_together,
    phone_key,
    share_a_name,
    url_key,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana.Ruiz@Example.ORG", "ana.ruiz@example.org"),
        ("jane.doe+jobs@gmail.com", "janedoe@googlemail.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
    ],
)
def test_two_spellings_of_one_address_compare_equal(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana.ruiz@example.org", "anaruiz@example.org"), ("ana+1@example.org", "ana@example.org")],
)
def test_dots_and_labels_count_where_the_provider_counts_them(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


def test_addresses_are_found_in_whatever_surrounds_them() -> None:
    text = 'Ana <ana@example.org>; mailto:b@example.com, "c@example.net", not@valid, ana@example.org'
    assert find_addresses(text) == ["ana@example.org", "b@example.com", "c@example.net"]


@pytest.mark.parametrize(
    "written", ["+49 30 901820", "0049 30 901820", "030/901820", "(030) 90 18 20", "+49 (0)30 90-18-20"]
)
def test_one_number_in_many_spellings_compares_equal(written: str) -> None:
    assert phone_key(written, "DE") == "+4930901820"


@pytest.mark.parametrize("written", ["", "n/a", "12345", "1234567890123456789012"])
def test_what_is_no_number_has_no_key(written: str) -> None:
    assert phone_key(written, "DE") is None


@pytest.mark.parametrize(
    "written", ["https://www.linkedin.com/in/Ana-Ruiz/", "de.linkedin.com/in/ana-ruiz?x=1"]
)
def test_one_page_in_many_spellings_compares_equal(written: str) -> None:
    assert url_key(written) == "linkedin.com/in/ana-ruiz"


@pytest.mark.parametrize("written", ["", "none", "see resume", "http://[broken"])
def test_what_is_no_page_has_no_key(written: str) -> None:
    assert url_key(written) is None


def test_a_company_page_says_nothing_about_who_somebody_is() -> None:
    assert not is_personal_page("example.org")
    assert is_role_address("jobs@example.org")
    assert not is_role_address("ana@example.org")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Ruiz", "Ruiz, Ana"),
        ("Ana Lucía Ruiz", "ana ruiz"),
        ("Jürgen Müller", "Juergen Mueller"),
        ("J. Müller", "Jana Müller"),
        ("Dr. Jana Müller", "Jana Müller"),
        ("", "Jana Müller"),
    ],
)
def test_names_of_one_person_go_together(one: str, other: str) -> None:
    assert names_go_together(one, other)
    assert names_go_together(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria Rossi", "Mario Rossi"),
        ("Jan Müller", "Jana Müller"),
        ("Ana Ruiz", "Ana Perez"),
        ("Tom Smith", "Tim Smith"),
        ("A", "Ana Ruiz"),
    ],
)
def test_names_of_two_people_do_not_go_together(one: str, other: str) -> None:
    assert not names_go_together(one, other)
    assert not names_go_together(other, one)


def test_somebody_who_married_still_shares_a_name() -> None:
    assert share_a_name("Ana Ruiz", "Ana Schmidt")
    assert share_a_name("Å Ö", "å ö")
    assert not share_a_name("Ana Ruiz", "Tom Schmidt")


@given(st.text(max_size=60))
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)
