"""Labelled pairs of records: one person written twice, and two people who look like one.

Names are put together from parts in several languages, by a seeded generator, so every run judges the same
pairs. Each pair says how many people are behind a shared key, as the pool would count them.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from talentpool.candidates.identity import email_key, phone_key
from talentpool.candidates.likeness import Key, PersonFacts
from talentpool.candidates.names import count_people

SEED = 4
OF_EACH_KIND = 12
# Given names with how people shorten them; family names with another spelling of the same.
GIVEN = {
    "en": (("Robert", "Bob"), ("William", "Bill"), ("Elizabeth", "Liz"), ("Margaret", "Peggy"), ("Thomas", "Tom"),
           ("Katherine", "Kate"), ("Richard", "Dick"), ("Edward", "Ted")),
    "de": (("Josef", "Sepp"), ("Johannes", "Hannes"), ("Friedrich", "Fritz"), ("Katharina", "Kathi"),
           ("Magdalena", "Leni"), ("Wolfgang", "Wolfi"), ("Susanne", "Susi"), ("Maximilian", "Max")),
    "fr": (("Frédéric", "Fred"), ("Emmanuel", "Manu"), ("Jacqueline", "Jackie"), ("Geneviève", "Ginou"),
           ("Alexandre", "Sacha"), ("Stéphanie", "Fanny"), ("Philippe", "Phil"), ("Véronique", "Véro")),
    "es": (("Francisco", "Paco"), ("José", "Pepe"), ("Ignacio", "Nacho"), ("Guadalupe", "Lupe"), ("Dolores", "Lola"),
           ("Concepción", "Conchi"), ("Enrique", "Quique"), ("Rosario", "Charo")),
}  # fmt: skip
FAMILY = {
    "en": ("Harrington", "Whitaker", "Sullivan", "Blackwood", "Pemberton", "O'Connell", "Fairbanks", "Thornton"),
    "de": ("Müller", "Schäfer", "Köhler", "Großmann", "Vogelsang", "Brückner", "Hölzl", "Lindemann"),
    "fr": ("Lefèvre", "Beauchamp", "Delacroix", "Fournier", "Garçon", "Montclair", "Rousseau", "Vasseur"),
    "es": ("Ibáñez", "Gutiérrez", "Villanueva", "Peñalosa", "Carrasco", "Montesinos", "Zaragoza", "Urrutia"),
}  # fmt: skip
TRANSLITERATED = (
    ("Юрий Шевченко", "Jurij Schewtschenko"), ("Юрий Шевченко", "Yuri Shevchenko"), ("Алексей Чайка", "Aleksey Chayka"),
    ("Дмитрий Жуков", "Dmitry Zhukov"), ("Наталья Соколова", "Natalja Sokolowa"), ("Сергей Павлов", "Serguei Pavlov"),
    ("Jürgen Größler", "Juergen Groessler"), ("Jürgen Größler", "Jurgen Grossler"), ("Søren Kjær", "Soren Kjaer"),
    ("Łukasz Wójcik", "Lukasz Wojcik"), ("Zoë Lefèvre", "Zoe Lefevre"), ("Євгеній Мельник", "Jewgenij Melnik"),
)  # fmt: skip
WITH_PATRONYMIC = (
    ("Иван Сергеевич Петров", "Ivan Petrov"), ("Петрова Анна Ивановна", "Anna Petrova"), ("Юрий Петрович Чайка", "Yuri Chayka"),
    ("Ivan Sergeevich Petrov", "Petrov I. S."), ("Olga Iwanowna Sokolowa", "Olga Sokolova"), ("Пётр Ильич Жуков", "Pyotr Ilyich Zhukov"),
)  # fmt: skip
BROTHERS = (
    ("Иван Сергеевич Петров", "Пётр Сергеевич Петров"), ("Anna Ivanovna Petrova", "Olga Ivanovna Petrova"),
    ("Ivan Ivanovich Petrov", "Ivan Sergeevich Petrov"), ("Ivan Ivanovich Petrov", "Ivan Ivanovich Sidorov"),
)  # fmt: skip
# Given names of two people that one letter tells apart, or that begin alike.
NEAR = (
    ("Jan", "Jana"), ("Mario", "Maria"), ("Karin", "Katrin"), ("Marina", "Martina"), ("Paul", "Paula"), ("Lena", "Lea"),
    ("Christian", "Christina"), ("Daniel", "Daniela"), ("Andrea", "Andreas"), ("Tim", "Tom"), ("Julian", "Julien"),
    ("Alexander", "Alexandra"), ("Hanna", "Anna"), ("Marta", "Marga"), ("Simon", "Simone"), ("Luis", "Luisa"),
)  # fmt: skip
CITIES = ("Lyon", "Graz", "Bilbao", "Leeds", "Bremen", "Nantes", "Sevilla", "York", "Linz", "Toulouse")
EMPLOYERS = (
    "northwind",
    "alpenwerk",
    "atelier bleu",
    "casa norte",
    "harbour lane",
    "feinblech",
    "mirabeau",
    "talleres sur",
)
MOBILES = {"en": "+447700 9{:05}", "de": "+491511 {:07}", "fr": "+336 12 {:06}", "es": "+34612 {:06}"}
LANDLINES = {"en": "+44113 496 {:04}", "de": "+4930901{:05}", "fr": "+331 42 {:06}", "es": "+34915 {:06}"}


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledPair:
    """Two records, whether they are one person, and who else has what they share."""

    kind: str
    is_one_person: bool
    one: PersonFacts
    other: PersonFacts
    others: tuple[PersonFacts, ...] = field(default=())  # the rest of the pool that shares something

    def people_by_key(self) -> dict[Key, int]:
        """Count the people behind each shared key, as the scan of the pool does."""
        pool = (self.one, self.other, *self.others)
        keys = self.one.contact_keys() & self.other.contact_keys()
        return {key: count_people([each.name for each in pool if key in each.contact_keys()]) for key in keys}


class Maker:
    """Makes people; the same seed makes the same ones."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        self.number = 0

    def language(self) -> str:
        """Choose a language."""
        return self.random.choice(sorted(GIVEN))

    def name(self, language: str) -> tuple[str, str, str]:
        """Choose a given name, its short form, and a family name."""
        given, short = self.random.choice(GIVEN[language])
        return given, short, self.random.choice(FAMILY[language])

    def email(self) -> str:
        """Make an address that nobody else has."""
        self.number += 1
        return email_key(f"Person.{self.number}@Example.org")

    def phone(self, language: str, forms: dict[str, str]) -> str:
        """Make a number that nobody else has."""
        self.number += 1
        key = phone_key(forms[language].format(self.number + 1000), None)
        assert key is not None
        return key

    def mobile(self, language: str) -> str:
        """Make a mobile number."""
        return self.phone(language, MOBILES)

    def landline(self, language: str) -> str:
        """Make a landline."""
        return self.phone(language, LANDLINES)

    def person(self, name: str, **more: object) -> PersonFacts:
        """Make a person with an address of their own."""
        facts = PersonFacts(name=name, emails=frozenset({self.email()}))
        return replace(facts, **more)  # type: ignore[arg-type] # the kinds of pairs say which

    def slip(self, word: str) -> str:
        """Write a word with two letters changed round, or one wrong inside."""
        place = self.random.randrange(1, len(word) - 2)
        if self.random.random() < 0.5 and word[place] != word[place + 1]:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return word[:place] + self.random.choice("bdgkmprt") + word[place + 1 :]


