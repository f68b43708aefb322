"""The folder of the figures that page processes share: whoever is killed leaves one, the next to start clears it away."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from talentpool.cli.shared_figures import PREFIX, shared_figures

HOLD = """
import time
from talentpool.cli.shared_figures import shared_figures
with shared_figures() as folder:
    (folder / "counter_1.db").write_bytes(b"1")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for what is temporary, of this test alone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def folders(place: Path) -> list[Path]:
    return sorted(place.glob(f"{PREFIX}*"))


def test_the_folder_is_there_until_the_end_and_gone_then(place: Path) -> None:
    with shared_figures() as folder:
        assert folders(place) == [folder]
    assert folders(place) == []


def test_what_a_killed_process_left_is_cleared_away_and_what_a_living_one_has_is_not(place: Path) -> None:
    with (
        shared_figures() as living,
        subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as other,
    ):
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with shared_figures() as third:
            assert folders(place) == sorted([living, left, third])
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert (left / "counter_1.db").exists()
        with shared_figures() as fourth:
            assert folders(place) == sorted([living, fourth])


def test_a_folder_that_tells_no_owner_is_left_alone(place: Path) -> None:
    (place / f"{PREFIX}of-an-earlier-release").mkdir()
    with shared_figures():
        assert len(folders(place)) == 2
