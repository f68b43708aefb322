"""Other rankers beside ours, the cut to short roles, and what is missing without a part."""

from importlib.util import find_spec

import numpy as np
import pytest

from talentpool.errors import InvalidInputError
from talentpool.matching.ablation import SHIPPED, ablations, judge_each, neighbours
from talentpool.matching.baselines import BM25, BM25_OUR_WORDS, PLAIN, USUAL, baselines
from talentpool.matching.brief import Brief
from talentpool.matching.labelled import LabelledData, with_short_roles
from tests.unit.matching.builders import SETTINGS

TEXTS = {
    "d1": "Registered nurse with ventilators in intensive care and medication rounds",
    "d2": "Platform engineer with Kubernetes, Terraform and incident response",
    "d3": "Nurse in a care home with medication and care plans",
    "d4": "Engineer on call: Terraform, incident response and Kubernetes",
}
DATA = LabelledData(
    briefs={
        "q1": Brief(title="Nurse", text="We offer a great team. Ventilators and intensive care, medication."),
        "q2": Brief(title="Engineer", text="We offer a great team. Terraform and incident response."),
        "q3": Brief(title=None, text="Medication, care plans and intensive care. Terraform is no use here."),
    },
    texts=TEXTS,
    grades={"q1": np.array([1, 0, 1, 0]), "q2": np.array([0, 1, 0, 1]), "q3": np.array([1, 0, 1, 0])},
)
RANKERS = baselines(SETTINGS.text)


@pytest.mark.parametrize("name", RANKERS)
def test_every_ranker_puts_the_engineer_first_for_an_engineer(name: str) -> None:
    scores = RANKERS[name](list(TEXTS.values()))(DATA.briefs["q2"])
    assert int(np.argmax(scores)) in {1, 3}


def test_bm25_is_compared_where_it_is_installed() -> None:
    expected = {PLAIN, USUAL} | ({BM25, BM25_OUR_WORDS} if find_spec("bm25s") else set())
    assert set(RANKERS) == expected


def test_documents_without_words_are_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidInputError, match="cannot read these documents"):
        RANKERS[PLAIN](["", "-"])


def test_a_short_role_keeps_its_title_and_the_five_heaviest_words_of_its_advert() -> None:
    short = with_short_roles(DATA)
    assert short.briefs["q1"].title == "Nurse"
    assert short.briefs["q3"].title is None
    assert "ventilators" in short.briefs["q1"].text
    for name, brief in short.briefs.items():
        words = brief.text.split(", ")
        assert len(words) == 5
        assert all(word in DATA.briefs[name].text.lower() for word in words)
    assert (short.texts, short.grades) == (DATA.texts, DATA.grades)


def test_of_many_adverts_words_of_one_alone_are_left_out() -> None:
    briefs = {f"q{n}": Brief(title="Nurse", text=f"Wards and care at hospital{n}") for n in range(12)}
    short = with_short_roles(LabelledData(briefs=briefs, texts=TEXTS, grades={}))
    assert {brief.text for brief in short.briefs.values()} == {"care, wards"}


def test_roles_without_a_word_are_not_cut_down() -> None:
    with pytest.raises(InvalidInputError, match="cannot be cut down to words"):
        with_short_roles(LabelledData(briefs={"q": Brief(title=None, text="- -")}, texts=TEXTS, grades={}))


def test_settings_without_a_part_and_with_a_figure_moved_are_judged_on_the_same_data() -> None:
    told = ablations(SETTINGS) | neighbours(SETTINGS)
    judged = dict(judge_each(DATA, told))
    assert list(judged) == list(told)
    assert judged[SHIPPED].mean.average_precision == 1.0
    assert told["no feedback"].feedback.weight == 0
    assert not told["another language"].stop_words
    assert len({id(settings) for settings in told.values()}) == len(told)
