"""The index on disk: brought up to date exactly, and never trusted when damaged."""

import contextlib
import json
import multiprocessing
import random
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.errors import InvalidInputError
from talentpool.matching import artifact, building, segment_files, tidying
from talentpool.matching.brief import Brief
from talentpool.matching.documents import PoolDocument
from talentpool.matching.errors import IndexDamagedError, IndexMissingError, IndexOutdatedError
from talentpool.matching.ranking import Ranking, rank
from tests.unit.matching.builders import SETTINGS, make_index, make_person, make_settings

TODAY = date(2026, 11, 23)
ROLE = Brief(title="Java developer", text="kafka sql audit nurse")
TEXTS = ["java kafka sql", "nurse on a ward", "sql audit ledger", "java developer java", "k8s and c++", ""]


def ranked(folder: Path) -> Ranking:
    return rank(artifact.open_index(folder, SETTINGS), ROLE, SETTINGS, today=TODAY)


def same(one: Ranking, other: Ranking) -> bool:
    return (
        one.candidate_ids.tolist() == other.candidate_ids.tolist()
        and one.scores.tolist() == other.scores.tolist()
        and [scored.receipt.lines for scored in one.top] == [scored.receipt.lines for scored in other.top]
    )


people = st.dictionaries(st.integers(1, 12), st.sampled_from(TEXTS), max_size=9)


@given(before=people, changed=people, removed=st.sets(st.integers(1, 12), max_size=4))
def test_an_update_equals_a_rebuild_once_frequencies_are_renewed(
    before: dict[int, str], changed: dict[int, str], removed: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        updated, rebuilt = Path(place) / "updated", Path(place) / "rebuilt"
        make_index(updated, documents(before))
        artifact.update_index(updated, SETTINGS, changed=documents(changed), removed=removed, position="p2")
        tidying.compact_index(updated, SETTINGS)
        then = {**{n: text for n, text in before.items() if n not in removed}, **changed}
        make_index(rebuilt, documents(then))
        assert same(ranked(updated), ranked(rebuilt))
        assert artifact.position_of(updated) == "p2"


def documents(texts: dict[int, str]) -> list[PoolDocument]:
    return [make_person(n, text, stage_rank=n % 7) for n, text in texts.items()]


def test_under_the_same_snapshot_an_update_weighs_people_as_a_rebuild_does(tmp_path: Path) -> None:
    crowd = {n: TEXTS[n % 4] for n in range(1, 300)}
    make_index(tmp_path / "updated", documents(crowd))
    for n in (301, 302):
        artifact.update_index(
            tmp_path / "updated", SETTINGS, changed=documents({n: "java audit"}), removed=[], position="p"
        )
    index = artifact.open_index(tmp_path / "updated")
    assert index.snapshot_people == 299
    one, other = (index.place_of(index.row_of(n) or 0) for n in (301, 302))
    assert index.weights[one[0]]["norms"][one[1]] == index.weights[other[0]]["norms"][other[1]]
    assert len(index.segments) == 2


def test_a_change_is_seen_in_the_next_opening_and_named_by_the_generation(tmp_path: Path) -> None:
    make_index(tmp_path, [make_person(1, "java"), make_person(2, "nurse")])
    before = artifact.manifest_generation(tmp_path)
    artifact.update_index(
        tmp_path, SETTINGS, changed=[make_person(2, "java developer")], removed=[1], position="p2"
    )
    assert artifact.manifest_generation(tmp_path) not in (None, before)
    assert ranked(tmp_path).candidate_ids.tolist() == [2]
    assert ranked(tmp_path).top[0].score > 0


def test_an_index_that_is_open_goes_on_while_another_takes_its_place(tmp_path: Path) -> None:
    index = make_index(tmp_path, [make_person(1, "java"), make_person(2, "nurse")])
    artifact.build_index(tmp_path, [make_person(3, "java")], SETTINGS, position="p2")
    assert rank(index, ROLE, SETTINGS, today=TODAY).candidate_ids.tolist() == [1, 2]
    assert ranked(tmp_path).candidate_ids.tolist() == [3]


def test_unique_words_of_a_person_removed_leave_the_files_when_it_is_tidied(tmp_path: Path) -> None:
    crowd = [make_person(n, "java sql") for n in range(1, 4000)]
    make_index(tmp_path, [*crowd, make_person(5000, "zanzibar")])
    artifact.update_index(tmp_path, SETTINGS, changed=[], removed=[5000], position="p2")
    assert tidying.is_tidying_due(tmp_path)
    tidying.compact_index(tmp_path, SETTINGS)
    assert not tidying.is_tidying_due(tmp_path)
    assert not any(b"zanzibar" in path.read_bytes() for path in tmp_path.iterdir())


def test_people_given_twice_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="Candidate 4"):
        make_index(tmp_path, [make_person(4, "a"), make_person(4, "b")])


