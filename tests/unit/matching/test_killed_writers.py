"""A writer killed at any moment leaves a whole index behind, and no process."""

import random
import time
from pathlib import Path

import psutil
import pytest

from talentpool.matching import artifact
from tests.unit.matching.builders import SETTINGS, make_index, make_person
from tests.unit.matching.index_writer import start_writer

MOST_KILLED = 200
LONGEST_SECONDS = 0.6
PATIENCE_SECONDS = 30


def test_killed_at_any_moment_the_index_is_whole(tmp_path: Path, rounds: int) -> None:
    make_index(tmp_path, [make_person(n, f"java word{n}") for n in range(1, 400)])
    chance = random.Random(9)
    for _ in range(min(rounds, MOST_KILLED)):
        writer = start_writer(tmp_path)
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        started = psutil.Process(writer.pid).children(recursive=True)
        writer.kill()
        writer.join(PATIENCE_SECONDS)
        index = artifact.open_index(tmp_path, SETTINGS)
        artifact.verify_index(tmp_path)
        assert index.size >= 398
        psutil.wait_procs(started, timeout=10)
        assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("file", ["manifest.json"])
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 1, "index": {}}', b"\xff\x00"]
)
def test_a_manifest_of_rubbish_is_damage(tmp_path: Path, file: str, content: bytes) -> None:
    make_index(tmp_path, [make_person(1, "java")])
    (tmp_path / file).write_bytes(content)
    with pytest.raises(artifact.IndexDamagedError, match="manifest"):
        artifact.open_index(tmp_path)
