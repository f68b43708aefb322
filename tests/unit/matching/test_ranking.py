"""Ranking: exact, the same for any order of the pool, and everybody accounted for."""

import json
import math
import random
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching import compiled
from talentpool.matching import index as matching_index
from talentpool.matching.accounts import Accounts
from talentpool.matching.brief import Brief, Importance, Requirement, brief_from_text
from talentpool.matching.documents import PoolDocument
from talentpool.matching.errors import IndexOutdatedError
from talentpool.matching.index import THIN_TERMS, PoolIndex
from talentpool.matching.ranking import Ranking, rank
from talentpool.matching.receipt import Band, Receipt
from talentpool.matching.role import core_of_title
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import SHORTEST_LENGTH, band_shares, length_slope
from tests.unit.matching.builders import SETTINGS, make_index, make_person, make_settings, receipt_for

TODAY = date(2026, 11, 23)
WORDS = ["java", "sql", "kafka", "python", "nurse", "ward", "sales", "k8s", "lager", "and", "c++", "audit"]

resumes = st.lists(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), min_size=1, max_size=14)
briefs = st.lists(st.sampled_from(WORDS), max_size=8).map(
    lambda words: Brief(title=" ".join(words[:2]), text=" ".join(words))
)


def rank_in(
    people: list[PoolDocument], brief: Brief, given_settings: MatchingSettings = SETTINGS, **more: object
) -> tuple[PoolIndex, Ranking]:
    with tempfile.TemporaryDirectory() as folder:
        index = make_index(Path(folder), people, given_settings)
        return index, rank(index, brief, given_settings, today=TODAY, **more)


def make_pool(texts: list[str]) -> list[PoolDocument]:
    return [make_person(n * 3 + 1, text, stage_rank=n % 7) for n, text in enumerate(texts)]


def dense_scores(index: PoolIndex, ranking: Ranking) -> dict[int, float]:
    """Work every text score out with plain Python sums from the counts of each person."""
    words, slope = SETTINGS.words, ranking.role.slope
    scores = {}
    for candidate_id in index.candidate_ids.tolist():
        number, inner = index.place_of(index.row_of(candidate_id) or 0)
        segment = index.segments[number]
        weights, shared = {}, []
        for term, count in zip(*(part.tolist() for part in segment.row(inner)), strict=True):
            frequency = max(1, int(index.frequencies(segment.term_hashes[term : term + 1])[0]))
            people = index.snapshot_people
            apart = min(1.0, 2 * (1 - (frequency - 1) / people))
            idf = (math.log((1 + people) / (1 + frequency)) + 1) * apart
            worth = 1.0 if not segment.pairs[term] else words.pair_weight * (frequency >= 2)
            weights[int(segment.term_hashes[term])] = (
                min(count, words.count_cap) ** words.count_power * idf * worth
            )
            shared += [weights[int(segment.term_hashes[term])]] if frequency >= 2 else []
        norm = math.sqrt(math.fsum(weight * weight for weight in shared))
        norm = max(norm, index.pivot) if len(weights) < THIN_TERMS else norm
        length = max((1 - slope) * index.pivot + slope * norm, SHORTEST_LENGTH * index.pivot)
        scores[candidate_id] = math.fsum(
            t.weight * weights.get(t.hash, 0.0) / length for t in ranking.role.terms
        )
    return scores


@given(texts=resumes, brief=briefs)
def test_scores_of_the_index_equal_a_dense_computation(texts: list[str], brief: Brief) -> None:
    index, ranking = rank_in([make_person(n + 1, text) for n, text in enumerate(texts)], brief, limit=3)
    expected = dense_scores(index, ranking)
    for scored in ranking.top:
        assert scored.score == pytest.approx(expected[scored.candidate_id], rel=1e-9, abs=1e-12)
    for candidate_id, score in zip(ranking.candidate_ids.tolist(), ranking.scores.tolist(), strict=True):
        assert score == pytest.approx(expected[candidate_id], rel=1e-6, abs=1e-9)


def test_a_title_alone_does_not_beat_a_resume_that_has_it_and_more() -> None:
    said = " ".join(f"skill{n} task{n}" for n in range(60))
    career = f"platform engineer kubernetes terraform {said} platform engineer kubernetes"
    texts = ["platform engineer", career, *(f"nurse {said} ward{n}" for n in range(4))]
    brief = Brief(title="platform engineer", text="kubernetes terraform")
    _, ranking = rank_in([make_person(n + 1, text) for n, text in enumerate(texts)], brief)
    assert ranking.candidate_ids.tolist()[0] == 2


