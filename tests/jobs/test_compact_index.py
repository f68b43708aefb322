"""The index is tidied by itself: an erased person's words are in no file a minute later, and damage is mended."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete

from jobs import compact_index, scheduler
from jobs.workplace import Shift
from talentpool.candidates.changes import record_changes
from talentpool.candidates.models import Candidate
from talentpool.matching import artifact, tidying
from talentpool.matching.text import sequence_hash
from tests.builders import make_candidate

MINUTE = 60


@pytest.fixture(autouse=True)
def as_in_a_large_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this small pool wait for the background like a large one."""
    monkeypatch.setattr(artifact, "RENEWED_AT_ONCE_PEOPLE", 0)
    monkeypatch.setattr(artifact, "RENEWED_AT_ONCE_SHARE", 9e9)
    monkeypatch.setattr(tidying, "RENEWAL_SHARE", 9e9)


def fill(shift: Shift) -> int:
    """Bring three people in and index them; gives the one with a word nobody else has."""
    with shift.writing() as session:
        make_candidate(session, "Bo Chen", resume="Kubernetes and Terraform")
        rare = make_candidate(session, "Ana Ruiz", resume="Kubernetes in Zanzibar").id
        make_candidate(session, "Cy Low", resume="Ledger and audit")
    compact_index.run(shift, shift.now)
    return rare


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_minute_after_somebody_is_erased_their_words_are_in_no_file(shift: Shift) -> None:
    rare, folder = fill(shift), shift.workplace.keeper.folder
    sought = b"zanzibar", sequence_hash(["zanzibar"]).to_bytes(8, "little")
    assert all(piece in bytes_of(folder) for piece in sought)
    with shift.writing() as session:
        session.execute(delete(Candidate).where(Candidate.id == rare))
        record_changes(session, [rare], now=shift.now)
    compact_index.look(shift)
    assert not any(piece in bytes_of(folder) for piece in sought)
    assert scheduler.SECONDS_BETWEEN_TIDYINGS <= MINUTE // 2


def test_an_index_that_is_missing_or_far_behind_waits_for_whoever_searches(shift: Shift) -> None:
    folder = shift.workplace.keeper.folder
    compact_index.look(shift)
    assert artifact.position_of(folder) is None
    fill(shift)
    generation = artifact.manifest_generation(folder)
    with shift.writing() as session:
        for number in range(120):
            make_candidate(session, f"Di Moe{number}", resume="Welder")
    compact_index.look(shift)
    assert artifact.manifest_generation(folder) == generation


def _flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


HARMS: dict[str, Callable[[Path], object]] = {
    "flipped": lambda path: path.write_bytes(_flip(path.read_bytes())),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "gone": lambda path: path.unlink(),
    "newer": lambda path: path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 9')),
    "rubbish": lambda path: path.write_bytes(b"\x00rubbish"),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("kind", ["*.segment", "*.weights", "*.snapshot", "manifest.json"])
def test_damage_is_mended_from_the_database(shift: Shift, kind: str, harm: str) -> None:
    fill(shift)
    keeper = shift.workplace.keeper
    HARMS[harm](next(keeper.folder.glob(kind)))
    compact_index.run(shift, shift.now)
    artifact.verify_index(keeper.folder)
    with shift.reading() as session:
        assert keeper.current(session, now=shift.now).size == 3


def test_a_folder_that_cannot_be_written_does_not_stop_the_scheduler(shift: Shift) -> None:
    fill(shift)
    folder = shift.workplace.keeper.folder
    (folder / "left.segment").write_bytes(b"left")
    (folder / tidying.ROOM_LOCK).unlink(missing_ok=True)
    (folder / tidying.ROOM_LOCK).mkdir()
    compact_index.look(shift)
