"""What a browser without scripts shows of a web page, and which of its text is hidden by style."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from talentpool.resumes.outcome import HiddenReason, ResumeLine
from talentpool.resumes.spans import SMALLEST_TYPE, Span, contrast, lines_of_spans

LEAST_CONTRAST = 24
WHITE, BLACK = 0xFFFFFF, 0x000000
DEEPEST = 1_000
MOST_RULES = 2_000
LONGEST_STYLE = 200_000
FARTHEST_PIXELS = 900.0
POINTS_A_PIXEL = 0.75
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
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NUMBER = re.compile(r"\s*(-?(?:\d{1,7}(?:\.\d{0,6})?|\.\d{1,6}))\s*([a-z%]{0,4})")
_COLOUR_NAMES = {
    "white": WHITE,
    "snow": 0xFFFAFA,
    "ivory": 0xFFFFF0,
    "ghostwhite": 0xF8F8FF,
    "whitesmoke": 0xF5F5F5,
    "floralwhite": 0xFFFAF0,
    "azure": 0xF0FFFF,
    "mintcream": 0xF5FFFA,
    "black": BLACK,
}
_UNKNOWN_COLOUR = 0x7F3F1F  # a named colour we do not know shows on black and on white alike
_UNITS = {
    "pt": 1.0,
    "px": POINTS_A_PIXEL,
    "em": 12.0,
    "rem": 12.0,
    "cm": 28.35,
    "mm": 2.835,
    "in": 72.0,
    "": 0.75,
}


@dataclass(frozen=True, slots=True)
class _Look:
    tag: str = ""
    colour: int = BLACK
    ground: int | None = WHITE
    points: float = 12.0
    hidden: HiddenReason | None = None
    unseen: bool = False  # visibility: hidden, which a child may take back

    def reason(self) -> HiddenReason | None:
        if self.hidden is not None:
            return self.hidden
        if self.unseen:
            return HiddenReason.MARKED_HIDDEN
        if self.points < SMALLEST_TYPE:
            return HiddenReason.TINY
        if self.ground is not None and contrast(self.colour, self.ground) < LEAST_CONTRAST:
            return HiddenReason.NO_CONTRAST
        return None


class HtmlPage(HTMLParser):
    """Collects the lines and links of a page while it is fed, at most `most` characters."""

    def __init__(self, *, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self._left = most
        self._looks = [_Look()]
        self._paragraphs: list[list[Span]] = [[]]
        self._rules: dict[str, dict[str, str]] = {}
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
        if tag not in _VOID and len(self._looks) < DEEPEST:
            self._looks.append(self._look(tag, attributes))

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
            self._learn("".join(self._style)[:LONGEST_STYLE])
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
        if any(look.tag in _NEVER_SHOWN for look in self._looks[-20:]) or self._left <= 0:
            return
        look = self._looks[-1]
        if not any(above.tag == "pre" for above in self._looks[-20:]):
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
        data = data[: self._left]
        self._left -= len(data)
        self._paragraphs[-1].append(Span(text=data, hidden=look.reason()))

    def _learn(self, style: str) -> None:
        for selectors, body in _RULE.findall(_COMMENT.sub("", style)):
            for selector in selectors.split(","):
                simple = selector.strip().split(" ")[-1].lower()
                if len(self._rules) < MOST_RULES and "::" not in simple and simple:
                    self._rules.setdefault(simple, {}).update(_declarations(body))

    def _look(self, tag: str, attributes: dict[str, str]) -> _Look:
        look = replace(self._looks[-1], tag=tag)
        names = [f".{name}" for name in attributes.get("class", "").lower().split()]
        number = f"#{attributes.get('id', '').lower()}"
        selectors = ["*", tag, *names, *(f"{tag}{name}" for name in names), number, f"{tag}{number}"]
        declared: dict[str, str] = {}
        for selector in selectors:
            declared |= self._rules.get(selector, {})
        declared |= _declarations(attributes.get("style", ""))
        if "color" in attributes:
            declared.setdefault("color", attributes["color"])
        if "bgcolor" in attributes:
            declared.setdefault("background-color", attributes["bgcolor"])
        if "hidden" in attributes or (tag == "input"):
            declared["display"] = "none"
        return _declared_look(look, declared)


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip().lower()
        for name, _, value in pairs
        if value
    }


def _declared_look(look: _Look, declared: dict[str, str]) -> _Look:
    if declared.get("display") == "none" or _is_clear(declared.get("opacity")):
        look = replace(look, hidden=HiddenReason.MARKED_HIDDEN)
    if "visibility" in declared:
        look = replace(look, unseen=declared["visibility"] in ("hidden", "collapse"))
    if _is_far(declared):
        look = replace(look, hidden=HiddenReason.OFF_PAGE)
    if _is_shut(declared):
        look = replace(look, hidden=HiddenReason.COVERED)
    if "font-size" in declared:
        look = replace(look, points=_length(declared["font-size"], look.points))
    ground = declared.get("background-color", declared.get("background", ""))
    if "url(" in ground or "gradient(" in ground or declared.get("background-image", "none") != "none":
        look = replace(look, ground=None)
    elif ground not in ("", "none", "transparent", "inherit", "initial"):
        look = replace(look, ground=_colour(ground))
    if declared.get("color") == "transparent":
        look = replace(look, hidden=HiddenReason.INVISIBLE)
    elif declared.get("color", "inherit") not in ("inherit", "initial", "currentcolor"):
        look = replace(look, colour=_colour(declared["color"]))
    return look


def _is_clear(opacity: str | None) -> bool:
    found = _NUMBER.match(opacity) if opacity else None
    return found is not None and float(found[1]) < (5 if found[2] == "%" else 0.05)


def _is_far(declared: dict[str, str]) -> bool:
    placed = declared.get("position") in ("absolute", "fixed", "relative")
    names = ("left", "top", "right", "bottom", "margin-left", "margin-top") if placed else ("margin-left",)
    places = [_length(declared.get(name, ""), 0.0) for name in (*names, "text-indent")]
    return any(place < -FARTHEST_PIXELS * POINTS_A_PIXEL for place in places)


def _is_shut(declared: dict[str, str]) -> bool:
    cut = declared.get("overflow") in ("hidden", "clip")
    flat = any(
        name in declared and _length(declared[name], 99.0) < 2 for name in ("height", "width", "max-height")
    )
    return (cut and flat) or declared.get("clip", "").replace(" ", "").startswith("rect(0")


def _length(value: str, usual: float) -> float:
    """Give a length in points; per cents and unknown words are of `usual`."""
    found = _NUMBER.match(value)
    if not found:
        return usual
    number, unit = float(found[1]), found[2]
    if unit == "%" or unit == "em":
        return usual * number / (100 if unit == "%" else 1)
    return number * _UNITS.get(unit, POINTS_A_PIXEL)


def _colour(value: str) -> int:
    if found := re.search(r"#([0-9a-f]{3,8})\b", value):
        digits = found[1] if len(found[1]) >= 6 else "".join(2 * sign for sign in found[1][:3])
        return int(digits[:6], 16)
    if found := re.search(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})", value):
        red, green, blue = (min(int(part), 255) for part in found.groups())
        return red << 16 | green << 8 | blue
    return _COLOUR_NAMES.get(value.split(" ")[0], _UNKNOWN_COLOUR)
