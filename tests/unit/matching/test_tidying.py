"""Tidying beside readers and writers: words of people removed leave every file, and nothing else changes."""

import contextlib
import multiprocessing
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import artifact, segment_files, tidying
from talentpool.matching.brief import Brief
from talentpool.matching.manifest import Manifest, publish, read_manifest
from talentpool.matching.ranking import rank
from talentpool.matching.text import sequence_hash
from tests.unit.matching.builders import SETTINGS, make_index, make_person, make_settings

ROLE = Brief(title="Java developer", text="kafka sql audit nurse zanzibar")
TEXTS = ["java kafka sql", "nurse on a ward", "sql audit ledger", "java developer java", "k8s and c++", ""]
PLAIN = make_settings(feedback={"weight": 0.0})


def scores(folder: Path) -> dict[int, float]:
    found = rank(artifact.open_index(folder, SETTINGS), ROLE, PLAIN, today=date(2026, 11, 23), limit=0)
    return dict(zip(found.candidate_ids.tolist(), found.scores.tolist(), strict=True))


def is_in_a_file(folder: Path, word: str) -> bool:
    """Search every byte below the folder for a word, and for its hash."""
    sought = (word.encode(), sequence_hash([word]).to_bytes(8, "little"))
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(piece in content for content in files for piece in sought)


def make_crowd(folder: Path, size: int = 2_500, **extra: str) -> None:
    people = [make_person(n, f"{TEXTS[n % 4]} word{n % 700}") for n in range(1, size)]
    rare = [make_person(size + int(n.removeprefix("p")), text) for n, text in extra.items()]
    make_index(folder, [*people, *rare])


def change(folder: Path, changed: dict[int, str], removed: Sequence[int] = ()) -> None:
    people = [make_person(n, text) for n, text in changed.items()]
    artifact.update_index(folder, SETTINGS, changed=people, removed=removed, position="p")


def test_words_of_somebody_erased_are_in_no_file_and_only_their_segment_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentpool.matching.building.SEGMENT_PEOPLE", 1_000)
    monkeypatch.setattr(tidying, "SMALL_PEOPLE", 100)
    make_crowd(tmp_path, p1="java zanzibar", p2="sql")
    before = read_manifest(tmp_path)
    assert is_in_a_file(tmp_path, "zanzibar")
    change(tmp_path, {}, removed=[2_501])
    assert tidying.is_tidying_due(tmp_path)
    tidying.tidy_index(tmp_path, SETTINGS)
    assert not is_in_a_file(tmp_path, "zanzibar")
    assert not tidying.is_tidying_due(tmp_path)
    after = read_manifest(tmp_path)
    assert after.segments[:2] == before.segments[:2]
    assert after.snapshot.frequencies == before.snapshot.frequencies


def test_a_word_that_two_people_had_goes_with_the_second(tmp_path: Path) -> None:
    make_crowd(tmp_path, p1="java zanzibar", p2="sql zanzibar", p3="java")
    change(tmp_path, {}, removed=[2_501])
    tidying.tidy_index(tmp_path, SETTINGS)
    assert is_in_a_file(tmp_path, "zanzibar")
    change(tmp_path, {2_502: "sql alone"})
    tidying.tidy_index(tmp_path, SETTINGS)
    assert not is_in_a_file(tmp_path, "zanzibar")
    assert scores(tmp_path)[2_502] > 0


def test_tidying_changes_no_score(tmp_path: Path) -> None:
    make_crowd(tmp_path)
    for n in range(6):
        change(tmp_path, {5_000 + 2 * n: "java kafka", 7 + n: "nurse"}, removed=[70 + n])
    before = scores(tmp_path)
    tidying.tidy_index(tmp_path, SETTINGS, least_small=2)
    assert len(read_manifest(tmp_path).segments) == 1
    after = scores(tmp_path)
    assert after.keys() == before.keys()
    assert all(abs(after[n] - before[n]) <= 1e-6 for n in after)


