"""People who differ in nothing but who they are: the same career under two names, addresses and birth dates.

`make_twins(n)` gives the n-th pair: one layout, one language, one career, and two persons of another name,
e-mail, phone, street, postcode, birth date, gender, nationality and photo. Everything is invented.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

NAMES = (
    "Jane Doe", "Wei Chen", "Ana Lucía Ruiz García", "Björn Åkesson", "Fatima Al-Sayed", "Jürgen Groß",
    "Olga Ivanova", "Mason Miller", "Kwame Mensah", "Anne-Marie Dupont", "Ludwig van Beethoven", "Ruby Baker",
    "Seán O'Connor", "Priya Raman", "María José Núñez", "Émile Zola", "Li Na", "Carol Park", "Zoë Müller",
    "Mark Young", "Ольга Петрова", "王伟", "Rosa Cano", "Thị Hoa Nguyễn", "Ren R. Carter",
)  # fmt: skip
STREETS = (
    ("Hauptstraße 5", "Hauptstr. 5"), ("12 Oak Road", "12, Oak Rd."), ("221B Baker Street", "221B Baker St"),
    ("Calle Mayor 5", "C/ Mayor, 5"), ("14 rue de la Paix", "14, rue de la Paix"), ("Storgatan 7", "Storgatan 7"),
    ("Am Alten Markt 11", "Am alten Markt 11"), ("1600 Pennsylvania Avenue", "1600 Pennsylvania Ave."),
    ("Avenida de América 3", "Avda. de America 3"), ("Lindenallee 2a", "Lindenallee 2 a"),
)  # fmt: skip
POSTCODES = (
    ("10115", "D-10115"), ("SW1A 1AA", "SW1A1AA"), ("111 22", "SE-111 22"), ("75002", "75002"),
    ("28013", "28013"), ("1012 AB", "1012AB"), ("94105", "94105-1234"), ("M5V 3L9", "M5V 3L9"),
)  # fmt: skip
PHONES = (
    "+49 170 5551234", "+44 20 7946 0958", "(212) 555-0199", "0170/5551234", "+46 70-123 45 67",
    "612 345 678", "+33 1 23 45 67 89", "+86 10 1234 5678", "555-0142",
)  # fmt: skip
PHOTOS = ("attached", "me-2024.jpg", "passport_photo.png", "siehe Anhang", "/files/portrait 3.jpeg")
MONTHS = ("January", "March", "May", "July", "September", "November", "December")
DOMAINS = ("mail.example", "example.org", "post.example.se", "kontakt.example.de", "correo.example.com.mx")

LABELS = {
    "en": {
        "name": "Name", "first": "First name", "last": "Surname", "address": "Address", "phone": "Phone",
        "email": "E-mail", "birth": "Date of Birth", "gender": "Gender", "nation": "Nationality",
        "photo": "Photo", "status": "Marital status", "section": "Personal Details",
    },
    "de": {
        "name": "Name", "first": "Vorname", "last": "Nachname", "address": "Anschrift", "phone": "Telefon",
        "email": "E-Mail", "birth": "Geburtsdatum", "gender": "Geschlecht", "nation": "Staatsangehörigkeit",
        "photo": "Foto", "status": "Familienstand", "section": "Persönliche Daten",
    },
    "fr": {
        "name": "Nom et prénom", "first": "Prénom", "last": "Nom", "address": "Adresse", "phone": "Téléphone",
        "email": "E-mail", "birth": "Date de naissance", "gender": "Sexe", "nation": "Nationalité",
        "photo": "Photo", "status": "Situation familiale", "section": "Informations personnelles",
    },
    "es": {
        "name": "Nombre y apellidos", "first": "Nombre", "last": "Apellidos", "address": "Dirección",
        "phone": "Teléfono", "email": "Correo electrónico", "birth": "Fecha de nacimiento", "gender": "Sexo",
        "nation": "Nacionalidad", "photo": "Foto", "status": "Estado civil", "section": "Datos personales",
    },
    "sv": {
        "name": "Namn", "first": "Förnamn", "last": "Efternamn", "address": "Adress", "phone": "Telefon",
        "email": "E-post", "birth": "Födelsedatum", "gender": "Kön", "nation": "Nationalitet", "photo": "Foto",
        "status": "Civilstånd", "section": "Personuppgifter",
    },
}  # fmt: skip
GENDERS = {
    "en": ("male", "female", "non-binary", "M", "F"), "de": ("männlich", "weiblich", "divers"),
    "fr": ("homme", "femme", "masculin", "féminin"), "es": ("hombre", "mujer", "femenino", "varón"),
    "sv": ("man", "kvinna", "icke-binär"),
}  # fmt: skip
NATIONS = {
    "en": ("British", "Indian", "Nigerian", "Swiss and Italian", "South Korean"),
    "de": ("deutsch", "türkisch", "österreichisch", "deutsch und polnisch"),
    "fr": ("française", "marocaine", "belge"), "es": ("española", "mexicana", "Perú"),
    "sv": ("svensk", "finsk", "svensk och irakisk"),
}  # fmt: skip
STATUSES = {
    "en": ("single", "married, two children"), "de": ("ledig", "verheiratet, 2 Kinder"),
    "fr": ("célibataire", "mariée"), "es": ("soltera", "casado"), "sv": ("gift", "ogift"),
}  # fmt: skip
CAREERS = {
    "en": "{trade}\nBuilt {a} services for forty teams and ran {b} in production.\nLed {c} and cut costs by 20%.",
    "de": "{trade}\nAufbau von {a} und Betrieb von {b} für vierzig Teams.\nLeitung von {c} im Werk.",
    "fr": "{trade}\nMise en place de {a} et exploitation de {b} pour quarante équipes.\nPilotage de {c}.",
    "es": "{trade}\nDesarrollo de {a} y operación de {b} para cuarenta equipos.\nLiderazgo de {c}.",
    "sv": "{trade}\nByggde {a} och drev {b} åt fyrtio team.\nLedde {c} under tre år.",
}
TRADES = ("Platform engineer", "Accountant", "Registered nurse", "Mason", "Baker", "Ruby developer", "Welder")
TOOLS = (
    "Kubernetes", "Terraform", "SAP", "Ruby on Rails", "Java", "payroll", "triage", "TIG welding", "brickwork",
    "sourdough", "Kafka", "audit", "C++", "R", "wound care", "Excel", "incident response",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """Who somebody is: what is recorded of them, and how the resume writes it."""

    name: str
    email: str
    phone: str
    street: str
    written_street: str
    postcode: str
    written_postcode: str
    born_on: date
    gender: str
    nation: str
    status: str
    photo: str

    @property
    def first(self) -> str:
        return self.name.split()[0]

    @property
    def last(self) -> str:
        return self.name.split()[-1]

    @property
    def title(self) -> str:
        """Address somebody as a report would."""
        return ("Mr.", "Ms.", "Mrs", "Herr", "Frau", "Mme")[self.born_on.day % 6]

    @property
    def born(self) -> str:
        """Write the birth date in one of the ways people do."""
        day = self.born_on
        ways = (f"{day:%d.%m.%Y}", f"{day.day} {MONTHS[day.month % 7]} {day.year}", f"{day:%Y-%m-%d}")
        return ways[day.day % 3]

    @property
    def handle(self) -> str:
        return "-".join(dict.fromkeys((self.first, self.last))).casefold().replace("'", "")

    @property
    def short_name(self) -> str:
        """Write the first name as an initial, where there is one."""
        return self.name if self.first == self.last else f"{self.first[0]}. {self.last}"

    @property
    def turned_name(self) -> str:
        """Write the surname first and large."""
        return self.name if self.first == self.last else f"{self.last.upper()}, {self.first}"


Layout = Callable[[Persona, dict[str, str]], str]


def name_and_pipes(who: Persona, label: dict[str, str]) -> str:
    return f"{who.name}\nBerlin | {who.phone} | {who.email}\n\n"


def one_line(who: Persona, label: dict[str, str]) -> str:
    return f"{who.name.upper()} | {who.written_street}, {who.written_postcode} Berlin | {who.phone} | {who.email}\n"


def labelled(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{label['name']}: {who.name}\n{label['address']}: {who.written_street}, {who.written_postcode} Berlin\n"
        f"{label['phone']}: {who.phone}\n{label['email']}: {who.email}\n{label['birth']}: {who.born}\n"
        f"{label['gender']}: {who.gender}\n{label['nation']}: {who.nation}\n{label['photo']}: {who.photo}\n"
        f"{label['status']}: {who.status}\n\n"
    )


def surname_first(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{who.turned_name}\n{who.written_street}\n{who.written_postcode} Berlin\n"
        f"{label['birth']}: {who.born} | {label['nation']}: {who.nation} | {label['gender']}: {who.gender}\n"
        f"{who.email} · {who.phone}\n"
    )


def table_without_colons(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{who.name}\n{label['address']} {who.written_street}, {who.written_postcode} Berlin\n"
        f"{label['phone']} {who.phone}\n{label['email']} {who.email}\n{label['birth']} {who.born}\n"
        f"{label['gender']} {who.gender}\n{label['nation']} {who.nation}\n{label['status']} {who.status}\n\n"
    )


def value_below_label(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{label['first']}:\n{who.first}\n{label['last']}:\n{who.last}\n{label['birth']}:\n{who.born}\n"
        f"{label['nation']}:\n{who.nation}\n{label['gender']}:\n{who.gender}\n{label['phone']}:\n{who.phone}\n"
        f"{label['email']}:\n{who.email}\n{label['photo']}:\n{who.photo}\n\n"
    )


def name_over_two_lines(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{who.first.upper()}\n{who.name[len(who.first) :].strip().upper()}\n\n• {who.written_street}\n"
        f"• {who.written_postcode} Berlin\n• {who.phone}\n• {who.email}\n\n"
    )


def spaced_letters(who: Persona, label: dict[str, str]) -> str:
    spaced = "  ".join(" ".join(word) for word in who.name.upper().split())
    return f"{spaced}\n{who.email}\n{who.phone}\n\n"


def with_pages(who: Persona, label: dict[str, str]) -> str:
    return (
        f"{who.name}\nhttps://www.linkedin.com/in/{who.handle} | github.com/{who.handle} | {who.handle}.dev\n"
        f"Skype: {who.handle.replace('-', '.')}\n{label['photo']}: {who.photo}\n"
        f"{label['birth']} : {who.born}; {label['nation']} : {who.nation}\n\n"
    )


def with_initial(who: Persona, label: dict[str, str]) -> str:
    return f"{who.short_name}\n{who.email}, {who.phone}\n{label['birth']}\t{who.born}\n\n"


def hidden_address(who: Persona, label: dict[str, str]) -> str:
    local, _, domain = who.email.partition("@")
    return f"{who.name}, Berlin\n{local} (at) {domain}\n{label['phone']}. {who.phone}\n\n"


LAYOUTS: tuple[Layout, ...] = (
    name_and_pipes, one_line, labelled, surname_first, table_without_colons, value_below_label,
    name_over_two_lines, spaced_letters, with_pages, with_initial, hidden_address,
)  # fmt: skip


def personal_section(who: Persona, label: dict[str, str]) -> str:
    """Write the block that many put at the end."""
    return (
        f"\n\n{label['section']}\n{label['birth']}: {who.born}\n{label['nation']}: {who.nation}\n"
        f"{label['gender']}: {who.gender}\n{label['status']}: {who.status}\n"
    )


def make_persona(chance: random.Random, language: str) -> Persona:
    """Invent somebody."""
    name, street, postcode = chance.choice(NAMES), chance.choice(STREETS), chance.choice(POSTCODES)
    plain = "".join(sign for sign in name.casefold().replace(" ", ".") if sign.isascii() and sign not in "'")
    return Persona(
        name=name,
        email=f"{plain.strip('.') or 'contact'}{chance.randrange(99)}@{chance.choice(DOMAINS)}",
        phone=chance.choice(PHONES),
        street=street[0],
        written_street=chance.choice(street),
        postcode=postcode[0],
        written_postcode=chance.choice(postcode),
        born_on=date(chance.randrange(1955, 2006), chance.randrange(1, 13), chance.randrange(1, 29)),
        gender=chance.choice(GENDERS[language]),
        nation=chance.choice(NATIONS[language]),
        status=chance.choice(STATUSES[language]),
        photo=chance.choice(PHOTOS),
    )


def make_twins(number: int) -> tuple[tuple[Persona, str], tuple[Persona, str]]:
    """Give two people of one career, each with the resume; the same number gives the same two."""
    chance = random.Random(f"twins {number}")
    language = chance.choice(tuple(LABELS))
    layout = LAYOUTS[number % len(LAYOUTS)]
    a, b, c = chance.sample(TOOLS, 3)
    career = CAREERS[language].format(trade=chance.choice(TRADES), a=a, b=b, c=c)
    has_section, is_told = chance.random() < 0.3, chance.random() < 0.3

    def resume(who: Persona) -> str:
        end = personal_section(who, LABELS[language]) if has_section else ""
        told = (
            f"\n{who.first} managed budgets. {who.title} {who.last} reports to the board." if is_told else ""
        )
        return layout(who, LABELS[language]) + career + told + filler(number) + end

    one, other = make_persona(chance, language), make_persona(chance, language)
    while other.name == one.name:
        other = make_persona(chance, language)
    return (one, resume(one)), (other, resume(other))


def filler(number: int) -> str:
    """Give the rest of a career, long enough that a personal section stands far below the head."""
    tools = random.Random(f"career {number}").choices(TOOLS, k=30)
    return "".join(f"\n- {tool} at client {place}, {2000 + place}" for place, tool in enumerate(tools))


def words_of_personas() -> str:
    """Give every word that could leak, for a role that would be moved by each of them."""
    told = [*NAMES, *PHOTOS, *MONTHS, *DOMAINS]
    told += [word for pair in (*STREETS, *POSTCODES) for word in pair]
    for language, labels in LABELS.items():
        told += [*labels.values(), *GENDERS[language], *NATIONS[language], *STATUSES[language]]
    return " ".join(told)
