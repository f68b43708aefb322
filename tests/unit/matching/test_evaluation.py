"""Judging the ranker on labelled folders, with clear words for bad ones."""

import json
from pathlib import Path

import pytest

from talentpool.errors import InvalidInputError
from talentpool.matching.evaluation import evaluate
from tests.unit.matching.builders import SETTINGS

FLOOR = (0.457, 0.423)
"""nDCG@10 and MAP of plain TF-IDF with log counts, stop words and pairs on the quickest labelled set."""


def make_folder(folder: Path, **changes: str) -> Path:
    files = {
        "queries.jsonl": json.dumps({"id": "q1", "text": "Java developer\nkafka"}),
        "docs.jsonl": "\n".join(
            json.dumps({"id": f"d{n}", "text": text}) for n, text in enumerate(["nurse", "java kafka", ""])
        ),
        "qrels.tsv": "q1\td1\t2\n",
        **changes,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_perfect_list_measures_one_and_the_run_names_every_document(tmp_path: Path) -> None:
    found = evaluate(make_folder(tmp_path), SETTINGS)
    assert found.mean.ndcg_10 == found.mean.average_precision == 1.0
    lines = [line.split() for line in found.run_lines()]
    assert [line[:4] for line in lines][0] == ["q1", "Q0", "d1", "1"]
    assert {line[2] for line in lines} == {"d0", "d1", "d2"}
    assert all(line[5] == "talentpool" for line in lines)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("queries.jsonl", "{", "queries.jsonl, line 1: this is not JSON"),
        ("queries.jsonl", '{"id": "q1"}', 'queries.jsonl, line 1: an object with "id" and "text"'),
        ("queries.jsonl", "", "nothing to judge"),
        (
            "docs.jsonl",
            '{"id": "d1", "text": "a"}\n{"id": "d1", "text": "b"}',
            "docs.jsonl, line 2: the id 'd1'",
        ),
        ("qrels.tsv", "q1\td1\n", "qrels.tsv, line 1"),
        ("qrels.tsv", "q1\td9\t1\n", "qrels.tsv, line 1: 'q1' or 'd9'"),
        ("qrels.tsv", "q1\td1\t-1\n", "qrels.tsv, line 1"),
    ],
)
def test_bad_input_is_refused_with_file_and_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        evaluate(make_folder(tmp_path, **{name: text}), SETTINGS)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    make_folder(tmp_path)
    (tmp_path / "qrels.tsv").unlink()
    with pytest.raises(InvalidInputError, match="qrels.tsv"):
        evaluate(tmp_path, SETTINGS)


def test_the_shipped_settings_stay_above_plain_tf_idf() -> None:
    shared = Path(__file__).resolve().parents[4] / "shared/data/eval/kaggle166"
    if not shared.is_dir():
        pytest.skip("the labelled sets of shared/data/eval are not on this machine")
    found = evaluate(shared, SETTINGS)
    assert found.mean.ndcg_10 > FLOOR[0]
    assert found.mean.average_precision > FLOOR[1]
