"""The keys in which addresses, numbers and pages are compared, and whether they say who somebody is.

Pure, and careful: addresses of functions, households and agencies, and lines that ring for a whole house, say
nothing by themselves. How names are compared stands in `names`, what follows from both in `likeness`.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

from talentpool.candidates.identity_rules import fold, identity_rules
from talentpool.candidates.name_words import fold_name
from talentpool.candidates.names import names_go_together, share_a_name

__all__ = [
    "email_key",
    "find_addresses",
    "fold",
    "fold_name",
    "is_personal_page",
    "is_role_address",
    "names_go_together",
    "national_number",
    "phone_key",
    "rings_for_a_house",
    "says_who",
    "share_a_name",
    "url_key",
]

LONGEST_KEY = 320
LONGEST_URL_KEY = 500
_NOT_ONES_OWN = {
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.VOICEMAIL,
}
_WORD_OF_A_LIST = re.compile(r"[^\s<>\"',;:()\[\]]+")


def find_addresses(text: str) -> list[str]:
    """List the e-mail addresses in a text, in order and each once."""
    words = (match.group().strip(".") for match in _WORD_OF_A_LIST.finditer(text))
    return list(dict.fromkeys(word for word in words if _is_address(word)))


def _is_address(word: str) -> bool:
    local, _, domain = word.partition("@")
    if not local or "@" in domain or ".." in word or len(word) > LONGEST_KEY:
        return False
    return "." in domain.strip(".") and not domain.startswith(".")


@lru_cache(maxsize=4096)
def email_key(address: str) -> str:
    """Give the form in which addresses are compared; it is not for writing to.

    Case never counts, an international domain is one with its ASCII form, and labels after a plus or dots
    are dropped only where the provider does so.

    >>> email_key("Jane.Doe+jobs@GoogleMail.com")
    'janedoe@gmail.com'
    >>> email_key("Jane.Doe+jobs@Example.org")
    'jane.doe+jobs@example.org'
    """
    local, _, domain = address.strip().lower().rpartition("@")
    domain = _ascii_domain(domain)
    provider = identity_rules().providers.get(domain)
    if provider is None:
        return f"{local}@{domain}"
    if provider.plus:
        local = local.split("+", 1)[0]
    if provider.dots:
        local = local.replace(".", "")
    return f"{local}@{provider.domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def is_role_address(key: str) -> bool:
    """Say whether an address belongs to a function, a household or an agency, not to a person: info@, jobs@.

    >>> [is_role_address(key) for key in ("jobs@example.org", "familie.huber@example.org", "ana@example.org")]
    [True, True, False]
    """
    local, _, domain = key.partition("@")
    rules = identity_rules()
    words = re.split(r"[^a-z]+", local)
    if local in rules.shared_locals or words[0] in rules.shared_locals and len(words) == 1:
        return True
    if any(word in rules.household_words for word in words):
        return True
    if any(local.endswith(word) for word in rules.household_words if len(word) > 3):
        return True
    return any(word in domain for word in rules.agency_domains)


@lru_cache(maxsize=16384)
def phone_key(number: str, country: str | None) -> str | None:
    """Give a number in E.164 where its country is known, its digits otherwise; None if it is no number.

    >>> phone_key("0049 (0)30 901820", None), phone_key("030 / 90 18 20", "DE"), phone_key("ask me", "DE")
    ('+4930901820', '+4930901820', None)
    """
    digits = re.sub(r"\D", "", number)
    if not 6 <= len(digits) <= 18:
        return None
    text = re.sub(r"^\s*00", "+", number)
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(parsed):
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def national_number(number: str) -> str:
    """Give the digits of a number that do not depend on where one calls from.

    >>> national_number("+493055501234"), national_number("030 555-01234")
    ('3055501234', '3055501234')
    """
    try:
        digits = phonenumbers.national_significant_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", number)
    return digits.lstrip("0")


@lru_cache(maxsize=4096)
def url_key(url: str) -> str | None:
    """Give the form in which pages are compared: no scheme, no www, no query; None if it is no address.

    >>> url_key("https://www.LinkedIn.com/in/jane-doe/?trk=x")
    'linkedin.com/in/jane-doe'
    """
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host or " " in text:
        return None
    host = re.sub(r"^[a-z]{2}\.linkedin\.com$", "linkedin.com", host)
    path = parts.path.rstrip("/")
    return f"{host}{path.lower()}"[:LONGEST_URL_KEY]


def is_personal_page(key: str) -> bool:
    """Say whether a page is one person's: it has a path below a host, as profiles do."""
    return "/" in key


@lru_cache(maxsize=16384)
def rings_for_a_house(key: str) -> bool:
    """Say whether a number is a landline or a company's: whoever lives or works there answers it.

    >>> rings_for_a_house("+4930901820"), rings_for_a_house("+4915112345678"), rings_for_a_house("+12125550123")
    (True, False, False)
    """
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(key, None))
    except phonenumbers.NumberParseException:
        return False
    return kind in _NOT_ONES_OWN


def says_who(kind: str, key: str) -> bool:
    """Say whether an address, number or page can tell one person from another by itself.

    >>> says_who("email", "ana@example.org"), says_who("phone", "+4930901820"), says_who("url", "example.org")
    (True, False, False)
    """
    if kind == "email":
        return not is_role_address(key)
    if kind == "phone":
        return not rings_for_a_house(key)
    return is_personal_page(key)
