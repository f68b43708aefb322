"""Texts of made-up resumes in five languages and a dozen layouts, each with what a recruiter would record of it."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A made-up person and what their resume says."""

    name: str
    email: str
    phone: str
    e164: str
    link: str
    title: str
    employer: str
    earlier_title: str
    earlier_employer: str
    city: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A resume as text, the person it is of, and the layout it is in."""

    person: Person
    layout: str
    text: str


def _person(language: str, line: str) -> Person:
    values = [value.strip() for value in line.split("|")]
    names = (
        "name",
        "email",
        "phone",
        "e164",
        "link",
        "title",
        "employer",
        "earlier_title",
        "earlier_employer",
        "city",
    )
    return Person(language=language, **dict(zip(names, values, strict=True)))


PEOPLE = [
    _person(*pair)
    for pair in [
        ("en", "Jane Example|jane.example@example.org|+44 20 7946 0958|+442079460958|https://www.linkedin.com/in/jane-example|Senior Data Engineer|Northwind Analytics Ltd|Data Analyst|Harbour Bank|London"),
        ("en", "Robert O'Neill|bob@oneill.example.com|(415) 555-2671|+14155552671|github.com/boboneill|Registered Nurse|St. Mary's Hospital|Nursing Assistant|Bayview Clinic|San Francisco, CA"),
        ("en", "Priya Raghunathan|praghunathan88@mail.example|+1 212-555-0187|+12125550187|www.priya-r.example|Marketing Manager|Bluebird Foods|Account Executive|Kite & Partners|New York, NY"),
        ("en", "William van der Berg|w.vanderberg@example.net|+44 7700 900123|+447700900123|https://wvdb.example.net|Site Supervisor|Granite Construction plc|Bricklayer Apprentice|Marlow Builders|Leeds"),
        ("de", "Jörg Müller-Lüdenscheidt|joerg.mueller@beispiel.de|+49 30 901820|+4930901820|https://www.xing.com/profile/Joerg_Mueller|Softwareentwickler|Sternwarte Systeme GmbH|Werkstudent|Technische Hochschule Berlin|Berlin"),
        ("de", "Anna-Lena Schröder|al.schroeder@beispiel.de|0171 2345678|+491712345678|www.schroeder-beispiel.de|Leitende Buchhalterin|Hanse Logistik AG|Sachbearbeiterin|Möbelhaus Nord KG|Hamburg"),
        ("de", "Dr. Mehmet Yıldız|yildiz@beispiel.de|+49 (0)89 1234567|+49891234567|https://yildiz.beispiel.de|Projektleiter|Isar Energie AG|Ingenieur|Alpenbau GmbH|München"),
        ("fr", "Chloé Lefèvre|chloe.lefevre@exemple.fr|06 12 34 56 78|+33612345678|https://www.linkedin.com/in/chloe-lefevre|Développeuse web|Atelier Numérique SAS|Stagiaire|Mairie de Nantes|Nantes"),
        ("fr", "Jean-Baptiste Moreau|jb.moreau@exemple.fr|+33 1 42 68 53 00|+33142685300|www.moreau.exemple.fr|Responsable des ventes|Groupe Beaumont|Conseiller commercial|Banque du Rhône|Lyon"),
        ("es", "Lucía Fernández Ortega|lucia.fernandez@ejemplo.es|612 345 678|+34612345678|https://github.com/luciafo|Ingeniera de datos|Soluciones Marítimas SL|Analista|Banco del Sur|Madrid"),
        ("es", "Diego Álvarez|diego.alvarez@ejemplo.es|+34 934 567 890|+34934567890|www.dalvarez.ejemplo.es|Jefe de obra|Construcciones Ebro SA|Técnico de campo|Grupo Arce|Barcelona"),
        ("sv", "Åsa Lindström|asa.lindstrom@exempel.se|070-123 45 67|+46701234567|https://www.linkedin.com/in/asalindstrom|Systemutvecklare|Norrsken Data AB|Konsult|Mälardalens kommun|Stockholm"),
        ("sv", "Erik Nyström|erik.nystrom@exempel.se|+46 8 123 456 78|+46812345678|www.nystrom.exempel.se|Projektledare|Västkusten Bygg AB|Snickare|Bohus Trä|Göteborg"),
    ]
]  # fmt: skip

WORDS = {
    "en": (
        "Experience",
        "Education",
        "Skills",
        "present",
        "References",
        "Built and ran the things that matter.",
    ),
    "de": (
        "Berufserfahrung",
        "Ausbildung",
        "Kenntnisse",
        "heute",
        "Referenzen",
        "Aufbau und Betrieb von allem.",
    ),
    "fr": (
        "Expérience professionnelle",
        "Formation",
        "Compétences",
        "présent",
        "Références",
        "Conception et suivi.",
    ),
    "es": (
        "Experiencia laboral",
        "Formación",
        "Habilidades",
        "actualidad",
        "Referencias",
        "Diseño y seguimiento.",
    ),
    "sv": (
        "Arbetslivserfarenhet",
        "Utbildning",
        "Kompetenser",
        "nu",
        "Referenser",
        "Byggde och ansvarade för allt.",
    ),
}

LAYOUTS = {
    "one line a job": """{name}
{city}
{email} | {phone}
{link}

