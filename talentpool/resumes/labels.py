"""Labelled personal values in the header of a resume: what a form would ask and nobody may be judged by.

A label counts before a colon ("Nationality: Swiss"), alone on its line with the value below, and, where it can
mean nothing else, without a colon at the start of a line ("Geburtsdatum 3.5.1987").
"""

import re
from collections.abc import Iterator

from talentpool.resumes.person_names import Span, plain_signs

LONGEST_LABEL_WORDS = 5
LONGEST_LABEL = 60  # signs looked back from a colon

_PROTECTED = """
    date of birth | birth date | birthdate | birthday | d o b | dob | place of birth | birth place | birthplace
    | date and place of birth | geburtsdatum | geburtstag | geburtsort | geburtsdatum und ort
    | geburtsdatum und geburtsort | date de naissance | lieu de naissance | date et lieu de naissance
    | fecha de nacimiento | lugar de nacimiento | fecha y lugar de nacimiento | födelsedatum | födelseort
    | personnummer | nationality | nationalities | citizenship | nationalität | staatsangehörigkeit
    | staatsbürgerschaft | nationalité | nacionalidad | nationalitet | medborgarskap | marital status
    | civil status | familienstand | état civil | situation familiale | situation de famille | estado civil
    | civilstånd | father s name | fathers name | mother s name | mothers name | spouse s name | husband s name
"""
_ELSE_TOO = """
    born | born on | geboren | geboren am | né le | née le | född | age | alter | gender | sex | geschlecht | sexe
    | sexo | género | kön | gender sex | sex gender | pronouns | pronomen | religion | konfession | ethnicity | race | caste
"""
_NAMES = """
    full name | first name | last name | middle name | given name | family name | candidate name | surname
    | forename | vorname | nachname | familienname | vor und nachname | nom et prénom | nom et prénoms
    | nom de famille | prénom | prénoms | nombre y apellidos | nombre completo | apellidos | förnamn | efternamn
    | för och efternamn
"""
_SHORT_NAMES = "name | nom | noms | nombre | apellido | namn"
_ADDRESSES = """
    address | home address | postal address | current address | permanent address | anschrift | wohnort | adresse
    | dirección | domicilio | adress | bostadsadress
"""
_PHOTOS = """
    photo | photograph | foto | bild | bewerbungsfoto | passfoto | lichtbild | fotografía | fotografi
"""
_PHONES = """
    tel | telephone | telefon | teléfono | téléphone | phone | mobil | mobile | cell | handy | fax | portable
    | móvil | phone number | mobile number | telefonnummer
"""
_GENDERS = """
    male | female | m | f | w | d | non binary | nonbinary | woman | männlich | weiblich | divers | herr | frau
    | homme | femme | masculin | féminin | hombre | mujer | varón | masculino | femenino | man | kvinna
    | icke binär
"""


def _labels(listed: str) -> frozenset[str]:
    return frozenset(plain_signs(" ".join(label.split())) for label in listed.split("|"))


PROTECTED, ELSE_TOO = _labels(_PROTECTED), _labels(_ELSE_TOO)
NAMES, SHORT_NAMES, ADDRESSES = _labels(_NAMES), _labels(_SHORT_NAMES), _labels(_ADDRESSES)
PHOTOS, PHONES, GENDERS = _labels(_PHOTOS), _labels(_PHONES), _labels(_GENDERS)
_FIRST_WORDS = frozenset(label.split()[0] for label in PROTECTED | NAMES | ADDRESSES | PHONES | ELSE_TOO)
_LAST_WORDS = frozenset(
    label.split()[-1] for label in PROTECTED | ELSE_TOO | NAMES | SHORT_NAMES | ADDRESSES | PHOTOS | PHONES
)
ASKS_GENDER = _labels("gender | sex | geschlecht | sexe | sexo | género | kön")

