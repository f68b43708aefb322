"""What a reader sees of a resume that came as the text of a cell. Pure text in, text out."""

import html
import re

import nh3

LONGEST_TEXT = 1_000_000  # characters of one resume

_HTML = re.compile(
    r"<(?:p|br|div|li|ul|ol|html|body|span|table|tr|td|h[1-6]|strong|b|em|a)\b[^<>]*>", re.IGNORECASE
)
_LIST_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|br|div|ul|ol|li|table|tr|h[1-6]|section|article|hr|dt|dd)\b[^<>]*>", re.IGNORECASE
)
_CELL_END = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
# Control and zero-width characters, the byte order mark and what stands for an unreadable one.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]"
)
_ODD_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ODD_SPACES = re.compile(r"[\t\xa0\u2007\u202f]|  +")
_BULLET = "[•▪◦●■➢❖\uf0a7\uf0b7]"  # the last two are what a symbol font leaves behind
_GLUED_BULLET = re.compile(rf"(?<! ) *+{_BULLET} *")
_BLANK_LINES = re.compile(r"\n{3,}")


def visible_text_of_cell(text: str) -> str:
    """Give the resume text of a cell as a reader would see it, at most LONGEST_TEXT characters.

    Markup becomes lines, control and zero-width characters go, bullets start a line of their own.
    """
    text = text[: LONGEST_TEXT * 2]
    if "<" in text and _HTML.search(text):
        text = _text_of_html(text)
    if not _is_plain(text):
        text = _ODD_SPACES.sub(" ", _INVISIBLE.sub("", _ODD_LINE_ENDS.sub("\n", text)))
    if not text.isascii():
        text = _GLUED_BULLET.sub("\n• ", text)
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    if "\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text).replace("\n\n•", "\n•")
    return text.strip()[:LONGEST_TEXT]


def _is_plain(text: str) -> bool:
    """Say whether there is nothing odd in a text; quicker than looking for each odd sign.

    >>> [_is_plain(text) for text in ("Nurse, ICU\\nBerlin", "two  spaces", "soft\\xadhyphen", "tab\\there")]
    [True, False, False, False]
    """
    return text.replace("\n", "").isprintable() and "  " not in text and "\ufffd" not in text


def _text_of_html(text: str) -> str:
    """Give what a browser would show, a line for each block; nh3 takes the markup apart, whatever it is."""
    text = _LIST_ITEM.sub("\n• ", text.replace("\r", " ").replace("\n", " "))
    text = _CELL_END.sub(" ", _BLOCK.sub("\n", text))
    return html.unescape(
        nh3.clean(text, tags=set(), clean_content_tags={"script", "style", "title", "template"})
    )
