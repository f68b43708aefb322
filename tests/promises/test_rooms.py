"""The rooms of the house: what lies at the top, what a module may be called, who may import whom."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.promises.source_tree import CHECKOUT, kept_files, product_sources

TOP_FOLDERS = {"config", "migrations", "jobs", "notebooks", "talentpool", "tests", "docs", ".ci", ".github"}
TOP_FILES = {
    "pyproject.toml",
    "requirements.txt",
    "Makefile",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    ".dockerignore",
}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "service", "misc"}


def test_imports_go_down_only() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


def test_the_top_level_holds_only_what_has_its_place_there() -> None:
    files = kept_files()
    folders = {name.split("/")[0] for name in files if "/" in name}
    assert {"talentpool", "tests"} <= folders
    assert folders <= TOP_FOLDERS
    assert {name for name in files if "/" not in name} <= TOP_FILES


def test_no_module_is_named_after_nothing() -> None:
    sources = product_sources()
    names = {part for source in sources for part in source.path.removesuffix(".py").split("/")}
    assert "settings" in names
    assert not {name for name in names if set(name.split("_")) & EMPTY_WORDS}


def test_every_room_has_its_place_in_the_order() -> None:
    contract = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][
        0
    ]
    placed = {
        room.strip("() ") for layer in contract["layers"] for room in layer.replace(":", "|").split("|")
    }
    rooms = {source.room for source in product_sources()} - {"jobs", "__init__", "__main__"}
    assert rooms
    assert rooms <= placed
