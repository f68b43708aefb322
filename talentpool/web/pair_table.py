"""Pairs of records in words, and as a table to keep."""

from typing import Any

SIGN_WORDS = {
    "email": "e-mail",
    "phone": "phone",
    "url": "profile page",
    "resume": "resume",
    "employer": "employer",
    "headline": "headline",
    "postcode": "postcode",
    "city": "city",
}
TIE_WORDS = {
    "same": "same name",
    "shortened": "name shortened",
    "misspelt": "a slip in the name",
    "unnamed": "one has no name",
    "kin": "junior or senior on one side",
    "alike": "names look alike",
    "given_name": "same given name",
    "family_name": "same family name",
    "different": "different names",
}
CSV_HEADERS = (
    "Candidate ID",
    "Name",
    "Other ID",
    "Other name",
    "Verdict",
    "Names",
    "Agrees",
    "Differs",
    "State",
)


def sign_words(signs: list[str]) -> str:
    """Say in a template what two records have in common, or not."""
    return ", ".join(SIGN_WORDS.get(sign, sign) for sign in signs)


def tie_words(tie: str) -> str:
    """Say in a template how two names stand to each other."""
    return TIE_WORDS.get(tie, tie)


def csv_row(line: Any) -> tuple[object, ...]:
    """Give the cells of one pair, as `CSV_HEADERS` names them."""
    pair = line.pair
    return (
        line.first.id,
        line.first.full_name,
        line.second.id,
        line.second.full_name,
        pair.verdict.value,
        tie_words(pair.name_tie),
        sign_words(pair.agrees),
        sign_words(pair.differs),
        pair.state.value,
    )
