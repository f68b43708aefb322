"""The letters as an organisation words them: shipped ones from the start, then what is kept in versions.

A letter has a fixed set of fields and nothing in it is run. What a later version of the program ships beside the
letters that are kept comes in by itself.
"""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from talentpool.accounts.policies import (
    Edit,
    Policy,
    change_policy,
    load_policy,
    policy_versions,
    save_policy,
)
from talentpool.errors import InvalidInputError, NotFoundError
from talentpool.outreach.languages import ENGLISH, known_language, shipped_languages
from talentpool.outreach.templates import (
    FIELDS,
    FOOTER,
    FOOTER_FIELDS,
    LONGEST_SUBJECT,
    Template,
    html_of,
    key_of,
    load_templates,
    name_and_language,
)
from talentpool.outreach.templates import load_footer as load_shipped_footer

POLICY = "letters"
LONGEST_TEXT = 20_000
NEVER_WITHOUT = ("postal_address", "stop_link")
"""Fields of the footer: who writes has to say where they are (CAN-SPAM § 5), and how to stop it (RFC 8058)."""

_FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def install_letters(session: Session, config_folder: Path, *, now: datetime) -> None:
    """Copy the shipped letters into the database; what an organisation has changed stays as it is."""
    if policy_versions(session, [POLICY]) == (0,):
        save_policy(session, POLICY, shipped_letters(config_folder), recruiter_id=None, now=now)


def shipped_letters(config_folder: Path) -> dict[str, Any]:
    """Give the shipped letters and their footers in all languages as one value, by key."""
    value: dict[str, Any] = {
        key: {"subject": letter.subject.strip(), "text": letter.text.strip(), "html": letter.html.strip()}
        for key, letter in load_templates(config_folder).items()
    }
    for language in shipped_languages():
        text, html = load_shipped_footer(config_folder, language)
        value[key_of(FOOTER, language)] = {"text": text.strip(), "html": html.strip()}
    return value


def letters_value(session: Session, config_folder: Path) -> dict[str, Any]:
    """Give the letters that hold as one value: what is kept, and what this version ships beside."""
    shipped = shipped_letters(config_folder)
    if policy_versions(session, [POLICY]) == (0,):
        return shipped
    kept = load_policy(session, POLICY).value
    return {name: kept.get(name, letter) for name, letter in shipped.items()}


def load_letters(session: Session, config_folder: Path, language: str = ENGLISH) -> dict[str, Template]:
    """Load the letters that hold in a language, by name; one that is not written in it comes in English."""
    value, shipped = letters_value(session, config_folder), load_templates(config_folder)
    names = [letter.name for letter in shipped.values() if letter.language == ENGLISH]
    letters = {name: shipped.get(key_of(name, language), shipped[name]) for name in names}
    return {name: replace(letter, **value[letter.key]) for name, letter in letters.items()}


def load_letter(session: Session, config_folder: Path, name: str, language: str = ENGLISH) -> Template:
    """Load one letter that holds in a language; raises NotFoundError for a name that is none."""
    found = load_letters(session, config_folder, language)
    if name not in found:
        raise NotFoundError(f"There is no letter {name!r}; choose one of {', '.join(found)}.")
    return found[name]


def load_footer(session: Session, config_folder: Path, language: str = ENGLISH) -> tuple[str, str]:
    """Load what stands under every letter in a language: as text and as HTML."""
    footer = letters_value(session, config_folder)[key_of(FOOTER, known_language(language))]
    return footer["text"], footer["html"]


def is_footer(key: str) -> bool:
    """Say whether a key is that of what stands under letters."""
    return name_and_language(key)[0] == FOOTER


def change_letters(session: Session, value: dict[str, Any], edit: Edit, *, config_folder: Path) -> Policy:
    """Make other letters hold; raises InvalidInputError for one with a field that is none."""
    for key, letter in value.items():
        problems = letter_problems(letter, is_footer=is_footer(key))
        if problems:
            raise InvalidInputError(" ".join(problems.values()))
    return change_policy(session, POLICY, value, edit, present=letters_value(session, config_folder))


def worded(letter: dict[str, str], *, text: str, subject: str | None = None) -> dict[str, str]:
    """Put other words into a letter; its HTML follows the text, and stays where that is the same."""
    told = {**letter, "text": text} | ({"subject": subject} if subject is not None else {})
    if text.split() != letter["text"].split():
        told["html"] = html_of(text)
    return told


def letter_problems(letter: dict[str, str], *, is_footer: bool = False) -> dict[str, str]:
    """Say what is wrong with a letter: fields that are none, parts that are missing; by part."""
    known, problems = FOOTER_FIELDS if is_footer else FIELDS, {}
    for part in ("text",) if is_footer else ("subject", "text"):
        written = letter[part]
        unknown = [field for field in _FIELD.findall(written) if field not in known]
        if not written.strip():
            problems[part] = f"Enter a {part}."
        elif unknown:
            problems[part] = f"There is no field {{{{ {unknown[0]} }}}}; there are {', '.join(known)}."
        elif len(written) > (LONGEST_SUBJECT if part == "subject" else LONGEST_TEXT):
            problems[part] = f"Shorten the {part}; it has {len(written):,} characters."
    missing = [field for field in NEVER_WITHOUT if f"{{{{ {field} }}}}" not in letter["text"]]
    if is_footer and missing and "text" not in problems:
        problems["text"] = f"Every letter has to carry {{{{ {missing[0]} }}}}; put it back."
    return problems