def labelled_pairs(seed: int = SEED) -> list[LabelledPair]:
    """Make all pairs, a dozen of each kind."""
    maker = Maker(seed)
    pairs = []
    for kind, is_one_person, make in KINDS:
        for _ in range(OF_EACH_KIND):
            one, other, *others = make(maker)
            pairs.append(
                LabelledPair(
                    kind=kind, is_one_person=is_one_person, one=one, other=other, others=tuple(others)
                )
            )
    return pairs


Made = tuple[PersonFacts, ...]


def _sharing(maker: Maker, one: str, other: str, *, by: str = "email", language: str = "de") -> Made:
    first = maker.person(one, city=maker.random.choice(CITIES))
    if by == "email":
        return first, maker.person(other, emails=first.emails)
    if by == "url":
        page = frozenset({f"linkedin.com/in/p{maker.number}"})
        return replace(first, urls=page), maker.person(other, urls=page)
    phone = frozenset({maker.mobile(language) if by == "phone" else maker.landline(language)})
    return replace(first, phones=phone), maker.person(other, phones=phone)


def _spelling(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    return _sharing(maker, f"{given} {family}", f"{given.upper()}  {family.upper()}")


def _swapped(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    mark = maker.random.choice((", ", " "))
    return _sharing(maker, f"{given} {family}", f"{family}{mark}{given}")


def _nickname(by: str) -> Callable[[Maker], Made]:
    def make(maker: Maker) -> Made:
        language = maker.language()
        given, short, family = maker.name(language)
        return _sharing(maker, f"{given} {family}", f"{short} {family}", by=by, language=language)

    return make


def _transliterated(by: str) -> Callable[[Maker], Made]:
    return lambda maker: _sharing(maker, *maker.random.choice(TRANSLITERATED), by=by)


def _initial(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    return _sharing(maker, f"{given} {family}", f"{given[0]}. {family}")


def _second_family_name(maker: Maker) -> Made:
    given, _, family = maker.name("es")
    return _sharing(maker, f"{given} {family}", f"{given} {family} Salcedo", by="phone", language="es")


def _another_second_family_name(maker: Maker) -> Made:
    """One person under the first and another second surname, known by employer and place alone."""
    given, _, family = maker.name("es")
    known = {"employers": frozenset({maker.random.choice(EMPLOYERS)}), "city": maker.random.choice(CITIES)}
    return maker.person(f"{given} {family} Salcedo", **known), maker.person(
        f"{given} {family} de Haro", **known
    )


def _double_barrelled(maker: Maker) -> Made:
    given, _, family = maker.name("de")
    one, other = maker.random.choice([("Kern", "Kern"), ("Kern", "Vogt")])
    if maker.random.random() < 0.5:
        return _sharing(maker, f"{given} {family}-{one}", f"{given} {family} {one}")
    known = {"employers": frozenset({maker.random.choice(EMPLOYERS)})}
    return maker.person(f"{given} {family}-{one}", **known), maker.person(
        f"{given} {other}-{family}", **known
    )


def _patronymic(maker: Maker) -> Made:
    """With and without the father's name, in both scripts and orders."""
    one, other = maker.random.choice(WITH_PATRONYMIC)
    return _sharing(maker, one, other, by=maker.random.choice(["email", "url"]))


def _cousins(by: str) -> Callable[[Maker], Made]:
    def make(maker: Maker) -> Made:
        given, _, family = maker.name("es")
        return _sharing(maker, f"{given} {family} Salcedo", f"{given} {family} Haro", by=by, language="es")

    return make


def _brothers_by_patronymic(maker: Maker) -> Made:
    one, other = maker.random.choice(BROTHERS)
    return _sharing(maker, one, other, by=maker.random.choice(["email", "phone"]))


def _slip_of_the_family_name(maker: Maker) -> Made:
    given, _, family = maker.name("en")
    return _sharing(maker, f"{given} {family}", f"{given} {maker.slip(family)}")


def _slip_of_the_given_name(maker: Maker) -> Made:
    given, _, family = maker.name("en")
    return _sharing(maker, f"{given} {family}", f"{maker.slip(given)} {family}")


def _married(maker: Maker) -> Made:
    language = maker.language()
    given, _, family = maker.name(language)
    married = maker.random.choice([each for each in FAMILY[language] if each != family])
    joined = f"{family}-{married}" if maker.random.random() < 0.5 else married
    return _sharing(maker, f"{given} {family}", f"{given} {joined}")


def _same_work(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    employers = frozenset({maker.random.choice(EMPLOYERS)})
    name = f"{given} {family}"
    return maker.person(name, employers=employers), maker.person(name, employers=employers)


def _same_place(maker: Maker) -> Made:
    given, short, family = maker.name(maker.language())
    city = maker.random.choice(CITIES)
    return maker.person(f"{given} {family}", city=city), maker.person(f"{short} {family}", city=city)


def _same_resume(maker: Maker) -> Made:
    given, _, family = maker.name("en")
    resumes = frozenset({f"hash {maker.number}"})
    return maker.person(f"{given} {family}", resumes=resumes), maker.person(
        f"{maker.slip(given)} {family}", resumes=resumes
    )


def _one_by_landline(maker: Maker) -> Made:
    given, _, family = maker.name("de")
    return _sharing(maker, f"{given} {family}", f"{family}, {given}", by="landline")


def _family_by(by: str) -> Callable[[Maker], Made]:
    def make(maker: Maker) -> Made:
        language = maker.language()
        family = maker.name(language)[2]
        one, other = maker.random.sample([given for given, _ in GIVEN[language]], 2)
        return _sharing(maker, f"{one} {family}", f"{other} {family}", by=by, language=language)

    return make


def _near_names(by: str) -> Callable[[Maker], Made]:
    def make(maker: Maker) -> Made:
        language = maker.language()
        one, other = maker.random.choice(NEAR)
        family = maker.name(language)[2]
        return _sharing(maker, f"{one} {family}", f"{other} {family}", by=by, language=language)

    return make


def _initials_in_a_family(maker: Maker) -> Made:
    family = maker.name("de")[2]
    one, other = maker.random.choice(
        (("Jana", "Jan"), ("Maria", "Mario"), ("Paul", "Paula"), ("Hans", "Hanna"))
    )
    return _sharing(maker, f"{one} {family}", f"{other[0]}. {family}", by="phone")


def _couple_and_an_initial(maker: Maker) -> Made:
    family = maker.name("de")[2]
    one, other = maker.random.choice((("Jana", "Jan"), ("Maria", "Mario"), ("Paul", "Paula")))
    first, initial = _sharing(maker, f"{one} {family}", f"{other[0]}. {family}")
    return first, initial, maker.person(f"{other} {family}", emails=first.emails)


def _office(maker: Maker) -> Made:
    language = maker.language()
    given, _, family = maker.name(language)
    name = f"{given} {family}"
    one, other = _sharing(maker, name, name, by="phone", language=language)
    colleagues = [f"{short} {maker.random.choice(FAMILY['fr'])}" for _, short in GIVEN["es"][:3]]
    return one, other, *(maker.person(each, phones=one.phones) for each in colleagues)


def _agency(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    name = f"{given} {family}"
    address = maker.random.choice(
        ("kai@nord-staffing.example", "info@example.org", "jobs@example.net", "ana@rivo-recruiting.example")
    )
    emails = frozenset({email_key(address)})
    return maker.person(name, emails=emails), maker.person(name, emails=emails)


def _household_address(maker: Maker) -> Made:
    given, _, family = maker.name("de")
    emails = frozenset({email_key(f"familie.{family.casefold()}@example.org")})
    return maker.person(f"{given} {family}", emails=emails), maker.person(
        f"{given[0]}. {family}", emails=emails
    )


def _twins(maker: Maker) -> Made:
    one, other = _near_names("landline")(maker)
    return replace(one, postcode="8010", city="Graz"), replace(other, postcode="8010", city="Graz")


def _namesakes(maker: Maker) -> Made:
    given, _, family = maker.name(maker.language())
    one, other = maker.random.sample(CITIES, 2)
    return maker.person(f"{given} {family}", city=one), maker.person(f"{given} {family}", city=other)


def _father_and_son(maker: Maker) -> Made:
    language = maker.language()
    given, _, family = maker.name(language)
    mark = {"en": "Jr.", "de": "jun.", "fr": "fils", "es": "hijo"}[language]
    one, other = _sharing(
        maker,
        f"{given} {family}",
        f"{given} {family} {mark}",
        by=maker.random.choice(("email", "phone", "landline")),
        language=language,
    )
    return one, other


def _father_and_son_without_a_mark(maker: Maker) -> Made:
    given, _, family = maker.name("de")
    return _sharing(maker, f"{given} {family}", f"{given} {family}", by="landline")


def _two_profiles(maker: Maker) -> Made:
    given, _, family = maker.name("en")
    one, other = _sharing(maker, f"{given} {family}", f"{given} {family}", by="phone", language="en")
    return (
        replace(one, urls=frozenset({f"linkedin.com/in/a{maker.number}"})),
        replace(other, urls=frozenset({f"linkedin.com/in/b{maker.number}"})),
    )


KINDS: tuple[tuple[str, bool, Callable[[Maker], Made]], ...] = (
    ("case and accents", True, _spelling),
    ("swapped names", True, _swapped),
    ("short form, same e-mail", True, _nickname("email")),
    ("short form, same phone", True, _nickname("phone")),
    ("short form, same profile", True, _nickname("url")),
    ("transliterated, same e-mail", True, _transliterated("email")),
    ("transliterated, same phone", True, _transliterated("phone")),
    ("initial", True, _initial),
    ("second family name", True, _second_family_name),
    ("another second family name", True, _another_second_family_name),
    ("double-barrelled", True, _double_barrelled),
    ("patronymic left out", True, _patronymic),
    ("slip of the family name", True, _slip_of_the_family_name),
    ("slip of the given name", True, _slip_of_the_given_name),
    ("married", True, _married),
    ("same employer, new address", True, _same_work),
    ("same place, new address", True, _same_place),
    ("same resume, new address", True, _same_resume),
    ("one person by a landline", True, _one_by_landline),
    ("family, one phone", False, _family_by("phone")),
    ("family, one landline", False, _family_by("landline")),
    ("family, one e-mail", False, _family_by("email")),
    ("names one letter apart, one e-mail", False, _near_names("email")),
    ("names one letter apart, one phone", False, _near_names("phone")),
    ("initial of somebody else, one phone", False, _initials_in_a_family),
    ("couple and an initial, one e-mail", False, _couple_and_an_initial),
    ("office phone, same name", False, _office),
    ("agency or role address", False, _agency),
    ("address of a household", False, _household_address),
    ("cousins, one phone", False, _cousins("phone")),
    ("cousins, one e-mail", False, _cousins("email")),
    ("brothers by patronymic", False, _brothers_by_patronymic),
    ("twins", False, _twins),
    ("same common name", False, _namesakes),
    ("father and son, marked", False, _father_and_son),
    ("father and son, one landline", False, _father_and_son_without_a_mark),
    ("same name, two profiles", False, _two_profiles),
)  # fmt: skip


def by_kind(pairs: list[LabelledPair]) -> Iterator[tuple[str, list[LabelledPair]]]:
    """Group pairs by their kind, in order."""
    for kind, _, _ in KINDS:
        yield kind, [pair for pair in pairs if pair.kind == kind]