{experience}
{title}, {employer}, 2019 - {present}
• {did}
{earlier_title}, {earlier_employer}, 2015 - 2019
• {did}

{education}
University of Somewhere, 2011 - 2015
{skills}
Python, SQL, Excel""",
    "title, firm and dates on lines of their own": """{NAME}
{title}
{phone}
{email}
{link}

{EXPERIENCE}
{title}
{employer}
03/2020 – {present}
{did}

{earlier_title}
{earlier_employer}
01/2016 – 02/2020
{did}

{EDUCATION}
2012 – 2016
University of Somewhere""",
    "dates first": """Curriculum Vitae

{name}
E-Mail: {email}
Tel.: {phone}
Web: {link}

{experience}:
2021-{present}  {title}
{employer}, {city}
- {did}
2017-2021  {earlier_title}
{earlier_employer}
- {did}

{skills}:
Excel""",
    "firm before title": """{name} – {title}
{phone} · {email} · {link}

{skills}
SQL · Excel

{experience}
{employer} | {city}
{title} | May 2018 - {present}
* {did}

{earlier_employer}
{earlier_title} | Jan 2014 - Apr 2018
* {did}

{references}
Max Referee, max@referee.example, +44 20 7946 0000""",
    "firm with its place in brackets": """{title} profile

{name}
{city} · {phone} · {email}
{link}

{skills}
SQL, Excel, Jira

{experience}

{employer} ({city})\t2020 – {present}
{title}
{did}

{earlier_employer}\t2014 – 2020
{earlier_title}
{did}

{education}
University of Somewhere\t2010 – 2014""",
    "oldest job first": """{name}
{email}
{phone}

{education}
2008 - 2011 University of Somewhere
{experience}
2011 - 2016 {earlier_title}, {earlier_employer}
2016 - {present} {title}, {employer}
{link}""",
}


def written_resumes() -> Iterator[Written]:
    """Write every person's resume in every layout."""
    for person in PEOPLE:
        experience, education, skills, present, references, did = WORDS[person.language]
        for layout, pattern in LAYOUTS.items():
            text = pattern.format(
                name=person.name,
                NAME=person.name.upper(),
                email=person.email,
                phone=person.phone,
                link=person.link,
                title=person.title,
                employer=person.employer,
                earlier_title=person.earlier_title,
                earlier_employer=person.earlier_employer,
                city=person.city,
                experience=experience,
                EXPERIENCE=experience.upper(),
                education=education,
                EDUCATION=education.upper(),
                skills=skills,
                present=present,
                references=references,
                did=did,
            )
            yield Written(person=person, layout=layout, text=text)
