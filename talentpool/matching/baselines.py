"""Other rankers, to be judged beside ours on the same data: scikit-learn's TF-IDF plain and with the usual
choices, and BM25 where the package bm25s is installed.

Each takes the texts of a pool and gives a scorer; a role is its title and its text. Nothing that serves a page or
lists matches imports this file.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from talentpool.errors import InvalidInputError
from talentpool.matching.brief import Brief
from talentpool.matching.evaluation import Scorer
from talentpool.matching.text import TextRules, words_of

Baseline = Callable[[Sequence[str]], Scorer]
Tokeniser = Callable[[Sequence[str]], list[list[str]]]

MANY_TEXTS = 10
"""From so many texts on, a term of one alone is left out, as is usual."""

PLAIN = "plain TF-IDF"
USUAL = "TF-IDF, log counts, stop words, pairs"
BM25 = "BM25"
BM25_OUR_WORDS = "BM25, our words"


def baselines(rules: TextRules) -> dict[str, Baseline]:
    """Give the rankers that can run here by name; those of BM25 need bm25s, one of them splits words by `rules`."""
    found: dict[str, Baseline] = {PLAIN: plain_tf_idf, USUAL: usual_tf_idf}
    if find_spec("bm25s") is not None:
        found[BM25] = lambda texts: _bm25(texts, _bm25s_words)
        found[BM25_OUR_WORDS] = lambda texts: _bm25(texts, lambda batch: _our_words(batch, rules))
    return found


def plain_tf_idf(texts: Sequence[str]) -> Scorer:
    """Score by the cosine of scikit-learn's TfidfVectorizer, untuned; raises InvalidInputError without words."""
    return _tf_idf(texts)


def usual_tf_idf(texts: Sequence[str]) -> Scorer:
    """Score by the same cosine with log counts, English stop words and pairs of words."""
    least = 2 if len(texts) >= MANY_TEXTS else 1
    return _tf_idf(texts, sublinear_tf=True, stop_words="english", ngram_range=(1, 2), min_df=least)


def _tf_idf(texts: Sequence[str], **choices: Any) -> Scorer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(**choices)
    try:
        resumes = vectorizer.fit_transform(texts)
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise InvalidInputError(f"scikit-learn's TF-IDF cannot read these documents: {reason}.") from error

    def cosines(brief: Brief) -> NDArray[np.float64]:
        cosine: NDArray[np.float64] = (resumes @ vectorizer.transform([_whole(brief)]).T).toarray()[:, 0]
        return cosine

    return cosines


def _bm25(texts: Sequence[str], tokenise: Tokeniser) -> Scorer:
    """Score by BM25 as Lucene has it, k1 1.5 and b 0.75 (Robertson, Zaragoza 2009), through bm25s."""
    ranker = import_module("bm25s").BM25(method="lucene", k1=1.5, b=0.75)
    ranker.index(tokenise(texts), show_progress=False)

    def scores(brief: Brief) -> NDArray[np.float64]:
        words = tokenise([_whole(brief)])[0]
        return np.asarray(ranker.get_scores(words), np.float64) if words else np.zeros(len(texts))

    return scores


def _bm25s_words(texts: Sequence[str]) -> list[list[str]]:
    tokenize = import_module("bm25s").tokenize
    words: list[list[str]] = tokenize(list(texts), stopwords="en", return_ids=False, show_progress=False)
    return words


def _our_words(texts: Sequence[str], rules: TextRules) -> list[list[str]]:
    return [
        [word for word in words_of(text) if rules.is_term(word) and not rules.is_stop_word(word)]
        for text in texts
    ]


def _whole(brief: Brief) -> str:
    return f"{brief.title or ''}\n{brief.text}"
