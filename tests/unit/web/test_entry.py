"""A filled-in form: what was typed stays, what is wrong has a sentence."""

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from talentpool.web.forms.entry import Entry, cleaned


def test_a_line_is_one_line_without_stray_signs() -> None:
    assert Entry({"title": "  Senior\x00\tplatform \r\n engineer "}).line("title", "a title") == (
        "Senior platform engineer"
    )


def test_a_required_field_left_empty_is_named() -> None:
    entry = Entry({"title": "  "})
    assert entry.line("title", "a title") == ""
    assert entry.problems == {"title": "Enter a title."}


def test_too_long_a_text_is_refused_and_kept_as_typed() -> None:
    entry = Entry({"title": "x" * 400})
    entry.line("title", "a title")
    assert "320" in entry.problems["title"]
    assert len(entry["title"]) == 400


def test_only_a_value_of_the_list_can_be_chosen() -> None:
    entry = Entry({"kind": "emperor"})
    assert entry.choice("kind", "a kind of account", among={"recruiter"}) == ""
    assert entry.problems == {"kind": "Choose a kind of account from the list."}


def test_whole_numbers_may_carry_separators_and_stay_in_range() -> None:
    entry = Entry({"from": "62,000", "to": "sixty", "most": "99999999999", "none": ""})
    assert entry.whole_number("from", "the least pay") == 62000
    assert entry.whole_number("to", "the most pay") is None
    assert entry.whole_number("most", "the most pay") is None
    assert entry.whole_number("none", "nothing", required=False) is None
    assert set(entry.problems) == {"to", "most"}


def test_several_values_of_one_name_are_all_kept() -> None:
    entry = Entry(MultiDict([("word", "go"), ("word", "rust"), ("agreed", "yes")]))
    assert entry.all_of("word") == ["go", "rust"]
    assert entry["word"] == "go"
    assert entry.is_ticked("agreed")
    assert not entry.is_ticked("declined")


@given(st.text())
def test_what_is_kept_can_be_stored_and_sent(text: str) -> None:
    kept = cleaned(text)
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert cleaned(kept) == kept