def test_no_index_yet_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="no matching index"):
        artifact.open_index(tmp_path)
    assert artifact.manifest_generation(tmp_path) is None
    assert artifact.position_of(tmp_path) is None


def test_a_flipped_byte_anywhere_is_found_or_does_no_harm(tmp_path: Path) -> None:
    make_index(tmp_path, documents(dict(enumerate(TEXTS, start=1))))
    whole, chance = ranked(tmp_path), random.Random(5)
    for path in sorted(tmp_path.iterdir()):
        good = path.read_bytes()
        for place in {0, 9, len(good) - 1, *(chance.randrange(len(good)) for _ in range(6))} if good else ():
            path.write_bytes(good[:place] + bytes([good[place] ^ 0x40]) + good[place + 1 :])
            with contextlib.suppress(IndexDamagedError, IndexOutdatedError):
                assert same(ranked(tmp_path), whole)
        path.write_bytes(good)
    assert same(ranked(tmp_path), whole)


def test_damage_in_a_large_file_is_found_when_everything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifact, "CHECKED_BYTES", 0)
    monkeypatch.setattr(segment_files, "CHECKED_BYTES", 0)
    make_index(tmp_path, documents({1: "java sql"}))
    path = next(tmp_path.glob("*.segment"))
    path.write_bytes(path.read_bytes()[:-70] + b"\x01" + path.read_bytes()[-69:])
    with pytest.raises(IndexDamagedError, match="checksum"):
        artifact.verify_index(tmp_path)


@pytest.mark.parametrize("kind", ["segment", "weights", "snapshot"])
@pytest.mark.parametrize("harm", ["missing", "cut"])
def test_a_missing_or_cut_file_is_damage(tmp_path: Path, kind: str, harm: str) -> None:
    make_index(tmp_path, documents({1: "java", 2: "java sql"}))
    path = next(tmp_path.glob(f"*.{kind}"))
    data = path.read_bytes()
    path.unlink()
    if harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    with pytest.raises(IndexDamagedError, match=path.name):
        artifact.open_index(tmp_path)


def test_another_format_and_other_words_settings_are_outdated(tmp_path: Path) -> None:
    make_index(tmp_path, documents({1: "java"}))
    with pytest.raises(IndexOutdatedError, match="settings"):
        artifact.open_index(tmp_path, make_settings(words={"pair_weight": 0.5}))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(IndexOutdatedError, match="format 99"):
        artifact.open_index(tmp_path)


def _update_one(folder: str, candidate_id: int) -> None:
    person = make_person(candidate_id, "java developer")
    artifact.update_index(Path(folder), SETTINGS, changed=[person], removed=[], position=str(candidate_id))


def test_two_processes_writing_at_once_lose_nobody(tmp_path: Path) -> None:
    make_index(tmp_path, documents(dict.fromkeys(range(1, 9), "sql")))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(_update_one, [(str(tmp_path), n) for n in range(20, 26)])
    assert artifact.open_index(tmp_path).candidate_ids.tolist() == [*range(1, 9), *range(20, 26)]


def test_segments_split_a_large_pool_and_rank_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {n: TEXTS[n % 6] for n in range(1, 40)}
    make_index(tmp_path / "one", documents(texts))
    monkeypatch.setattr(building, "SEGMENT_PEOPLE", 7)
    make_index(tmp_path / "many", documents(texts))
    assert len(artifact.open_index(tmp_path / "many").segments) == 6
    assert same(ranked(tmp_path / "one"), ranked(tmp_path / "many"))


def test_what_a_killed_writer_left_behind_does_no_harm_and_is_cleared_away(tmp_path: Path) -> None:
    make_index(tmp_path, documents({1: "java", 2: "sql"}))
    whole = ranked(tmp_path)
    (tmp_path / "half.segment").write_bytes(b"TPARRAY1\x00half")
    (tmp_path / "manifest.json.new").write_text('{"format": 1, "ind')
    assert same(ranked(tmp_path), whole)
    artifact.update_index(tmp_path, SETTINGS, changed=documents({3: "java"}), removed=[], position="p2")
    assert not (tmp_path / "half.segment").exists()
    assert sorted(ranked(tmp_path).candidate_ids.tolist()) == [1, 2, 3]
