"""Settings of the matcher: complete or refused by name."""

import shutil
import tomllib
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.matching.settings import load_matching_settings
from tests.unit.matching.builders import CONFIG, SETTINGS

FILES = (
    "matching.toml",
    "skills.toml",
    "stop_words.toml",
    "compounds.toml",
    "requirement_words.toml",
    "advert_language.tsv",
)


def copied(folder: Path) -> Path:
    for name in FILES:
        shutil.copy(CONFIG / name, folder)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_files_give_what_the_engine_needs() -> None:
    assert len(SETTINGS.label_by_alias) >= 300
    assert set(SETTINGS.stop_words) == {"en", "de", "fr", "es"}
    assert SETTINGS.signals.replied == 0
    assert SETTINGS.advert_share_by_label["experience"] > 0.5


def test_no_two_skills_share_a_wording_and_none_is_a_stop_word() -> None:
    rules = SETTINGS.text
    for label in set(SETTINGS.label_by_alias.values()):
        assert rules.canonical(label) == label
    for alias, label in SETTINGS.label_by_alias.items():
        assert rules.canonical(alias) == label
        assert alias not in rules.stop_bits_by_word


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("matching.toml", "title_weight", "title_wait", "title_wait, title_weight"),
        ("matching.toml", "[bands]", "[bonds]", r"table \[bands\]"),
        ("matching.toml", "replied = 0.0", "replied = -1.0", "replied: -1.0"),
        ("matching.toml", "replied = 0.0", "replied = true", "replied: True"),
        ("matching.toml", "replied = 0.0", "replied =", "matching.toml"),
        ("skills.toml", '"k8s"', '"js"', "'js' stands for both"),
        ("requirement_words.toml", "[papers]", "[paper]", r"\[papers\] needs the lists"),
        ("requirement_words.toml", "[languages]", "[tongues]", r"table \[languages\]"),
        ("advert_language.tsv", "0.8693", "8693", "line 2: '8693"),
    ],
)
def test_wrong_settings_are_refused_by_name(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    change(copied(tmp_path) / name, old, new)
    with pytest.raises(InvalidInputError, match=message):
        load_matching_settings(tmp_path)


def test_every_field_of_work_has_its_aliases() -> None:
    with (CONFIG / "skills.toml").open("rb") as file:
        fields = tomllib.load(file)
    aliases = {field: sum(map(len, names.values())) for field, names in fields.items()}
    assert aliases.keys() >= {
        "engineering",
        "data",
        "finance",
        "health",
        "sales",
        "trades",
        "law",
        "education",
    }
    assert min(aliases.values()) >= 30


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (copied(tmp_path) / "skills.toml").unlink()
    with pytest.raises(InvalidInputError, match="skills.toml"):
        load_matching_settings(tmp_path)


def test_only_what_changes_terms_or_lengths_makes_an_index_outdated(tmp_path: Path) -> None:
    change(copied(tmp_path) / "matching.toml", "stage = 0.020", "stage = 0.5")
    assert load_matching_settings(tmp_path).fingerprint == SETTINGS.fingerprint
    change(tmp_path / "skills.toml", '"k8s"', '"k8s", "kubernetis"')
    assert load_matching_settings(tmp_path).fingerprint != SETTINGS.fingerprint
