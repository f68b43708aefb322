"""What a resume says of its person is proposed with its line, and nothing is made up."""

import pytest

from talentpool.resumes.contacts import Found
from talentpool.resumes.proposal import Proposal, propose
from talentpool.resumes.sections import SectionKind, folded, heading_kind, sections_of
from tests.unit.resumes.resume_texts import Written, written_resumes

RESUMES = list(written_resumes())


def wanted(written: Written) -> dict[str, str]:
    person = written.person
    return {
        "name": folded(person.name.removeprefix("Dr. ")).replace("ı", "i"),
        "email": person.email,
        "phone": person.e164,
        "link": person.link.casefold(),
        "title": folded(person.title),
        "employer": folded(person.employer),
    }


def proposed(proposal: Proposal) -> dict[str, str]:
    """Give the first value of each kind that is proposed, in the form it is compared in."""
    found = {
        "name": proposal.name and folded(proposal.name.value).replace("ı", "i"),
        "email": next((item.value for item in proposal.emails), None),
        "phone": next((item.value for item in proposal.phones), None),
        "link": next((item.value.casefold() for item in proposal.links), None),
        "title": proposal.title and folded(proposal.title.value),
        "employer": proposal.employer and folded(proposal.employer.value),
    }
    return {kind: value for kind, value in found.items() if value}


@pytest.mark.parametrize("kind", ["name", "email", "phone", "link", "title", "employer"])
def test_proposals_are_right_and_rarely_missing(kind: str) -> None:
    pairs = [(wanted(written)[kind], proposed(propose(written.text)).get(kind)) for written in RESUMES]
    assert len(pairs) >= 60
    right = sum(value == found for value, found in pairs)
    made = sum(found is not None for _, found in pairs)
    assert right / made >= 0.97, [pair for pair in pairs if pair[1] not in (None, pair[0])]
    assert right / len(pairs) >= 0.95, [pair for pair in pairs if pair[1] is None]


def test_each_value_stands_on_the_line_it_names() -> None:
    for written in RESUMES:
        proposal = propose(written.text)
        lines = written.text.split("\n")
        for item in (*proposal.emails, *proposal.links, proposal.title, proposal.employer):
            assert item is not None
            assert item.value in lines[item.line]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Microsoft Office\nProject Management\nTeam Building",
        "Built pipelines from 2019 to 2024 and saved 1 200 000 EUR",
        "MARKETING MANAGER\nSummary\nResults oriented",
        "Lorem ipsum dolor sit amet, consectetur",
    ],
)
def test_nothing_is_proposed_where_nothing_is_said(text: str) -> None:
    proposal = propose(text)
    assert proposal.name is None
    assert not (proposal.emails or proposal.phones or proposal.links)


def test_addresses_behind_words_are_proposed_too() -> None:
    proposal = propose(
        "Jane Example\nMail", links=["mailto:jane@example.org?subject=x", "https://example.org/jane"]
    )
    assert proposal.emails == (Found(value="jane@example.org", line=-1),)
    assert proposal.links == (Found(value="https://example.org/jane", line=-1),)


def test_a_referee_is_not_the_person() -> None:
    proposal = propose(
        "Jane Example\njane@example.org\nReferences\nMax Referee, max@example.com, +44 20 7946 0000"
    )
    assert [item.value for item in proposal.emails] == ["jane@example.org"]
    assert not proposal.phones


@pytest.mark.parametrize(
    ("line", "country", "phone"),
    [
        ("Mobil: 0171/2345678", "DE", "+491712345678"),
        ("+49 (0) 171 2345678", None, "+491712345678"),
        ("0046 70 123 45 67", None, "+46701234567"),
        ("(415) 555-2671 or 415-555-2672", None, "+14155552671"),
        ("06.12.34.56.78", "FR", "+33612345678"),
        ("01/2019 - 02/2020", "DE", None),
        ("12.03.1987", "DE", None),
        ("2011 - 2015", "GB", None),
        ("ISBN 978-3-16-148410-0", "DE", None),
        ("28013 Madrid", "ES", None),
    ],
)
def test_phones_come_in_one_form_and_dates_are_none(
    line: str, country: str | None, phone: str | None
) -> None:
    phones = propose(f"Jane Example\n{line}", country=country).phones
    assert (phones[0].value if phones else None) == phone


def test_a_name_may_be_labelled_spread_over_two_lines_or_dressed_with_degrees() -> None:
    for text in (
        "Data Engineer\nName: Jane Example",
        "JANE\nEXAMPLE\njane.example@example.org",
        "Dr. Jane Example, PhD, PMP\njane@example.org",
        "Lebenslauf Jane Example\nBerlin",
        "Resume of Jane Example | Data Engineer",
    ):
        found = propose(text).name
        assert found is not None
        assert found.value == "Jane Example"


def test_the_job_that_has_not_ended_is_the_latest_even_when_it_began_earlier() -> None:
    text = "Experience\nConsultant, Acme Ltd, 2020 - 2023\nProfessor, University of Somewhere, 2010 - present"
    proposal = propose(text)
    assert proposal.title == Found(value="Professor", line=2)
    assert proposal.employer == Found(value="University of Somewhere", line=2)


def test_schooling_is_no_job() -> None:
    proposal = propose(
        "Experience\nBaker, Acme Ltd, 2010 - 2012\nEducation\nTeacher training, 2013 - present"
    )
    assert proposal.title == Found(value="Baker", line=1)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("BERUFSERFAHRUNG:", SectionKind.EXPERIENCE),
        ("E X P E R I E N C E", SectionKind.EXPERIENCE),
        ("Skills & Languages", SectionKind.SKILLS),
        ("Formación académica", SectionKind.EDUCATION),
        ("Språk", SectionKind.LANGUAGES),
        ("Experience with Java", None),
        ("", None),
    ],
)
def test_headings_are_known_in_five_languages(line: str, kind: SectionKind | None) -> None:
    assert heading_kind(line) is kind


def test_sections_cover_every_line_once() -> None:
    for written in RESUMES:
        lines = written.text.split("\n")
        covered = [n for s in sections_of(lines) for n in range(s.first_line, s.last_line)]
        assert covered == list(range(len(lines)))