@given(texts=resumes, brief=briefs, seed=st.integers(0, 99))
def test_a_pool_in_another_order_gives_the_same_list(texts: list[str], brief: Brief, seed: int) -> None:
    people = make_pool(texts)
    shuffled = random.Random(seed).sample(people, len(people))
    one, other = rank_in(people, brief)[1], rank_in(shuffled, brief)[1]
    assert one.candidate_ids.tolist() == other.candidate_ids.tolist()
    assert one.scores.tolist() == other.scores.tolist()
    assert one.role.terms == other.role.terms


@given(texts=resumes, brief=briefs)
def test_receipts_add_up_and_survive_storage(texts: list[str], brief: Brief) -> None:
    _, ranking = rank_in(make_pool(texts), brief)
    for scored in ranking.top:
        assert abs(sum(line.value for line in scored.receipt.lines) - scored.score) < 1e-9
        stored = Receipt.from_document(json.loads(json.dumps(scored.receipt.to_document())))
        assert stored == scored.receipt
        assert stored.recomputed() == scored.score


@given(texts=resumes, brief=briefs, barred=st.sets(st.integers(1, 40)), wording=st.sampled_from(WORDS))
def test_everybody_is_ranked_barred_or_removed_by_a_filter(
    texts: list[str], brief: Brief, barred: set[int], wording: str
) -> None:
    required = Requirement(any_of=(wording,), importance=Importance.FILTER)
    brief = Brief(title=brief.title, text=brief.text, requirements=(required,))
    index, ranking = rank_in(make_pool(texts), brief, barred=np.array(sorted(barred), np.int64))
    ranked, removed = set(ranking.candidate_ids.tolist()), set(ranking.lacking[0].candidate_ids.tolist())
    out = barred & set(index.candidate_ids.tolist())
    assert not ranked & barred
    assert ranking.barred == len(out)
    assert sorted([*ranked, *removed, *out]) == index.candidate_ids.tolist()
    assert ranking.lacking[0].lacking_only_this == len(removed)


def test_whoever_mentions_what_the_title_asks_for_comes_first() -> None:
    people = [
        make_person(1, "Registered nurse on a surgical ward"),
        make_person(2, "Java developer, Kafka, SQL"),
    ]
    _, ranking = rank_in(people, brief_from_text("Java developer\nKafka streams"))
    assert ranking.candidate_ids.tolist() == [2, 1]
    assert {line.kind for line in ranking.top[0].receipt.lines} >= {"title", "text"}


def test_related_words_come_from_several_of_the_best_hits_only() -> None:
    people = [make_person(n, f"welder mig tig steel surname{n}") for n in range(1, 6)]
    people += [make_person(n, "tig gas shielding at a boiler") for n in range(6, 8)]
    people += [make_person(n, "bookkeeper ledger invoices") for n in range(8, 20)]
    _, ranking = rank_in(people, Brief(title="Welder", text="welder"))
    related = {term.label for term in ranking.role.terms if term.kind == "related"}
    assert "tig" in related
    assert not any(label.startswith("surname") for label in related)
    assert set(ranking.candidate_ids[5:7].tolist()) == {6, 7}


def test_an_alias_in_the_role_is_met_by_the_full_name_and_shown_as_written() -> None:
    _, ranking = rank_in([make_person(1, "ran Kubernetes clusters")], Brief(title="K8s admin", text=""))
    line = next(line for line in ranking.top[0].receipt.lines if line.label == "kubernetes")
    assert line.written == "K8s"


def test_history_reorders_equals_but_makes_no_match() -> None:
    people = [
        make_person(1, "java"),
        make_person(2, "java", silver_medalist=True, promise_open=True),
        make_person(3, "nurse", silver_medalist=True, stage_rank=6, rating=1.0),
    ]
    _, ranking = rank_in(people, Brief(title="java", text=""))
    assert ranking.candidate_ids.tolist() == [2, 1, 3]
    assert [line.label for line in ranking.top[0].receipt.lines if line.kind == "signal"] == [
        "silver_medalist",
        "promise_open",
    ]
    assert ranking.top[2].score == 0


def test_with_all_signals_at_zero_the_order_is_the_texts() -> None:
    off = dict.fromkeys(
        ("stage", "silver_medalist", "reason_lapsed", "promise_open", "rating", "freshness"), 0.0
    )
    people = [make_person(1, "java sql"), make_person(2, "java nurse", silver_medalist=True, stage_rank=5)]
    _, ranking = rank_in(people, Brief(title="java sql", text=""), make_settings(signals=off))
    assert ranking.candidate_ids.tolist() == [1, 2]
    assert all(line.kind != "signal" for scored in ranking.top for line in scored.receipt.lines)


