"""Terms of texts: stop words by language, repeats, neighbours, and any text at all."""

from hypothesis import given
from hypothesis import strategies as st

from talentpool.matching.postings import analyse
from talentpool.matching.text import pair_hashes
from tests.unit.matching.builders import SETTINGS

RULES = SETTINGS.text


def terms(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for term in analyse([text], RULES).labelled():
        counts[term.label] = counts.get(term.label, 0) + term.mentions
    return counts


def test_stop_words_follow_the_language_of_the_document() -> None:
    german = "Ich war die Leiterin und habe mit dem Team für das Projekt gearbeitet"
    assert "die" not in terms(german)
    assert "die" in terms("tool and die maker with the press for us")


def test_stop_words_are_chosen_by_the_language_most_of_the_document_is_in() -> None:
    head = "Anna Weber\nSenior Project Manager with a focus on the automotive industry\n"
    body = "Ich war für die Leitung der Projekte und das Budget mit den Kunden verantwortlich. " * 3
    assert not {"der", "die", "und", "mit"} & set(terms(head + body))
    assert {"project manager", "budget", "leitung"} <= set(terms(head + body))
    french = "J'ai dirigé une équipe de vente pour les clients dans le sud avec un budget"
    assert not {"une", "pour", "les", "dans"} & set(terms(french))
    spanish = "Responsable de la gestión de los proyectos para el cliente y con el equipo"
    assert not {"la", "los", "para", "el"} & set(terms(spanish))
    assert {"ansvarig", "projekt"} <= set(terms("Ansvarig för projekt och budget hos kunden"))


def test_repeating_a_word_at_once_counts_once_and_later_again() -> None:
    assert terms("java java java java")["java"] == 1
    apart = "java one big project for some bank in the city of bonn then java"
    assert terms(apart)["java"] == 2


def test_a_person_is_not_changed_by_the_neighbour_in_the_batch() -> None:
    together = analyse(["sql java", "java sql"], RULES)
    second = together.rows == 1
    keys = together.hashes[together.terms[second]].tolist()
    alone = {term.hash: term.mentions for term in analyse(["java sql"], RULES).labelled()}
    assert dict(zip(keys, together.counts[second].tolist(), strict=True)) == alone


def test_a_pair_is_not_its_reverse() -> None:
    one = analyse(["data science"], RULES).hashes
    other = analyse(["science data"], RULES).hashes
    assert len(set(one.tolist()) & set(other.tolist())) == 2
    assert pair_hashes(one[:1], one[1:2]) != pair_hashes(one[1:2], one[:1])


@given(st.text(max_size=200))
def test_any_text_gives_terms_or_none_and_never_fails(text: str) -> None:
    found = analyse([text, text], RULES)
    assert (found.counts > 0).all()
    assert len(found.rows[found.rows == 0]) == len(found.rows[found.rows == 1])


def test_a_very_long_run_without_spaces_is_read_in_time() -> None:
    assert terms("a" * 1_000_000 + "@") == {}
