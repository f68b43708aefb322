"""German compounds meet the same words written apart, and other languages are left alone."""

import pytest

from talentpool.matching.compounds import split_compound
from talentpool.matching.located import located_terms
from talentpool.matching.postings import analyse
from talentpool.matching.text import fold
from tests.unit.matching.builders import SETTINGS

GERMAN_SENTENCE = "Ich habe mit dem Team und für die Kunden gearbeitet. "
SPLIT = {
    "Softwareentwickler": "software entwickler",
    "Softwareentwicklerin": "software entwickler",
    "Softwareentwicklungsleiter": "software entwicklung leiter",
    "Webentwicklerinnen": "web entwickler",
    "Anwendungsentwickler": "anwendung entwickler",
    "Datenbankadministrator": "datenbank administrator",
    "Netzwerktechniker": "netzwerk techniker",
    "Systemarchitektin": "system architekt",
    "Datenschutzbeauftragter": "datenschutz beauftragter",
    "Projektleiter": "projekt leiter",
    "Projektmanagerin": "projekt manager",
    "Vertriebsleiter": "vertrieb leiter",
    "Vertriebsinnendienst": "vertrieb innendienst",
    "Außendienstmitarbeiter": "aussendienst mitarbeiter",
    "Kundenbetreuerin": "kunden betreuer",
    "Filialleiter": "filial leiter",
    "Einkaufsleiterin": "einkauf leiter",
    "Produktionsplanung": "produktion planung",
    "Fertigungsplaner": "fertigung planer",
    "Qualitätsmanagement": "qualitat management",
    "Qualitätssicherung": "qualitat sicherung",
    "Lagerarbeiter": "lager arbeiter",
    "Gabelstaplerfahrer": "gabelstapler fahrer",
    "Maschinenbauingenieur": "maschinenbau ingenieur",
    "Heizungsmonteur": "heizung monteur",
    "Elektroinstallateur": "elektro installateur",
    "Zerspanungsmechaniker": "zerspanung mechaniker",
    "Bauleiterin": "bau leiter",
    "Krankenpflegerin": "krankenpfleger",
    "Gesundheitspfleger": "gesundheit pfleger",
    "Altenpflegehelfer": "alten pflege helfer",
    "Physiotherapeutin": "physio therapeut",
    "Zahnarzthelfer": "zahnarzt helfer",
    "Notfallsanitäter": "notfall sanitater",
    "Pharmareferent": "pharma referent",
    "Grundschullehrerin": "grundschul lehrer",
    "Sozialpädagogin": "sozial padagog",
    "Personalsachbearbeiter": "personal sachbearbeiter",
    "Personalentwicklung": "personal entwicklung",
    "Lohnbuchhalterin": "lohn buchhalter",
    "Finanzbuchhaltung": "finanz buchhaltung",
    "Steuerberaterin": "steuer berater",
    "Wirtschaftsprüfer": "wirtschaft prufer",
    "Bankkauffrau": "bank kauffrau",
    "Arbeitsrecht": "arbeit recht",
    "Mediengestalter": "medien gestalter",
    "Küchenchef": "kuchen chef",
    "Gebäudereiniger": "gebaude reiniger",
}


@pytest.mark.parametrize(("compound", "parts"), SPLIT.items())
def test_a_compound_is_cut_where_its_words_meet(compound: str, parts: str) -> None:
    assert " ".join(split_compound(fold(compound), SETTINGS.compound_parts, is_german=False)) == parts


@pytest.mark.parametrize(
    "word",
    [
        "Mitarbeiter", "Elektroniker", "Kommissionierer", "Geschäft", "Management", "Manager", "Engineering",
        "Kubernetes", "Interpersonal", "Workstation", "Advantages", "Infestations", "Microservices", "Stewards",
        "Transporter", "Programmer", "Controllers", "Projektledare", "Verpleegkundige", "Informatique",
    ],
)  # fmt: skip
def test_other_words_stay_whole(word: str) -> None:
    assert split_compound(fold(word), SETTINGS.compound_parts, is_german=False) == ()


def test_in_a_german_text_the_first_part_may_be_any_word() -> None:
    parts = SETTINGS.compound_parts
    assert split_compound("harfenlehrer", parts, is_german=True) == ("harfen", "lehrer")
    assert split_compound("harfenlehrer", parts, is_german=False) == ()
    assert split_compound("verzinkungsmeister", parts, is_german=True) == ("verzinkung", "meister")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Softwareentwickler (m/w/d)", "Software-Entwickler", "software entwickler"),
        ("Softwareentwickler", "Software Entwickler", "software entwickler"),
        ("Krankenpflegerin", "Krankenpfleger/in", "nurse"),
        ("Krankenpflegerin", "Krankenpfleger*in", "nurse"),
        ("Entwicklerin", "Entwickler:in", "entwickler"),
        ("Vertriebsleiter", "Leiter Vertrieb", "leiter"),
        ("Vertriebsleiter", "Leiter Vertrieb", "sales"),
    ],
)
def test_the_same_trade_is_met_however_it_is_written(one: str, other: str, shared: str) -> None:
    texts = (one, other, GERMAN_SENTENCE + one, GERMAN_SENTENCE + other)
    for text in texts:
        assert shared in {term.label for term in analyse([text], SETTINGS.text).labelled()}


def test_the_whole_word_stays_a_term_beside_its_parts_and_their_pair() -> None:
    found = {term.label: term.is_pair for term in analyse(["Projektleiter"], SETTINGS.text).labelled()}
    assert found == {"projektleiter": False, "projekt": False, "leiter": False, "projekt leiter": True}


def test_a_text_in_another_language_is_not_cut() -> None:
    english = "I was a Projektleiter at the company and led the team with them"
    assert "projekt" not in {term.label for term in analyse([english], SETTINGS.text).labelled()}


def test_parts_are_counted_once_a_mention_and_located_in_the_whole_word() -> None:
    text = GERMAN_SENTENCE + "Projektleiter war ich, dann in Bonn und auch in Kassel wieder Projektleiterin."
    found = {term.label: (term.hash, term.mentions) for term in analyse([text], SETTINGS.text).labelled()}
    key, count = found["projekt leiter"]
    assert count == 2
    spans = [text[one.start : one.end] for one in located_terms(text, SETTINGS.text) if one.hash == key]
    assert spans == ["Projektleiter", "Projektleiterin"]
