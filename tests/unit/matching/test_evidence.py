"""Evidence: the role's words where they stand in a resume, and the lines that say most."""

from talentpool.matching.evidence import best_lines, mentions
from tests.unit.matching.builders import SETTINGS


def marked(text: str, *terms: str) -> list[tuple[str, str]]:
    return [(text[one.start : one.end], one.term) for one in mentions(text, terms, SETTINGS)]


def test_mentions_are_found_by_any_alias_and_marked_as_written() -> None:
    text = "Résumé: ran K8s and Kubernetes; wrote JavaScript, not Java."
    assert marked(text, "kubernetes", "java") == [
        ("K8s", "kubernetes"),
        ("Kubernetes", "kubernetes"),
        ("Java", "java"),
    ]


def test_the_longest_wording_is_marked_once() -> None:
    text = "Natural language processing and machine learning"
    found = marked(text, "natural language processing", "language", "machine learning", "learning")
    assert found == [
        ("Natural language processing", "natural language processing"),
        ("machine learning", "machine learning"),
    ]


def test_words_inside_other_words_and_addresses_are_no_mentions() -> None:
    assert marked("googled java@go.org at go.com/java", "go", "java") == []


def test_the_best_lines_are_quoted_weightiest_first() -> None:
    text = "Profile\nLed a team\n  Built Kafka   streams in Java\nJava\n" + "Kafka once more. " * 40
    lines = best_lines(text, {"kafka": 2.0, "java": 1.0}, SETTINGS, most=2)
    assert lines == ("Built Kafka streams in Java", "Kafka once more.")


def test_a_long_line_without_sentences_is_quoted_in_part() -> None:
    lines = best_lines("word " * 200 + "kafka", {"kafka": 1.0}, SETTINGS)
    assert len(lines) == 1
    assert lines[0].endswith("kafka")
    assert len(lines[0]) <= 240


def test_a_resume_that_mentions_nothing_has_no_best_line() -> None:
    assert best_lines("Nurse on a ward", {"kafka": 1.0}, SETTINGS) == ()
