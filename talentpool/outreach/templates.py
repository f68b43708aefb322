"""Letters as folders of subject, text and HTML with a fixed set of merge fields; nothing in them is run.

Beside the English files lie those of other languages (`text.de.txt`); their HTML follows from the text.

A field is `{{ name }}`. One that is not in the list stays as it is written, and so does whatever stands in a
value: there is no second pass, no expression, no attribute.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from talentpool.consent.eligibility import MessagePurpose
from talentpool.errors import NotFoundError
from talentpool.outreach.languages import ENGLISH, shipped_languages

FIELDS = (
    "first_name",
    "full_name",
    "remembered",
    "application_title",
    "role_title",
    "role_place",
    "why_this_role",
    "promise_due",
    "if_no_answer",
    "own_page",
    "decision",
    "what_was_good",
    "what_decided",
    "to_whom",
    "to_organisation",
    "why_pass_on",
    "what_is_passed",
    "pass_on_page",
    "sender_name",
    "organisation",
)
FOOTER_FIELDS = ("organisation", "postal_address", "why_you_get_this", "stop_link")
LONGEST_SUBJECT = 200
FOOTER = "_footer"

_FIELD = re.compile(r"\{\{ ?([a-z_]{1,40}) ?\}\}")
_LINK = re.compile(r"\{\{ (?:own_page|stop_link) \}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>\n?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One letter before it is addressed to anybody."""

    name: str
    label: str
    purpose: MessagePurpose
    subject: str
    text: str
    html: str
    language: str = ENGLISH

    @property
    def key(self) -> str:
        """Under which it is kept: its name, and its language unless that is English."""
        return key_of(self.name, self.language)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """One letter as somebody will read it."""

    subject: str
    text: str
    html: str


def key_of(name: str, language: str) -> str:
    """Give the key of a letter or a footer in a language.

    >>> key_of("first_contact", "en"), key_of("first_contact", "de")
    ('first_contact', 'first_contact.de')
    """
    return name if language == ENGLISH else f"{name}.{language}"


def name_and_language(key: str) -> tuple[str, str]:
    """Take a key apart.

    >>> name_and_language("first_contact.de"), name_and_language("first_contact")
    (('first_contact', 'de'), ('first_contact', 'en'))
    """
    name, _, language = key.partition(".")
    return name, language or ENGLISH


def load_templates(config_folder: Path) -> dict[str, Template]:
    """Give the shipped letters in all their languages, by key: English first, in the order of their names."""
    return dict(_shipped(config_folder))


@cache
def _shipped(config_folder: Path) -> Mapping[str, Template]:
    """Read the shipped letters once; they change with the program only."""
    folders = sorted(path for path in (config_folder / "templates").iterdir() if path.is_dir())
    letters = [
        _template(path, language)
        for language in shipped_languages()
        for path in folders
        if path.name != FOOTER and _text_file(path, language).exists()
    ]
    return {letter.key: letter for letter in letters}


def load_template(config_folder: Path, key: str) -> Template:
    """Read one letter; raises NotFoundError for a key that is none."""
    found = load_templates(config_folder)
    if key not in found:
        raise NotFoundError(f"There is no letter {key!r}; choose one of {', '.join(found)}.")
    return found[key]


@cache
def load_footer(config_folder: Path, language: str = ENGLISH) -> tuple[str, str]:
    """Read what stands under every letter in a language: as text and as HTML."""
    folder = config_folder / "templates" / FOOTER
    text = _read(_text_file(folder, language))
    return text, _read(folder / "message.html") if language == ENGLISH else f"<hr>\n{html_of(text)}"


def write_letter(
    template: Template,
    values: Mapping[str, str],
    *,
    footer: tuple[str, str],
    footer_values: Mapping[str, str],
) -> Letter:
    """Fill a letter in and put the footer under it."""
    under = fill(footer[0], footer_values)
    html = _EMPTY_PARAGRAPH.sub("", fill_html(template.html, values))
    return Letter(
        subject=one_line(fill(template.subject, values))[:LONGEST_SUBJECT],
        text=f"{filled_text(template, values)}\n\n{_tidy(under)}\n",
        html=f"{html.strip()}\n{fill_html(footer[1], footer_values).strip()}\n",
    )


def filled_text(template: Template, values: Mapping[str, str]) -> str:
    """Fill the text of a letter in, without what stands under it."""
    return _tidy(fill(template.text, values))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of the fields that have one.

    >>> fill("Hello {{ first_name }}, {{ 7*7 }} {{ nobody }}", {"first_name": "{{ first_name }}"})
    'Hello {{ first_name }}, {{ 7*7 }} {{ nobody }}'
    """
    return _FIELD.sub(lambda found: _plain(values.get(found[1], found[0])), text)


def fill_html(text: str, values: Mapping[str, str]) -> str:
    """Put escaped values in the place of the fields that have one."""
    return _FIELD.sub(lambda found: escape(_plain(values.get(found[1], found[0]))), text)


def html_of(text: str) -> str:
    """Make the HTML of a letter that somebody wrote as text: a paragraph for each, nothing of it markup.

    Where a link belongs there is one.

    >>> html_of("Hello <b>\\n\\nOne\\nTwo")
    '<p>Hello &lt;b&gt;</p>\\n<p>One<br>Two</p>'
    """
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    html = "\n".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs)
    return _LINK.sub(r'<a href="\g<0>">\g<0></a>', html)


def one_line(text: str) -> str:
    """Give a text as one line without control signs, fit for a header.

    >>> one_line("Ana\\r\\nBcc: all@example.org")
    'Ana Bcc: all@example.org'
    """
    return " ".join(_CONTROL.sub(" ", text).split())


def _plain(value: str) -> str:
    return _CONTROL.sub(" ", value.replace("\r\n", "\n"))


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def _template(folder: Path, language: str) -> Template:
    about, text = tomllib.loads(_read(folder / "template.toml")), _read(_text_file(folder, language))
    return Template(
        name=folder.name,
        label=about["label"],
        purpose=MessagePurpose(about["purpose"]),
        subject=_read(folder / f"{key_of('subject', language)}.txt"),
        text=text,
        html=_read(folder / "message.html") if language == ENGLISH else html_of(text),
        language=language,
    )


def _text_file(folder: Path, language: str) -> Path:
    return folder / f"{key_of('text', language)}.txt"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
