"""What a browser without scripts shows of a web page, line by line, and its links."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from talentpool.resumes.html_styles import Look, Rules
from talentpool.resumes.outcome import ResumeFault, ResumeLine, ResumeProblem
from talentpool.resumes.spans import Span, lines_of_spans

DEEPEST = 1_000
_NEVER_SHOWN = frozenset({"script", "template", "noscript", "title", "head", "iframe", "object", "datalist"})
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    ]
)
_ENDS_BEFORE = {"li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"), "p": ("p",)}


class HtmlPage(HTMLParser):
    """Collects the lines and links of a page while it is fed, at most `most` characters."""

    def __init__(self, *, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._left = most
        self._looks = [Look()]
        self._paragraphs: list[list[Span]] = [[]]
        self._rules = Rules()
        self._style: list[str] | None = None

    def lines(self) -> Iterator[ResumeLine]:
        """Give the lines a browser shows, hidden ones after the line they stand in."""
        for spans in self._paragraphs:
            if any(span.text.strip() for span in spans):
                yield from lines_of_spans(spans)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element with the look its attributes and the page's rules give it."""
        attributes = {name: value or "" for name, value in attrs}
        for ended in _ENDS_BEFORE.get(tag, ()):
            if self._looks[-1].tag == ended:
                self._looks.pop()
        if tag == "style":
            self._style = []
        self._break_before(tag)
        if tag == "a" and attributes.get("href", "").startswith(("http:", "https:", "mailto:", "tel:")):
            self.links.append(attributes["href"])
        if tag not in _VOID:
            self._open(tag, attributes)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._looks) >= DEEPEST:
            raise ResumeFault(ResumeProblem.DAMAGED, "The web page is nested too deeply. Ask for a PDF.")
        look = self._rules.look(tag, attributes, self._looks)
        is_text = look.is_text and tag not in _NEVER_SHOWN
        self._looks.append(replace(look, is_text=is_text, keeps_spaces=look.keeps_spaces or tag == "pre"))

    def _break_before(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "br":
            self._paragraphs.append([])
        if tag == "li":
            self._paragraphs[-1].append(Span(text="• "))
        elif tag in ("td", "th"):
            self._paragraphs[-1].append(Span(text="  "))

    def handle_endtag(self, tag: str) -> None:
        """Close an element and what was left open inside it."""
        if tag == "style" and self._style is not None:
            self._rules.learn("".join(self._style))
            self._style = None
        for place in range(len(self._looks) - 1, 0, -1):
            if self._looks[place].tag == tag:
                del self._looks[place:]
                break
        if tag in _BLOCKS:
            self._paragraphs.append([])

    def handle_data(self, data: str) -> None:
        """Take text in, with the reason why it does not show."""
        if self._style is not None:
            self._style.append(data)
            return
        look = self._looks[-1]
        if not look.is_text or self._left <= 0:
            return
        if not look.keeps_spaces:
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
        data = data[: self._left]
        self._left -= len(data)
        self._paragraphs[-1].append(Span(text=data, hidden=look.reason()))
