"""An index made in several processes: the very same people, progress that is told, and one sentence when one dies."""

import os
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from talentpool.errors import UnavailableError
from talentpool.matching import building
from talentpool.matching.artifact import build_index, open_index
from talentpool.matching.building import BuildProgress, Effort
from talentpool.matching.documents import PoolDocument, UnreadDocument
from talentpool.matching.manifest import read_manifest
from talentpool.matching.segments import count_documents, segment_arrays
from talentpool.sample_pool.crowd import crowd_resumes
from tests.unit.matching.builders import SETTINGS, make_person

PEOPLE = 120


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of some twenty people, so that there are enough of them to share out."""
    monkeypatch.setattr(building, "CHUNKS_ALONE", 2)
    monkeypatch.setattr(building, "CHUNK_CHARACTERS", 20_000)
    monkeypatch.setattr(building, "SEGMENT_CHARACTERS", 100_000)


def crowd() -> Iterator[PoolDocument]:
    for number, text in enumerate(crowd_resumes(PEOPLE), start=1):
        yield make_person(number, text, stage_rank=number % 5)


def people_in(folder: Path) -> dict[int, dict[str, Any]]:
    """Say of each person what the index holds, wherever it is kept."""
    index, people = open_index(folder, SETTINGS), {}
    for row, candidate_id in enumerate(index.ids_by_row.tolist()):
        number, inner = index.place_of(row)
        segment = index.segments[number]
        terms, counts = segment.row(inner)
        people[candidate_id] = {
            "counts": dict(zip(map(segment.label, terms.tolist()), counts.tolist(), strict=True)),
            "frequencies": index.frequencies(segment.term_hashes[terms]).tolist(),
            "stage": int(index.history("stage_rank")[row]),
            "length": float(index.norms()[row]),
        }
    return people


def test_several_processes_count_what_one_counts(tmp_path: Path) -> None:
    for workers in (1, 2):
        effort = Effort(workers=workers)
        build_index(tmp_path / str(workers), crowd(), SETTINGS, position="p", effort=effort)
        assert len(read_manifest(tmp_path / str(workers)).segments) > 1
    alone, shared = people_in(tmp_path / "1"), people_in(tmp_path / "2")
    assert len(alone) == PEOPLE
    assert alone == shared


def made(text: str) -> str:
    return f"loomwork process{os.getpid()} {text}"


def test_texts_are_made_where_they_are_counted(tmp_path: Path) -> None:
    unread = [
        UnreadDocument(candidate_id=one.candidate_id, make=partial(made, one.text), characters=len(one.text))
        for one in crowd()
    ]
    build_index(tmp_path, unread, SETTINGS, position="p", effort=Effort(workers=2))
    assert len(people_in(tmp_path)) == PEOPLE
    assert not any(f"process{os.getpid()}" in one["counts"] for one in people_in(tmp_path).values())
    assert all("loomwork" in one["counts"] for one in people_in(tmp_path).values())


def test_progress_counts_everybody_in_the_end(tmp_path: Path) -> None:
    told: list[BuildProgress] = []
    effort = Effort(workers=2, total=PEOPLE, report=told.append)
    build_index(tmp_path, crowd(), SETTINGS, position="p", effort=effort)
    assert len(told) > 2
    assert [one.people for one in told] == sorted(one.people for one in told)
    assert (told[-1].people, told[-1].total) == (PEOPLE, PEOPLE)
    assert all(one.per_second > 0 for one in told)


class Deadly(PoolDocument):
    """A person whose arrival ends the process they come to."""

    def __reduce__(self) -> Any:
        """Be unpacked as an end."""
        return os._exit, (9,)


def test_a_worker_that_dies_is_one_sentence_and_the_old_index_stands(tmp_path: Path) -> None:
    build_index(tmp_path, [make_person(1, "java")], SETTINGS, position="p")
    with pytest.raises(UnavailableError, match="worker processes ended") as raised:
        documents = [*crowd(), Deadly(candidate_id=PEOPLE + 1, text="the end")]
        build_index(tmp_path, documents, SETTINGS, position="q", effort=Effort(workers=2))
    assert "\n" not in str(raised.value)
    assert open_index(tmp_path, SETTINGS).candidate_ids.tolist() == [1]


def test_what_goes_wrong_in_a_worker_is_raised_as_it_is(tmp_path: Path) -> None:
    documents = [*crowd(), PoolDocument(candidate_id="nobody", text="x")]  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="nobody"):
        build_index(tmp_path, documents, SETTINGS, position="q", effort=Effort(workers=2))


@pytest.mark.parametrize("batch", [1, 7, 40, PEOPLE])
def test_people_read_in_batches_are_counted_as_if_all_at_once(batch: int) -> None:
    whole = segment_arrays(count_documents(crowd(), SETTINGS.text))
    apart = segment_arrays(count_documents(crowd(), SETTINGS.text, batch=batch))
    for name, values in whole.items():
        if not name.startswith(("term_lefts", "term_rights", "word_")):
            np.testing.assert_array_equal(values, apart[name], err_msg=name)
    assert labels(whole) == labels(apart)


def labels(arrays: dict[str, Any]) -> list[tuple[str, str]]:
    """Write out the word or the pair of each term."""
    ends, written = arrays["word_starts"].tolist(), arrays["word_bytes"].tobytes()
    words = [written[start:end].decode() for start, end in pairwise(ends)]
    pairs = zip(arrays["term_lefts"].tolist(), arrays["term_rights"].tolist(), strict=True)
    return [(words[left], words[right] if right >= 0 else "") for left, right in pairs]
