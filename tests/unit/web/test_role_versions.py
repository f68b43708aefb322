"""Whose words hold when two people had one role open: what nobody typed over is never lost unseen."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from talentpool.web.forms.role_form import Chip, RoleForm
from talentpool.web.forms.role_versions import FIELDS, differences, prints_of, taken_over, told

lines = st.text(alphabet="ab \n", max_size=6)
forms = st.builds(
    RoleForm,
    title=lines,
    text=lines,
    place=lines,
    country=st.sampled_from(("", "pt", "PT", "DE")),
    is_remote=st.booleans(),
    hiring_manager_id=st.sampled_from((None, 3, 4)),
    chips=st.lists(
        st.builds(
            Chip,
            words=st.sampled_from(("go", "go or rust")),
            choice=st.sampled_from(("important", "left_out")),
        ),
        max_size=2,
    ).map(tuple),
)
OPENED = RoleForm(title="Platform engineer", text="Kubernetes", place="Lisbon")


@given(opened=forms, theirs=forms, mine=forms)
def test_exactly_what_they_changed_and_i_have_otherwise_is_shown(
    opened: RoleForm, theirs: RoleForm, mine: RoleForm
) -> None:
    found = {one.field: one for one in differences(prints_of(opened), theirs, mine)}
    for field in FIELDS:
        was, now, typed = (told(form)[field] for form in (opened, theirs, mine))
        assert (field in found) == (was != now != typed)
        if field in found:
            assert found[field].is_mine_touched == (was != typed)


@given(opened=forms, theirs=forms, mine=forms, data=st.data())
def test_after_choosing_nothing_is_left_to_choose(
    opened: RoleForm, theirs: RoleForm, mine: RoleForm, data: st.DataObject
) -> None:
    found = differences(prints_of(opened), theirs, mine)
    taken = data.draw(st.sets(st.sampled_from([one.field for one in found]))) if found else set()
    chosen = taken_over(mine, theirs, taken)
    assert not differences(prints_of(theirs), theirs, chosen)
    for field in FIELDS:
        assert told(chosen)[field] == told(theirs if field in taken else mine)[field]


def test_spaces_and_case_of_a_country_are_no_change() -> None:
    mine = replace(OPENED, title=" Platform  engineer", country="pt")
    assert not differences(prints_of(replace(OPENED, country="PT")), OPENED, replace(mine, country=""))


def test_a_form_without_prints_is_a_form_of_before_and_holds() -> None:
    assert not differences("", replace(OPENED, title="SRE"), OPENED)
    assert not differences("title: x:y nonsense", OPENED, OPENED)