def test_nobody_is_a_strong_match_while_an_important_word_is_missing() -> None:
    people = [make_person(1, "java sql kafka"), make_person(2, "java sql kafka audit")]
    important = Requirement(any_of=("audit", "auditing"), importance=Importance.IMPORTANT)
    _, ranking = rank_in(people, Brief(title="java sql kafka", text="", requirements=(important,)))
    assert {scored.candidate_id: scored.band for scored in ranking.top} == {1: "good", 2: "strong"}
    assert "audit" in ranking.top[1].receipt.missing


def test_a_filter_is_met_by_any_of_its_wordings_and_by_aliases() -> None:
    people = [make_person(1, "k8s"), make_person(2, "nomad"), make_person(3, "excel")]
    required = Requirement(any_of=("Kubernetes", "Nomad"), importance=Importance.FILTER)
    _, ranking = rank_in(people, Brief(title="Operator", text="", requirements=(required,)))
    assert ranking.candidate_ids.tolist() == [1, 2]
    assert ranking.lacking[0].candidate_ids.tolist() == [3]


def test_the_receipt_of_anybody_can_be_had_later() -> None:
    people = [make_person(n, "java " * (n % 3) + "sql") for n in range(1, 30)]
    index, ranking = rank_in(people, Brief(title="java", text=""), limit=2, barred=np.array([5]))
    last = int(ranking.candidate_ids[-1])
    scored = receipt_for(index, ranking, last)
    assert scored.rank == 28
    assert scored.score == pytest.approx(ranking.scores[-1], rel=1e-6)
    with pytest.raises(ValueError, match="5"):
        receipt_for(index, ranking, 5)


@pytest.mark.parametrize("text", ["", "the and of", "zzzunknown", "\x00\ud800", "x" * 1_000_000, "1234"])
def test_a_role_without_usable_words_still_gives_a_list(text: str) -> None:
    people = [make_person(2, "java"), make_person(1, "\x00 \ud800"), make_person(3, "")]
    _, ranking = rank_in(people, brief_from_text(text))
    assert ranking.candidate_ids.tolist() == [1, 2, 3]
    assert np.isfinite(ranking.scores).all()


def test_an_empty_pool_gives_an_empty_list() -> None:
    _, ranking = rank_in([], brief_from_text("Java developer"))
    assert ranking.candidate_ids.tolist() == []
    assert ranking.top == ()


def test_one_candidate_is_found() -> None:
    _, ranking = rank_in([make_person(7, "java developer")], brief_from_text("Java developer"))
    assert ranking.top[0].candidate_id == 7
    assert ranking.top[0].score > 0


def test_an_index_made_under_other_words_settings_is_refused(tmp_path: Path) -> None:
    index = make_index(tmp_path, [make_person(1, "java")])
    with pytest.raises(IndexOutdatedError, match="rebuild"):
        rank(index, Brief(title="java", text=""), make_settings(words={"count_cap": 7}), today=TODAY)