def test_files_that_a_killed_writer_left_are_swept_away(tmp_path: Path) -> None:
    make_crowd(tmp_path, size=20)
    (tmp_path / "left.segment").write_bytes(b"TPARRAY1 of somebody erased")
    (tmp_path / "tidying").mkdir(exist_ok=True)
    (tmp_path / "tidying" / "left.weights").write_bytes(b"half")
    assert tidying.is_tidying_due(tmp_path)
    tidying.tidy_index(tmp_path, SETTINGS)
    assert not list(tmp_path.rglob("left.*"))


actions = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 14), st.sampled_from(TEXTS)),
        st.tuples(st.just("erase"), st.integers(1, 14), st.just("")),
        st.tuples(st.sampled_from(["tidy", "renew"]), st.just(0), st.just("")),
    ),
    max_size=12,
)


@given(actions)
def test_any_sequence_of_changes_equals_a_rebuild_under_the_same_frequencies(
    sequence: list[tuple[str, int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(artifact, "RENEWED_AT_ONCE_PEOPLE", 0)
        patch.setattr(artifact, "RENEWED_AT_ONCE_SHARE", 9e9)
        patch.setattr(artifact, "TAIL_PEOPLE", 2)
        folder, rebuilt = Path(place) / "changed", Path(place) / "rebuilt"
        texts = {n: TEXTS[n % 4] for n in range(1, 10)}
        make_index(folder, [make_person(n, text) for n, text in texts.items()])
        for act, n, text in sequence:
            _do(folder, texts, act, n, text)
        make_index(rebuilt, [make_person(n, text) for n, text in texts.items()])
        _weigh_as(rebuilt, read_manifest(folder), folder)
        changed, anew = scores(folder), scores(rebuilt)
        assert changed.keys() == anew.keys() == texts.keys()
        assert all(abs(changed[n] - anew[n]) <= 1e-6 for n in texts)
        artifact.verify_index(folder)


def _do(folder: Path, texts: dict[int, str], act: str, n: int, text: str) -> None:
    if act == "put":
        texts[n] = text
        change(folder, {n: text})
    elif act == "erase":
        texts.pop(n, None)
        change(folder, {}, removed=[n])
    elif act == "tidy":
        tidying.tidy_index(folder, SETTINGS, least_small=2)
    else:
        tidying.renew_frequencies(folder, SETTINGS)


def _weigh_as(folder: Path, other: Manifest, there: Path) -> None:
    """Weigh an index under the snapshot of another."""
    name = other.snapshot.frequencies.name
    (folder / name).write_bytes((there / name).read_bytes())
    manifest = read_manifest(folder)
    weighing = segment_files.Weighing.of(folder, other.snapshot, SETTINGS)
    segments = [segment_files.write_weights(folder, folder, one, weighing) for one in manifest.segments]
    publish(folder, replace(manifest, snapshot=other.snapshot, segments=tuple(segments)))


def _keep_tidying(folder: str, rounds: int) -> None:
    for _ in range(rounds):
        tidying.compact_index(Path(folder), SETTINGS)


def test_people_changed_while_the_index_is_tidied_are_neither_lost_nor_brought_back(tmp_path: Path) -> None:
    make_crowd(tmp_path, size=1_500)
    texts = dict.fromkeys(artifact.open_index(tmp_path).candidate_ids.tolist(), "")
    context = multiprocessing.get_context("spawn")
    tidier = context.Process(target=_keep_tidying, args=(str(tmp_path), 12))
    tidier.start()
    number = 0
    while tidier.is_alive() or number < 5:
        number += 1
        change(
            tmp_path, {2_000 + number: "java kafka", number: f"nurse changed{number}"}, removed=[500 + number]
        )
        texts |= {2_000 + number: "", number: ""}
        texts.pop(500 + number, None)
    tidier.join()
    assert tidier.exitcode == 0
    assert set(scores(tmp_path)) == set(texts)
    index = artifact.open_index(tmp_path)
    row = index.row_of(number)
    assert row is not None
    segment, inner = index.place_of(row)
    labels = {index.segments[segment].label(int(term)) for term in index.segments[segment].row(inner)[0]}
    assert f"changed{number}" in labels
    artifact.verify_index(tmp_path)
    assert np.unique(index.candidate_ids).size == index.size
    with contextlib.suppress(FileNotFoundError):
        assert not list((tmp_path / tidying.ROOM).iterdir())
