"""What stands in the form of a role: chips follow the text until the recruiter decides about them."""

import pytest
from werkzeug.datastructures import MultiDict

from talentpool.matching.brief import Importance, Requirement, propose_requirements
from talentpool.roles.models import RequirementImportance
from talentpool.web.forms.role_form import LEFT_OUT, Chip, RoleForm, read_role_form
from tests.unit.matching.builders import SETTINGS


def proposed(*words: str) -> list[Requirement]:
    return [Requirement(any_of=(word,), importance=Importance.IMPORTANT) for word in words]


def read(*pairs: tuple[str, str]) -> RoleForm:
    return read_role_form(MultiDict(pairs), readable=str)


def test_chips_nobody_touched_follow_the_text() -> None:
    form = RoleForm().with_proposals(proposed("kubernetes", "go")).with_proposals(proposed("kubernetes"))
    assert [chip.words for chip in form.chips] == ["kubernetes"]


def test_a_chip_the_recruiter_changed_stays_when_the_text_changes() -> None:
    chip = Chip(words="kubernetes", choice=LEFT_OUT, proposed="important")
    form = RoleForm(chips=(chip,)).with_proposals(proposed("kubernetes", "go"))
    assert [(one.words, one.choice) for one in form.chips] == [("kubernetes", LEFT_OUT), ("go", "important")]
    assert [one.words for one in form.with_proposals([]).chips] == ["kubernetes"]


def test_what_was_struck_out_is_not_required() -> None:
    form = RoleForm(
        title="Engineer",
        chips=(Chip(words="go", choice=LEFT_OUT), Chip(words="terraform or pulumi", choice="filter")),
    )
    [required] = form.draft(office_id=None).requirements
    assert required.any_of == ("terraform", "pulumi")
    assert required.importance is RequirementImportance.FILTER


@pytest.mark.parametrize(
    ("words", "any_of"),
    [
        ("terraform or pulumi", ("terraform", "pulumi")),
        ("TypeScript/JavaScript", ("TypeScript", "JavaScript")),
        ("SAP, DATEV", ("SAP", "DATEV")),
        ("CI/CD", ("CI/CD",)),
        ("CI/CD or Jenkins", ("CI/CD", "Jenkins")),
        ("Node.js", ("Node.js",)),
        ("oracle", ("oracle",)),
    ],
)
def test_any_of_several_words_is_written_as_people_write_it(words: str, any_of: tuple[str, ...]) -> None:
    assert Chip(words=words, choice="important").any_of == any_of


def test_the_same_thing_twice_is_one_chip_and_the_last_word_counts() -> None:
    form = read(
        ("words", "Go"),
        ("choice", "important"),
        ("proposed", "important"),
        ("added_words", " go "),
        ("added_choice", "filter"),
    )
    assert [(chip.words, chip.choice) for chip in form.chips] == [("go", "filter")]


@pytest.mark.parametrize("choice", ["", "everything", "<script>"])
def test_a_choice_we_do_not_know_is_important(choice: str) -> None:
    assert read(("added_words", "go"), ("added_choice", choice)).chips[0].choice == "important"


def test_what_was_typed_is_cleaned_and_a_manager_is_a_number() -> None:
    form = read(("title", "Plat\x00form"), ("hiring_manager", "7"), ("country", " pt "))
    assert (form.title, form.hiring_manager_id, form.country) == ("Platform", 7, "pt")
    assert read(("hiring_manager", "²")).hiring_manager_id is None
    assert read().is_empty


@pytest.mark.parametrize(
    "line",
    ["AWS, Azure or GCP", "Jenkins or CI/CD", "BS or MS in Physics, Chemistry, Biology or Mathematics"],
)
def test_what_was_proposed_with_several_wordings_comes_back_from_the_form_as_it_was(line: str) -> None:
    proposals = propose_requirements(f"Requirements\n- {line}", SETTINGS)
    [chip] = RoleForm().with_proposals(proposals).chips
    sent = read(("words", chip.words), ("choice", chip.choice), ("proposed", chip.proposed))
    [required] = sent.with_proposals(proposals).draft(office_id=None).requirements
    assert len(required.any_of) > 1
    assert required.any_of == proposals[0].any_of
