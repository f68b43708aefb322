"""A process that writes, tidies, renews and rebuilds an index without end: for the tests that kill it."""

from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from talentpool.matching import artifact, building, tidying
from talentpool.matching.building import Effort
from tests.unit.matching.builders import SETTINGS, make_person


def start_writer(folder: Path) -> BaseProcess:
    """Start one and wait until it begins; the first start takes a second, the next ones none."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    reading, writing = context.Pipe(duplex=False)
    process = context.Process(target=write, args=(folder, writing))
    process.start()
    assert reading.recv() == "begun"
    return process


def write(folder: Path, told: Connection) -> None:
    """Write until killed."""
    building.CHUNKS_ALONE = 2
    building.CHUNK_CHARACTERS = 1_000
    building.SEGMENT_CHARACTERS = 4_000
    told.send("begun")
    for turn in count(1):
        people = [make_person(n, f"java kafka word{n} turn{turn}") for n in range(1, 400)]
        changed, removed = people[turn % 300 :][:40], [turn % 390]
        artifact.update_index(folder, SETTINGS, changed=changed, removed=removed, position="u")
        tidying.tidy_index(folder, SETTINGS, least_small=2)
        tidying.renew_frequencies(folder, SETTINGS)
        artifact.build_index(folder, people, SETTINGS, position="b", effort=Effort(workers=1 + turn % 2))
