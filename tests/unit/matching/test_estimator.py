"""The ranker under scikit-learn's contract: the same scores as everywhere, and searchable weights."""

import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV

from talentpool.matching.brief import Brief, Importance, Requirement
from talentpool.matching.estimator import ResumeRanker, search_by_query
from talentpool.matching.ranking import rank
from talentpool.matching.settings import MatchingSettings
from tests.unit.matching.builders import SETTINGS, make_index, make_person, make_settings

TEXTS = [
    "Registered nurse. Ventilators, intensive care, medication rounds and handovers on night shifts.",
    "Platform engineer. Kubernetes, Terraform and incident response for payment systems.",
    "Data engineer. Kafka and Spark pipelines, Python and Terraform for analytics.",
    "Nurse in a care home. Medication, handovers and care plans.",
]
NURSE = Brief(title="Nurse", text="Intensive care with ventilators")
ENGINEER = Brief(title="Engineer", text="Terraform and Kubernetes in production")
GRADES = np.array([[2, 0, 0, 2], [0, 2, 1, 0]])
BASE = "alpine bridge cedar delta ember falcon garden harbor island jungle kettle lantern meadow"
WORDS = ("nickel", "orchid", "pepper", "quartz", "ribbon", "saddle", "timber", "velvet")
RESUMES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), min_size=2, max_size=5)


def neutral_settings() -> MatchingSettings:
    """Switch off whatever plain TF-IDF has not: pairs, titles, feedback, stop words, aliases, damping."""
    plain = make_settings(
        words={
            "count_power": 1, "count_cap": 255, "repeat_window": 0, "pair_weight": 0,
            "headline_words": 0, "headline_mentions": 0,
        },
        role={"count_power": 1, "title_weight": 0, "short_slope": 1, "long_slope": 1},
        feedback={"weight": 0},
    )  # fmt: skip
    return replace(plain, stop_words={}, label_by_alias={}, advert_shares={})


def test_scores_are_those_of_every_ranked_list(tmp_path: Path) -> None:
    index = make_index(tmp_path, [make_person(n, text) for n, text in enumerate(TEXTS)])
    scores = ResumeRanker().fit(TEXTS).decision_function([NURSE, ENGINEER])
    for brief, row in zip((NURSE, ENGINEER), scores, strict=True):
        ranking = rank(index, brief, SETTINGS, today=date(2000, 1, 1))
        assert dict(zip(ranking.candidate_ids.tolist(), ranking.scores.tolist(), strict=True)) == dict(
            enumerate(row.tolist())
        )


@given(resumes=RESUMES, data=st.data())
def test_with_everything_of_ours_switched_off_it_is_the_cosine_of_scikit_learn(
    resumes: list[list[str]], data: st.DataObject
) -> None:
    # Twice each, never thin, no word in more than half: we leave a word that only one resume has out of its
    # length, give a text of a line or two the usual length, and damp what most of the pool says.
    padded = [*resumes, *[[] for _ in resumes]]
    texts = [
        " ".join([*(f"{word}{n}" for word in BASE.split()), *words])
        for n, words in enumerate(padded)
        for _ in range(2)
    ]
    known = sorted({word for words in resumes for word in words})
    text = " ".join(data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=12)))
    vectorizer = TfidfVectorizer()
    expected = (vectorizer.fit_transform(texts) @ vectorizer.transform([text]).T).toarray()[:, 0]
    ranker = ResumeRanker(neutral_settings()).fit(texts)
    found = ranker.decision_function([Brief(title=None, text=text)])
    np.testing.assert_allclose(found[0], expected, atol=1e-9, rtol=0)


def test_a_clone_has_the_parameters_and_has_learnt_nothing() -> None:
    ranker = ResumeRanker(SETTINGS, title_weight=2.5, feedback_people=7).fit(TEXTS)
    copy = clone(ranker)
    assert copy.get_params() | {"settings": None} == ranker.get_params() | {"settings": None}
    assert copy.settings.fingerprint == SETTINGS.fingerprint
    with pytest.raises(NotFittedError):
        copy.decision_function([NURSE])


def test_weights_hold_from_the_next_fit_on() -> None:
    ranker = ResumeRanker(feedback_weight=0.0).fit(TEXTS)
    before = ranker.decision_function([NURSE])
    ranker.set_params(title_weight=0.0, pair_weight=0.0)
    np.testing.assert_array_equal(ranker.decision_function([NURSE]), before)
    assert not np.allclose(ranker.fit(TEXTS).decision_function([NURSE]), before)
    told = ranker.settings_
    assert (told.role.title_weight, told.words.pair_weight, told.feedback.weight) == (0, 0, 0)
    assert told.feedback.people == SETTINGS.feedback.people


def test_a_fitted_ranker_survives_pickling() -> None:
    ranker = ResumeRanker().fit(TEXTS)
    again = pickle.loads(pickle.dumps(ranker))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(again.decision_function([NURSE]), ranker.decision_function([NURSE]))


def test_score_is_the_mean_average_precision_with_ties_against_us() -> None:
    ranker = ResumeRanker().fit(TEXTS)
    assert ranker.score([NURSE, ENGINEER], GRADES) == 1.0
    nothing_known = Brief(title=None, text="zymurgy")
    assert ranker.score([nothing_known], GRADES[:1]) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert ranker.score([], GRADES[:0]) == 0.0


def test_relevant_is_the_highest_grade_unless_told_otherwise() -> None:
    ranker = ResumeRanker(relevant_grade=3).fit(TEXTS)
    assert ranker.score([ENGINEER], GRADES[1:]) == 0.0
    assert ranker.set_params(relevant_grade=1).score([ENGINEER], GRADES[1:]) == 1.0


def test_grades_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, 4\), not of \(2, 4\)"):
        ResumeRanker().fit(TEXTS).score([NURSE], GRADES)


def test_whom_a_filter_leaves_out_has_no_score() -> None:
    wanted = Requirement(any_of=("Kubernetes",), importance=Importance.FILTER)
    brief = replace(ENGINEER, requirements=(wanted,))
    scores = ResumeRanker().fit(TEXTS).decision_function([brief])[0]
    assert np.isfinite(scores).tolist() == [False, True, False, False]


def test_a_search_learns_every_text_and_judges_each_brief_once() -> None:
    briefs, grades = [NURSE, ENGINEER, NURSE], GRADES[[0, 1, 0]]
    x, y, cv = search_by_query(TEXTS, briefs, grades, folds=3)
    assert [x[n] for pool, _ in cv for n in pool] == TEXTS * 3
    assert sorted(int(n) for _, judged in cv for n in judged) == [4, 5, 6]
    grid = {"title_weight": [0.0, 6.0], "feedback_weight": [0.0, 1.0]}
    search = GridSearchCV(ResumeRanker(), grid, cv=cv, refit=False, error_score="raise").fit(x, y)
    by_hand = [
        ResumeRanker(**figures).fit(TEXTS).score(briefs, grades) for figures in search.cv_results_["params"]
    ]
    np.testing.assert_allclose(search.cv_results_["mean_test_score"], by_hand)
