"""A writer killed at any moment leaves a whole index behind, and no process."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from talentpool.matching import artifact
from tests.unit.matching.builders import SETTINGS, make_index, make_person

MOST_KILLED = 200
LONGEST_SECONDS = 0.6
WRITER = """
import sys
from itertools import count
from pathlib import Path
from talentpool.matching import artifact, building, tidying
from talentpool.matching.building import Effort
from tests.unit.matching.builders import SETTINGS, make_person
folder = Path(sys.argv[1])
building.CHUNKS_ALONE = 2
building.CHUNK_CHARACTERS = 1_000
building.SEGMENT_CHARACTERS = 4_000
print("begun", flush=True)
for turn in count(1):
    people = [make_person(n, f"java kafka word{n} turn{turn}") for n in range(1, 400)]
    artifact.update_index(folder, SETTINGS, changed=people[turn % 300 :][:40], removed=[turn % 390], position="u")
    tidying.tidy_index(folder, SETTINGS, least_small=2)
    tidying.renew_frequencies(folder, SETTINGS)
    artifact.build_index(folder, people, SETTINGS, position="b", effort=Effort(workers=1 + turn % 2))
"""


def test_killed_at_any_moment_the_index_is_whole(tmp_path: Path, checkout: Path, rounds: int) -> None:
    make_index(tmp_path, [make_person(n, f"java word{n}") for n in range(1, 400)])
    chance = random.Random(9)
    for _ in range(min(rounds, MOST_KILLED)):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], cwd=checkout, stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        started = psutil.Process(writer.pid).children(recursive=True)
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
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
