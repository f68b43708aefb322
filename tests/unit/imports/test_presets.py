"""Presets say what headers leave open: recognised by names only their system writes, or asked for."""

from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.imports.mapping_file import ChosenMapping
from talentpool.imports.preparation import ImportOptions, recognise_file
from talentpool.imports.presets import choose_preset, load_presets, with_preset
from talentpool.imports.recognise_columns import recognise_columns
from talentpool.imports.vocabulary import load_vocabulary
from talentpool.settings import config_folder

VOCABULARY = load_vocabulary(config_folder())
PRESETS = load_presets(config_folder())


def test_a_preset_is_recognised_by_the_header_however_it_is_spelt() -> None:
    header = ["full name", " archive reason ", "Archive_Date", "Origin"]
    preset = choose_preset(header, PRESETS, asked_for=None)
    assert preset and preset.code == "lever"
    assert choose_preset(header, PRESETS, asked_for="none") is None
    assert choose_preset(["Name", "Email"], PRESETS, asked_for=None) is None


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_each_preset_means_fields_that_exist_for_the_headers_it_is_known_by(preset: object) -> None:
    assert preset in PRESETS
    header = sorted({*preset.mapping.columns, *preset.positions})  # type: ignore[attr-defined]
    chosen = with_preset(preset, ChosenMapping(), header)  # type: ignore[arg-type]
    recognise_columns(header, [], VOCABULARY, chosen=chosen.columns)


def test_a_preset_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InvalidInputError, match="no preset 'taleo'; there are bullhorn_candidates"):
        choose_preset(["Name"], PRESETS, asked_for="taleo")


def test_linkedins_columns_count_by_their_places(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "A;B;C;D;E;F;G;H;I;J;K\nAna;Berg;ana@example.org;;Nurse;Clinic;Bonn;Replied;Kind;all;x\n", "utf-8"
    )
    known = recognise_file(path, ImportOptions(preset="linkedin_recruiter"))
    fields = [column.field for column in known.mapping.columns]
    assert fields[:5] == ["first_name", "last_name", "email", "phone", "headline"]
    assert fields[7] == "stage"


def test_what_somebody_chose_goes_before_the_preset(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Full-Name,Archive-Reason,Archive-Date,Origin\nAna,Hired,,\n", "utf-8")
    mine = ChosenMapping(columns={"Archive-Reason": "notes"})
    known = recognise_file(path, ImportOptions(mapping=mine))
    assert known.preset and known.preset.name == "Lever"
    assert [column.field for column in known.mapping.columns][:2] == ["full_name", "notes"]