_LINE = re.compile(r"[^\n|·•;]+")
_COLON = re.compile(r"[:\u2013\u2014=.-](?:(?<![.-])|(?<=-)(?=[ \t])|(?<=\.)(?=[ \t]*[+(\d]))")
_WORD = re.compile(r"[^\W_]+")
_ENDS_A_LINE = "\n|·•;"
_VALUE = re.compile(r"[ \t]*+(?:[^\n|·•;]{1,120}(?!\w)|\n[^\n]{0,120})")
"""What stands beside a label, or below it where nothing stands beside it."""
_NEXT_LINE = re.compile(r"[ \t]*\n[^\n]{0,120}")
_FEW_WORDS = re.compile(r"[ \t]*\n?(?:[^\s|·•;]+[ \t]*){0,3}(?=[\n|·•;]|\Z)")
_NUMBER = re.compile(r"[ \t]*[+(]?\d[^\n|·•;]{0,60}")
_POSTCODE_LINE = re.compile(r"\n[ \t]*(?:[A-Z]{1,2}-)?\d{4,6}\b[^\n]{0,40}(?=\n|\Z)")
_HOUSE_NUMBER = re.compile(
    r"(?<!\w)\d{1,4} ?[a-zA-Z]?(?=,|[ \t]*\Z)|(?<!\w)\d{4,6}(?!\w)|(?<=[a-z.] )\d{1,4}(?=,)"
)
_NO_NATIONALITY = frozenset(("and", "law", "und", "et", "y", "och"))


def labelled_spans(text: str) -> list[Span]:
    """Find labels with their values in a header or a personal section."""
    plain = plain_signs(text)
    return [*_with_colon(text, plain), *_without_colon(text, plain)]


def _with_colon(text: str, plain: str) -> Iterator[Span]:
    for colon in _COLON.finditer(text):
        left = max(0, colon.start() - LONGEST_LABEL)
        before = _WORD.findall(plain, left, colon.start())
        if not before or before[-1] not in _LAST_WORDS:
            continue  # as after nearly every colon
        line = max((text.rfind(sign, left, colon.start()) for sign in _ENDS_A_LINE), default=-1) + 1
        words = list(_WORD.finditer(plain, max(left, line), colon.start()))[-LONGEST_LABEL_WORDS - 1 :]
        is_whole = line > 0 or left == 0
        for size in range(min(LONGEST_LABEL_WORDS, len(words)), 0, -1):
            label = " ".join(word.group() for word in words[-size:])
            end = _end_of_value(text, colon.end(), label, is_whole=is_whole and size == len(words))
            if end is not None:
                yield words[-size].start(), end
                break


def _end_of_value(text: str, place: int, label: str, *, is_whole: bool) -> int | None:
    """Find where the value of a label ends; None for what is no label here."""
    if label in PROTECTED or label in ELSE_TOO or (is_whole and (label in NAMES or label in SHORT_NAMES)):
        return _end(_VALUE, text, place)
    if not is_whole:
        return None
    if label in ADDRESSES:
        end = _end(_VALUE, text, place)
        return _end(_POSTCODE_LINE, text, end)
    if label in PHONES:
        return _end(_NUMBER, text, place)
    few = _FEW_WORDS.match(text, place) if label in PHOTOS else None
    return few.end() if few else None


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _without_colon(text: str, plain: str) -> Iterator[Span]:
    for line in _LINE.finditer(text):
        first = _WORD.search(plain, line.start(), line.end())
        if first is None or first.group() not in _FIRST_WORDS:
            continue
        words = list(_WORD.finditer(plain, line.start(), min(line.end(), line.start() + 2 * LONGEST_LABEL)))
        for size in range(min(LONGEST_LABEL_WORDS, len(words)), 0, -1):
            label = " ".join(word.group() for word in words[:size])
            rest = [word.group() for word in words[size:]]
            end = _end_without_colon(text, line, words[size - 1].end(), label, rest)
            if end is not None:
                yield first.start(), end
                break


def _end_without_colon(text: str, line: re.Match[str], place: int, label: str, rest: list[str]) -> int | None:
    if not rest:
        is_alone = not text[place : line.end()].strip()
        below = _NEXT_LINE.match(text, line.end())
        wants_more = label in PROTECTED or label in NAMES
        if label in ASKS_GENDER and below:
            wants_more = " ".join(_WORD.findall(plain_signs(below.group()))) in GENDERS
        return below.end() if wants_more and is_alone and below else None
    is_value = (
        (label in PROTECTED and len(rest) <= 5 and rest[0] not in _NO_NATIONALITY)
        or (label in NAMES and len(rest) <= 5)
        or (label in ASKS_GENDER and " ".join(rest) in GENDERS)
        or (label in ADDRESSES and (rest[0][0].isdigit() or _HOUSE_NUMBER.search(text, place, line.end())))
        or (label in PHONES and rest[0].isdigit())
    )
    return line.end() if is_value else None
