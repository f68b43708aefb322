"""Are two records one person? The keys in which addresses, numbers and pages are compared, and names.

Pure, and careful: a shared address alone never makes two people one, their names must go together as well.
What only looks alike is proposed to a person by whoever asks here, never merged.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

LONGEST_KEY = 320
LONGEST_URL_KEY = 500
_WORD_OF_A_LIST = re.compile(r"[^\s<>\"',;:()\[\]]+")
# Providers that deliver name+anything to name; Google also ignores dots. Elsewhere they are part of the name.
_PLUS_IS_A_LABEL = {
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "fastmail.com",
    "proton.me",
    "protonmail.com",
}
_DOTS_ARE_IGNORED = {"gmail.com"}
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
_ROLE_ADDRESSES = {
    "admin", "application", "applications", "bewerbung", "bewerbungen", "candidatures", "career", "careers",
    "contact", "hello", "hr", "info", "jobs", "kontakt", "mail", "no-reply", "noreply", "office", "personal",
    "recruiting", "recruitment", "resumes", "rh", "team", "test",
}  # fmt: skip
_UNLIKE_ASCII = str.maketrans(
    {"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
_TITLES = {
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "miss",
    "herr",
    "frau",
    "mme",
    "ing",
    "dipl",
    "msc",
    "bsc",
    "phd",
    "mba",
    "jr",
    "sr",
}
_NOT_A_WORD = re.compile(r"[^\w]+", re.ASCII)
_TRANSLITERATED = re.compile(r"([aou])e")


def fold(text: str) -> str:
    """Give text in lower case without accents, so that two spellings compare equal.

    >>> fold("Jürgen Groß-Møller")
    'jurgen gross-moller'
    """
    if text.isascii():
        return text.lower()
    lowered = text.casefold().translate(_UNLIKE_ASCII)
    return "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))


def fold_name(name: str) -> str:
    """Give a name for search and comparison: lower case, no accents, single spaces.

    >>> fold_name("  Müller,  Anna-Lena ")
    'muller anna lena'
    """
    folded = fold(name)
    words = folded.replace("'", "").replace("’", "")
    if not words.isascii():
        return " ".join(re.sub(r"[^\w]+", " ", words).split())[:LONGEST_KEY]
    return _NOT_A_WORD.sub(" ", words).strip()[:LONGEST_KEY]


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
    domain = _SAME_DOMAIN.get(domain, domain)
    if domain in _PLUS_IS_A_LABEL:
        local = local.split("+", 1)[0]
    if domain in _DOTS_ARE_IGNORED:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def is_role_address(key: str) -> bool:
    """Say whether an address belongs to a function, not to a person: info@, jobs@."""
    return key.partition("@")[0] in _ROLE_ADDRESSES


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


def names_go_together(one: str, other: str) -> bool:
    """Say whether two names can be one person's: one is the other with parts left out or shortened.

    Order, accents, titles and transliterated umlauts do not count; a missing name goes with any.

    >>> names_go_together("Dr. J. Mueller", "Müller, Jana"), names_go_together("Jana Müller", "Jan Müller")
    (True, False)
    """
    if one == other:
        return True
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    if not shorter:
        return True
    if len(shorter) == 1 and len(longer) > 1 and len(shorter[0]) == 1:
        return False
    left = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        partner = next((candidate for candidate in left if _is_one_name(word, candidate)), None)
        if partner is None:
            return False
        left.remove(partner)
    return True


def share_a_name(one: str, other: str) -> bool:
    """Say whether two names have a part in common, or one is missing: somebody who married keeps one."""
    first, second = _name_words(one), _name_words(other)
    return (
        first == second or not first or not second or any(len(word) > 1 and word in second for word in first)
    )


def _name_words(name: str) -> list[str]:
    words = (_TRANSLITERATED.sub(r"\1", word) for word in fold_name(name).split())
    return [word for word in words if word not in _TITLES]


def _is_one_name(word: str, other: str) -> bool:
    if word == other:
        return True
    return min(len(word), len(other)) == 1 and word[0] == other[0]
