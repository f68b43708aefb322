"""What keeps a draft from being posted."""

import pytest

from talentpool.roles.models import RequirementImportance
from talentpool.roles.posting import RequirementDraft, RoleDraft, role_problems


def test_a_title_and_a_text_are_enough() -> None:
    assert role_problems(RoleDraft(title="Nurse", text="Night shifts in intensive care.")) == {}


def test_key_words_will_do_for_a_text() -> None:
    wanted = RequirementDraft(any_of=("kubernetes",), importance=RequirementImportance.IMPORTANT)
    assert role_problems(RoleDraft(title="SRE", text="", requirements=(wanted,))) == {}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (RoleDraft(title=" ", text="x"), "title"),
        (RoleDraft(title="x" * 201, text="x"), "title"),
        (RoleDraft(title="x", text="\n"), "text"),
        (RoleDraft(title="x", text="x" * 100_001), "text"),
        (RoleDraft(title="x", text="x", pay_from=2, pay_to=1), "pay_from"),
        (RoleDraft(title="x", text="x", country="Germany"), "country"),
        (RoleDraft(title="x", text="x", country="ßß"), "country"),
        (RoleDraft(title="x", text="x", place="x" * 321), "place"),
        (RoleDraft(title="x", text="x", requisition_code="x" * 161), "requisition_code"),
    ],
)
def test_each_wrong_field_is_named_with_a_sentence(draft: RoleDraft, field: str) -> None:
    problems = role_problems(draft)
    assert list(problems) == [field]
    assert problems[field].endswith(".")
