"""The project's own files: dependencies with reasons, nothing of any one machine, no address of an index."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.promises.source_tree import CHECKOUT, kept_files

MACHINE_PATHS = re.compile(
    r"""(?<![\w.-])/(?:home|Users)/(?!you\b)[a-z]\w*/ | (?<![\w.-])/root/ | (?<![\w.-])/work/ | [A-Z]:\\\\Users\\""",
    re.VERBOSE,
)
INDEX_ADDRESSES = re.compile(
    r"(?:--|\b)(?:extra-)?index[-_]url\b|find[-_]links\b|pypi\.org/simple|/simple/|PIP_INDEX"
)
PINNED = re.compile(r"^[a-z0-9][\w.\[\]-]*==\S+( ; .+)? \\$")


def texts() -> dict[str, str]:
    """Read every text file of the project but this one, which names what must not be named."""
    found = {}
    for name in kept_files():
        if name == "tests/promises/test_project_files.py":
            continue
        content = (CHECKOUT / name).read_bytes()
        if b"\0" not in content:
            found[name] = content.decode("utf-8")
    return found


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (CHECKOUT / "pyproject.toml").read_text().splitlines()
    dependencies = [line for line in lines if re.match(r'\s+"[\w\[\]-]+[<>=~]=?\S*",', line)]
    dependencies += [line for line in lines if re.match(r'(?!requires)\w+ = \["[\w-]+[<>]=', line)]
    project = tomllib.loads("\n".join(lines))
    named = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    named += [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
    assert len(dependencies) == len(named) > 20
    assert not [line for line in dependencies if not re.search(r"[\],]\s+# \S.+", line)]


def test_no_file_names_a_place_on_one_machine() -> None:
    found = texts()
    assert len(found) > 10
    assert not {
        name for name, text in found.items() if MACHINE_PATHS.search(text) or str(CHECKOUT) + "/" in text
    }


@pytest.mark.parametrize("path", ["see /root/x", "/work/there", 'in "/home/ann/x"'])
def test_a_place_on_one_machine_would_be_found(path: str) -> None:
    assert MACHINE_PATHS.search(path)


def test_no_file_names_the_address_of_an_index() -> None:
    assert not {name for name, text in texts().items() if INDEX_ADDRESSES.search(text)}
    assert INDEX_ADDRESSES.search("--extra-index-url")


LOCK_FILES = (CHECKOUT / "requirements.txt", CHECKOUT / "config" / "deployment" / "requirements.txt")


@pytest.mark.parametrize("lock", LOCK_FILES, ids=["all work", "a server"])
def test_a_lock_file_pins_every_package_with_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text())[1:]
    assert len(entries) > 50
    assert not [
        entry for entry in entries if not PINNED.match(entry.splitlines()[0]) or "--hash=sha256:" not in entry
    ]


def test_the_lock_files_hold_every_dependency_and_a_server_gets_no_tool() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    needed = named_in(project["project"]["dependencies"])
    tools = named_in(project["dependency-groups"]["dev"]) - needed
    everything, server = ({pin.split("==")[0].split("[")[0] for pin in pins_of(lock)} for lock in LOCK_FILES)
    assert needed | tools <= everything
    assert needed <= server
    assert not tools & server


def test_a_server_runs_the_versions_that_were_tested() -> None:
    tested, server = (pins_of(lock) for lock in LOCK_FILES)
    assert server <= tested


def named_in(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~]", each)[0].lower() for each in requirements}


def pins_of(lock: Path) -> set[str]:
    return {line.split(" ")[0] for line in lock.read_text().splitlines() if "==" in line}


def test_every_task_says_what_it_does() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    promised = {
        "help",
        "env",
        "demo",
        "test",
        "test-long",
        "test-pythons",
        "lint",
        "format",
        "types",
        "rooms",
    }
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))
    assert promised | {"lock", "wheel", "clean"} <= explained


def test_continuous_integration_runs_what_we_run() -> None:
    assert "make test" in (CHECKOUT / ".ci" / "run").read_text()
    workflow = (CHECKOUT / ".github" / "workflows" / "ci.yml").read_text()
    assert "bash .ci/run" in workflow
    assert "make test-pythons" in workflow


def test_documents_point_only_at_files_that_exist() -> None:
    pointed = [
        (name, target)
        for name, text in texts().items()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if not target.startswith(("http:", "https:", "mailto:"))
    ]
    assert pointed
    assert not [
        (name, target) for name, target in pointed if not (CHECKOUT / name).parent.joinpath(target).exists()
    ]
