"""Makes up who the people of the sample pool are: name, place, addresses that reach nobody.

Telephone numbers come from ranges kept for films and books, e-mail addresses from the domains
kept for examples. The n-th person of a country is always the same one.
"""

import unicodedata
from dataclasses import dataclass

from talentpool.sample_pool.material import City, Country, countries, phrases
from talentpool.sample_pool.wording import chance_for, shuffled

_GERMAN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who a person is and how to reach them; `country` is a two-letter code."""

    first_name: str
    last_name: str
    emails: tuple[str, ...]
    phone: str
    city: str
    postcode: str
    country: str
    profile_link: str

    @property
    def name(self) -> str:
        """Give the name as it stands above a resume."""
        return f"{self.first_name} {self.last_name}"


def make_identity(code: str, number: int) -> Identity:
    """Make up the person of the country with that number: 0, 1, 2 and so on."""
    country = countries()[code]
    chance = chance_for("identity", code, number)
    first, last = _name_of(country, number)
    city = country.cities[number % len(country.cities)]
    slug = f"{ascii_word(first)}-{ascii_word(last)}"
    return Identity(
        first_name=first,
        last_name=last,
        emails=_emails(first, last, number),
        phone=_phone(city, country, number),
        city=city.name,
        postcode="".join(_postcode_letter(letter, chance.randrange(10_000)) for letter in city.postcode),
        country=code,
        profile_link=f"https://linkedin.example.com/in/{slug}-{number:03d}" if number % 5 else "",
    )


def ascii_word(name: str) -> str:
    """Give a name in plain small letters, as it stands in an address: Jörg O'Neill is joergoneill."""
    folded = unicodedata.normalize("NFKD", name.translate(_GERMAN_LETTERS))
    return "".join(letter for letter in folded.lower() if letter.isascii() and letter.isalpha())


def other_email(identity: Identity, number: int) -> str:
    """Give another address of the same person, at another provider."""
    first, last = ascii_word(identity.first_name), ascii_word(identity.last_name)
    domains = phrases().mail_domains
    return f"{last}.{first}{number % 90 + 10}@{domains[(number + 3) % len(domains)]}"


def _name_of(country: Country, number: int) -> tuple[str, str]:
    firsts = shuffled(country.first_names, chance_for("first names", country.name))
    lasts = shuffled(country.last_names, chance_for("last names", country.name))
    round_number, place = divmod(number, len(firsts))
    return firsts[place], lasts[(place * 3 + round_number * 7) % len(lasts)]


def _emails(first: str, last: str, number: int) -> tuple[str, ...]:
    one, two = ascii_word(first), ascii_word(last)
    styles = (
        f"{one}.{two}",
        f"{one[0]}.{two}{number % 90 + 10}",
        f"{one}{two}",
        f"{one}_{two}",
        f"{two}.{one}",
    )
    domains = phrases().mail_domains
    return (f"{styles[number % len(styles)]}@{domains[number % len(domains)]}",)


def _phone(city: City, country: Country, number: int) -> str:
    digits = city.phone.count("#")
    serial = f"{(number // len(country.cities) * 37 + 11) % 10**digits:0{digits}d}"
    international = city.phone.replace("#" * digits, serial)
    if number % 10 < 6:
        return international
    return country.trunk + international.split(" ", 1)[1]


def _postcode_letter(pattern: str, drawn: int) -> str:
    if pattern == "#":
        return str(drawn % 10)
    return _POSTCODE_LETTERS[drawn % len(_POSTCODE_LETTERS)] if pattern == "@" else pattern
