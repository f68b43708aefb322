"""The wheel: it carries everything the checkout uses, and works in an empty environment from an empty folder."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.promises.source_tree import CHECKOUT, kept_files

# Where the folders of the checkout lie in the wheel.
SHIPPED = {
    "talentpool/": "talentpool/",
    "jobs/": "jobs/",
    "config/": "talentpool/config/",
    "migrations/": "talentpool/migrations/",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=CHECKOUT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel, and our packages without the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-deps", "--no-index", wheel)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # A folder named here is searched, but its own .pth files, which would lead to the checkout, are not read.
    (Path(site) / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def run(*command: str | Path, cwd: Path | None = None, environ: dict[str, str] | None = None) -> str:
    """Run a program to its end and give what it printed; fails with what it said."""
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_every_file_of_the_product(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        there + name.removeprefix(here)
        for name in kept_files()
        for here, there in SHIPPED.items()
        if name.startswith(here)
    }
    assert len(expected) > 30
    assert not expected - carried
    assert any(name.endswith("licenses/LICENSE") for name in carried)


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"talentpool", "jobs"}


def test_the_installed_command_helps_and_sets_up_from_an_empty_folder(
    installed: Path, tmp_path: Path
) -> None:
    empty, data = tmp_path / "empty", tmp_path / "data"
    empty.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TALENTPOOL_", "PYTHON"))}
    environ = kept | {"XDG_DATA_HOME": str(data), "HOME": str(tmp_path)}
    found = run(
        installed / "python",
        "-c",
        "import talentpool; print(talentpool.__file__)",
        cwd=empty,
        environ=environ,
    )
    assert str(CHECKOUT) not in found
    assert "init" in run(installed / "talentpool", "--help", cwd=empty, environ=environ)
    assert "http" in run(installed / "talentpool", "init", cwd=empty, environ=environ)
    assert not list(empty.iterdir())
    assert list((data / "talentpool").glob("*.db"))


def test_the_installed_command_measures_itself(installed: Path, tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TALENTPOOL_", "PYTHON"))}
    environ = kept | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    told = run(
        installed / "talentpool", "benchmark", "--candidates", "50", "--json", cwd=tmp_path, environ=environ
    )
    assert json.loads(told)["candidates"] == 50
    assert not list(tmp_path.glob("talentpool-*"))
