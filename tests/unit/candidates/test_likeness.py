"""The rule that makes two records one person, judged on labelled pairs and stated sentence by sentence."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.candidates.identity_rules import identity_rules
from talentpool.candidates.likeness import PersonFacts, Verdict, decides, judge
from talentpool.candidates.name_words import sound_of
from talentpool.candidates.names import NameTie, count_people, tie_of_names
from tests.unit.candidates.labelled_pairs import LabelledPair, by_kind, labelled_pairs

NAMES = st.lists(
    st.sampled_from(
        ["Ana", "Bob", "Robert", "Müller", "Mueller", "J.", "Юрий", "Yuri", "Jr.", "Dr.", "Ruiz"]
    ),
    max_size=4,
).map(" ".join)


def verdict_of(pair: LabelledPair) -> Verdict:
    """Judge a pair as the scan of the pool does."""
    return judge(pair.one, pair.other, pair.people_by_key()).verdict


def test_the_rule_never_joins_two_people_and_finds_most_of_one_person(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pairs = labelled_pairs()
    verdicts = [(pair, verdict_of(pair)) for pair in pairs]
    ours = [verdict for pair, verdict in verdicts if pair.is_one_person]
    certain = [pair for pair, verdict in verdicts if verdict is Verdict.CERTAIN]
    automatic = sum(verdict is Verdict.CERTAIN for verdict in ours) / len(ours)
    seen = sum(verdict is not Verdict.DIFFERENT for verdict in ours) / len(ours)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(pairs)} pairs, {len(ours)} of one person: automatic precision "
            f"{sum(pair.is_one_person for pair in certain) / len(certain):.3f}, recall {automatic:.3f}; "
            f"automatic or proposed recall {seen:.3f}\n"
        )
    assert len(pairs) >= 300
    assert [pair.kind for pair in certain if not pair.is_one_person] == []
    assert automatic >= 0.6  # one in five of these pairs shares no address, so only a person may decide
    assert seen >= 0.98


@pytest.mark.parametrize("seed", range(10))
def test_no_other_seed_joins_two_people(seed: int) -> None:
    for kind, pairs in by_kind(labelled_pairs(100 + seed)):
        joined = [pair for pair in pairs if not pair.is_one_person and verdict_of(pair) is Verdict.CERTAIN]
        assert not joined, f"{kind}: {[(pair.one.name, pair.other.name) for pair in joined]}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob Smith", "Robert Smith"), ("Sepp Huber", "Huber, Josef"), ("Paco Ibáñez", "Francisco Ibanez"),
        ("Юрий Шевченко", "Jurij Schewtschenko"), ("Yuri Shevchenko", "Iouri Schewtschenko"), ("Müller Jan", "Jan Mueller"),
        ("Anna-Lena Vogt", "Annalena Vogt"), ("Ana Ruiz", "Ana Ruiz Gómez"),
    ],
)  # fmt: skip
def test_one_name_in_two_spellings_is_the_same(one: str, other: str) -> None:
    assert tie_of_names(one, other) is tie_of_names(other, one) is NameTie.SAME


@pytest.mark.parametrize(
    ("one", "other", "tie"),
    [
        ("J. Müller", "Jana Müller", NameTie.SHORTENED),
        ("Robert Harrington", "Robert Harrnigton", NameTie.MISSPELT),
        ("", "Jana Müller", NameTie.UNNAMED),
        ("Jo Hall", "Jo Hall jun.", NameTie.KIN),
        ("Jo Hall sen.", "Jo Hall jun.", NameTie.KIN),
        ("John A. Smith", "John B. Smith", NameTie.ALIKE),
        ("Anna Schmidt", "Anna Vogelsang", NameTie.GIVEN_NAME),
        ("Jan Novák", "Jana Nováková", NameTie.DIFFERENT),
        ("Karin Vogt", "Katrin Vogt", NameTie.ALIKE),
        ("Ana Ruiz Gómez", "Ana Ruiz Pérez", NameTie.ALIKE),
        ("Anna Lindemann-Kern", "Anna Vogt-Lindemann", NameTie.ALIKE),
        ("Ivan Ivanovich Petrov", "Ivan Sergeevich Petrov", NameTie.ALIKE),
        ("Ivan Ivanovich Petrov", "Ivan Ivanovich Sidorov", NameTie.GIVEN_NAME),
        ("Иван Сергеевич Петров", "Petrov Ivan", NameTie.SAME),
        ("Alexander Vogt", "Alexandra Vogt", NameTie.FAMILY_NAME),
    ],
)
def test_names_that_are_not_the_same_say_how_they_stand(one: str, other: str, tie: NameTie) -> None:
    assert tie_of_names(one, other) is tie_of_names(other, one) is tie


def test_a_landline_a_role_address_and_a_company_page_decide_nothing() -> None:
    for kind, key in (("phone", "+4930901820"), ("email", "jobs@example.org"), ("url", "example.org")):
        assert not decides(kind, key, NameTie.SAME, people=1)


def test_an_address_of_three_people_decides_nothing() -> None:
    assert decides("email", "ana@example.org", NameTie.SAME, people=2)
    assert not decides("email", "ana@example.org", NameTie.SAME, people=3)


def test_a_name_with_an_employer_or_a_place_only_proposes() -> None:
    one = PersonFacts(name="Ana Ruiz", employers=frozenset({"northwind"}), city="lisbon")
    assert judge(one, one, {}).verdict is Verdict.POSSIBLE


def test_a_name_alone_says_nothing() -> None:
    assert judge(PersonFacts(name="Ana Ruiz"), PersonFacts(name="Ana Ruiz"), {}).verdict is Verdict.DIFFERENT


def test_every_short_form_goes_with_the_name_it_is_short_for() -> None:
    wrong = [
        (word, name)
        for word, names in identity_rules().long_forms.items()
        for name in names
        if tie_of_names(f"{word} vogelsang", f"{name} vogelsang") is not NameTie.SAME
    ]
    assert not wrong


def test_a_family_counts_as_its_members() -> None:
    assert count_people(["Jan Müller", "Jana Müller", "J. Mueller", "", "Müller, Jan"]) == 2


@given(NAMES, NAMES)
def test_the_order_of_two_names_does_not_count(one: str, other: str) -> None:
    assert tie_of_names(one, other) is tie_of_names(other, one)


@given(st.text(max_size=30))
def test_a_sound_has_no_other_sound(word: str) -> None:
    assert sound_of(sound_of(word)) == sound_of(word) or not word.isascii() or not word.islower()