def test_the_slope_of_length_runs_from_key_words_to_adverts() -> None:
    role = SETTINGS.role
    assert length_slope(1, role) == role.short_slope
    assert length_slope(1000, role) == role.long_slope
    assert role.short_slope < length_slope((role.short_terms + role.long_terms) // 2, role) < role.long_slope


def test_the_compiled_loop_gives_the_same_numbers_as_plain_arrays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(3)
    people = [make_person(n, " ".join(chance.choices(WORDS, k=40))) for n in range(1, 200)]
    index, brief = make_index(tmp_path, people), Brief(title="java k8s", text="sql audit lager nurse")
    plain = rank(index, brief, SETTINGS, today=TODAY)
    monkeypatch.setattr(matching_index, "LARGE_PEOPLE", 1)
    monkeypatch.setattr(compiled, "COMPILED_SIZE", 1)
    assert compiled.compiled_loop(compiled.add_columns) is not None
    assert rank(index, brief, SETTINGS, today=TODAY).scores.tolist() == plain.scores.tolist()


PERSONAL = "Jane Doe\njane.doe@mail.example\n+44 20 7946 0958\nhttps://jane.example/cv\n"
OTHER_PERSONAL = "Wei Chen\nchen_wei@post.example.cn\n0170 5551234\nwww.wei-chen.example\n"


@given(texts=resumes, brief=briefs)
def test_addresses_and_numbers_of_a_person_change_no_score(texts: list[str], brief: Brief) -> None:
    def scores(personal: str) -> list[float]:
        contact = "\n".join(personal.splitlines()[1:])
        people = [make_person(n, f"{contact}\n{text}") for n, text in enumerate(texts)]
        return rank_in(people, brief)[1].scores.tolist()

    assert scores(PERSONAL) == scores(OTHER_PERSONAL)


def test_dropping_a_term_changes_the_total_by_what_the_receipt_said() -> None:
    people = [make_person(1, "java kafka sql"), make_person(2, "java nurse"), make_person(3, "kafka")]
    _, ranking = rank_in(people, Brief(title="java", text="kafka sql"))
    receipt = ranking.top[0].receipt
    for dropped in receipt.lines:
        rest = math.fsum(line.value for line in receipt.lines if line is not dropped)
        assert receipt.total - rest == pytest.approx(dropped.value, abs=1e-9)


def test_pasting_words_many_times_in_a_row_gains_nothing() -> None:
    people = [
        make_person(1, "java sql audit ledger"),
        make_person(2, "java java java java java sql audit ledger"),
    ]
    _, ranking = rank_in(people, Brief(title="java", text="sql"))
    assert ranking.scores[0] == pytest.approx(ranking.scores[1])


def test_what_nobody_else_writes_can_still_be_found() -> None:
    people = [make_person(n, "java sql audit") for n in range(1, 150)] + [make_person(500, "cobol java sql")]
    _, ranking = rank_in(people, Brief(title="COBOL programmer", text=""))
    assert ranking.candidate_ids[0] == 500
    assert ranking.scores[0] > 0


def test_bands_ask_more_of_key_words_than_of_adverts() -> None:
    bands, role = SETTINGS.bands, SETTINGS.role
    assert band_shares(3, bands, role) == (bands.strong_key_words, bands.good_key_words)
    assert band_shares(500, bands, role) == pytest.approx((bands.strong_advert, bands.good_advert))


def test_what_the_best_hits_have_no_more_often_than_everybody_is_no_related_word() -> None:
    told = [
        f"punctual reliable {trade} skill{n}" for n in range(20) for trade in ("welder argon", "nurse ward")
    ]
    brief = Brief(title=None, text="welder")
    _, ranking = rank_in([make_person(n, text) for n, text in enumerate(told, start=1)], brief)
    related = {term.label for term in ranking.role.terms if term.kind == "related"}
    assert "argon" in related
    assert not related & {"punctual", "reliable", "punctual reliable"}


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("(US)-Program Manager Senior", "-Program Manager"),
        ("Real Estate Attorney (4+ yrs)", "Real Estate Attorney"),
        ("Senior Web Developer - PHP", "Web Developer"),
        ("[Remote] Nurse: night shift", "Nurse"),
    ],
)
def test_the_core_of_a_title_is_the_trade(title: str, core: str) -> None:
    assert core_of_title(title, SETTINGS) == core


@given(texts=resumes, brief=briefs, limit=st.integers(0, 20))
def test_a_ranking_without_receipts_is_the_same_to_the_last_digit(
    texts: list[str], brief: Brief, limit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = make_index(Path(folder), make_pool([*texts, f"{brief.title} {brief.text}"]))
        whole = rank(index, brief, SETTINGS, today=TODAY, limit=limit)
        quick = rank(index, brief, SETTINGS, today=TODAY, limit=limit, with_receipts=False)
        assert quick.top == ()
        assert quick.candidate_ids.tolist() == whole.candidate_ids.tolist()
        assert quick.scores.tolist() == whole.scores.tolist()
        assert quick.role == whole.role
        assert quick.bands(limit) == whole.bands(limit) == [one.band for one in whole.top]


@given(texts=resumes, brief=briefs, copies=st.integers(0, 3))
def test_the_bands_of_everybody_at_once_are_those_of_the_receipts(
    texts: list[str], brief: Brief, copies: int
) -> None:
    advert = "java kafka audit sql python nurse ward sales lager java audit kafka sql ward python"
    required = (Requirement(any_of=("audit", "sql"), importance=Importance.IMPORTANT),)
    for asked in (brief, Brief(title=brief.title, text=advert, requirements=required)):
        people = make_pool([*texts, *[f"{advert} {asked.text}"] * copies])
        index, ranking = rank_in(people, asked)
        accounts = Accounts(index, ranking.role, SETTINGS, today=TODAY)
        rows = np.flatnonzero(index.alive).tolist()
        one_by_one = [list(Band).index(one.band) for one in accounts.scored(rows)]
        assert accounts.bands()[rows].tolist() == one_by_one
