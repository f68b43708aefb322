"""Are two records one person? One pure rule, asked by the import, by the scan of the pool and by the tests.

An e-mail address, a phone or a page decides, but only with names that go together, and only when it says who
somebody is. Everything else (a name with an employer or a place, a shared landline) proposes: a person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

from talentpool.candidates.identity import says_who
from talentpool.candidates.names import ONE_PERSON, NameTie, tie_of_names

MOST_NAMES = 2  # an address or number of more people than this is an office's or an agency's
ONE_TO_A_PERSON = "linkedin.com/in/"  # nobody keeps two profiles there
Key = tuple[str, str]  # what kind of key, and the key: ("email", "ana@example.org")


class Verdict(StrEnum):
    """What follows from two records."""

    CERTAIN = "certain"  # one person, by rule
    POSSIBLE = "possible"  # a person has to look
    DIFFERENT = "different"


class Sign(StrEnum):
    """What two records can have in common."""

    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    RESUME = "resume"
    EMPLOYER = "employer"
    HEADLINE = "headline"
    POSTCODE = "postcode"
    CITY = "city"


# How much each sign says, as the chance that it is no accident between people of one name. Chosen by hand: they
# order the list, they decide nothing.
WEIGHTS: Mapping[Sign, float] = {
    Sign.EMAIL: 0.8,
    Sign.URL: 0.8,
    Sign.PHONE: 0.7,
    Sign.RESUME: 0.8,
    Sign.EMPLOYER: 0.5,
    Sign.HEADLINE: 0.35,
    Sign.POSTCODE: 0.4,
    Sign.CITY: 0.25,
}
NAME_WEIGHTS: Mapping[NameTie, float] = {
    NameTie.SAME: 1.0,
    NameTie.SHORTENED: 0.8,
    NameTie.MISSPELT: 0.9,
    NameTie.UNNAMED: 0.6,
    NameTie.KIN: 0.5,
    NameTie.ALIKE: 0.6,
    NameTie.GIVEN_NAME: 0.5,
    NameTie.FAMILY_NAME: 0.25,
    NameTie.DIFFERENT: 0.2,
}
_SHARED_ONLY = 0.4  # what is left of a sign that says nothing about who somebody is
_CONTACTS = (Sign.EMAIL, Sign.PHONE, Sign.URL)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonFacts:
    """What is compared of one person; keys are in the form of `identity`, words folded."""

    name: str
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    resumes: frozenset[str] = frozenset()
    employers: frozenset[str] = frozenset()
    headline: str = ""
    postcode: str = ""
    city: str = ""

    def contact_keys(self) -> frozenset[Key]:
        """Give every address, number and page with its kind."""
        kinds = (("email", self.emails), ("phone", self.phones), ("url", self.urls))
        return frozenset((kind, key) for kind, keys in kinds for key in keys)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What follows, how sure it is for ordering a list (0..1), and from what."""

    verdict: Verdict
    score: float
    tie: NameTie
    agrees: tuple[Sign, ...] = ()
    differs: tuple[Sign, ...] = ()
    decided_by: tuple[Key, ...] = field(default=())


def decides(kind: str, key: str, tie: NameTie, *, people: int) -> bool:
    """Say whether an address, number or page that two records share makes them one person by itself.

    `people` counts how many people must be behind everybody who has it, the two included. An initial or
    a slip could be anybody's of a household, so a phone needs the names in full.
    """
    if not says_who(kind, key) or people > MOST_NAMES:
        return False
    if tie is NameTie.SAME:
        return True
    return tie in ONE_PERSON and kind != "phone" and people < MOST_NAMES


def judge(one: PersonFacts, other: PersonFacts, people_by_key: Mapping[Key, int]) -> Judgement:
    """Judge two records; `people_by_key` counts the people behind a shared key, one where it is missing."""
    tie = tie_of_names(one.name, other.name)
    agrees, differs = _compared(one, other)
    shared = one.contact_keys() & other.contact_keys()
    people = {key: people_by_key.get(key, 1) for key in shared}
    decided_by = sorted(key for key in shared if decides(*key, tie, people=people[key]))
    if decided_by and not _has_two_profiles(one, other):
        verdict = Verdict.CERTAIN
    else:
        verdict = Verdict.POSSIBLE if _is_possible(tie, agrees, people) else Verdict.DIFFERENT
    return Judgement(
        verdict=verdict,
        score=_score(tie, agrees, people),
        tie=tie,
        agrees=agrees,
        differs=differs,
        decided_by=tuple(decided_by) if verdict is Verdict.CERTAIN else (),
    )


def _compared(one: PersonFacts, other: PersonFacts) -> tuple[tuple[Sign, ...], tuple[Sign, ...]]:
    sets = (
        (Sign.EMAIL, one.emails, other.emails),
        (Sign.PHONE, one.phones, other.phones),
        (Sign.URL, one.urls, other.urls),
        (Sign.RESUME, one.resumes, other.resumes),
        (Sign.EMPLOYER, one.employers, other.employers),
        (Sign.HEADLINE, _set(one.headline), _set(other.headline)),
        (Sign.POSTCODE, _set(one.postcode), _set(other.postcode)),
        (Sign.CITY, _set(one.city), _set(other.city)),
    )
    agrees = tuple(sign for sign, first, second in sets if first & second)
    differs = tuple(sign for sign, first, second in sets if first and second and not first & second)
    return agrees, differs


def _set(word: str) -> frozenset[str]:
    return frozenset({word}) if word else frozenset()


def _has_two_profiles(one: PersonFacts, other: PersonFacts) -> bool:
    first, second = ({url for url in each.urls if url.startswith(ONE_TO_A_PERSON)} for each in (one, other))
    return bool(first and second and not first & second)


def _is_possible(tie: NameTie, agrees: tuple[Sign, ...], people: Mapping[Key, int]) -> bool:
    personal = {key[0] for key, count in people.items() if count <= MOST_NAMES and says_who(*key)}
    if tie is NameTie.DIFFERENT or tie is NameTie.FAMILY_NAME:
        return bool(personal - {"phone"})
    if tie is NameTie.GIVEN_NAME:
        return bool(personal) or Sign.RESUME in agrees
    if people or Sign.RESUME in agrees:
        return True
    if tie is NameTie.SAME:
        return bool(agrees)
    if tie is NameTie.UNNAMED:
        return False
    return Sign.EMPLOYER in agrees or Sign.POSTCODE in agrees or len(agrees) > 1


def _score(tie: NameTie, agrees: tuple[Sign, ...], people: Mapping[Key, int]) -> float:
    telling = {key[0] for key, count in people.items() if count <= MOST_NAMES and says_who(*key)}
    weights = [
        WEIGHTS[sign] * (_SHARED_ONLY if sign in _CONTACTS and sign not in telling else 1.0)
        for sign in agrees
    ]
    return round(NAME_WEIGHTS[tie] * (1 - prod(1 - weight for weight in weights)), 4)
