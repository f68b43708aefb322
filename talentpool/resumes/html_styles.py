"""How the text of a web page looks under its style sheets: hidden, coloured, tiny, moved away, and on what ground."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from talentpool.resumes.outcome import HiddenReason
from talentpool.resumes.spans import SMALLEST_TYPE, contrast

LEAST_CONTRAST = 24
WHITE, BLACK = 0xFFFFFF, 0x000000
MOST_RULES = 2_000
LONGEST_STYLE = 200_000
FARTHEST_PIXELS = 900.0
POINTS_A_PIXEL = 0.75
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
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRINT = re.compile(
    r"@media\s+print[^{]{0,200}\{(?:[^{}]{0,500}\{[^{}]{0,2000}\}){0,500}[^{}]{0,500}\}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Look:
    """What decides whether the text of an element is seen, inherited from the elements around it."""

    tag: str = ""
    colour: int = BLACK
    ground: int | None = WHITE
    points: float = 12.0
    hidden: HiddenReason | None = None
    unseen: bool = False  # visibility: hidden, which a child may take back
    is_text: bool = True  # False within what a browser never shows as text
    keeps_spaces: bool = False
    names: frozenset[str] = frozenset()  # what selectors may call the element

    def reason(self) -> HiddenReason | None:
        """Say why a person does not see the text, or None."""
        if self.hidden is not None:
            return self.hidden
        if self.unseen:
            return HiddenReason.MARKED_HIDDEN
        if self.points < SMALLEST_TYPE:
            return HiddenReason.TINY
        if self.ground is not None and contrast(self.colour, self.ground) < LEAST_CONTRAST:
            return HiddenReason.NO_CONTRAST
        return None


class Rules:
    """The rules of a page's style sheets, as far as they are plain selectors, one inside another."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[tuple[frozenset[str], dict[str, str]]]] = {}
        self._count = 0

    def learn(self, style: str) -> None:
        """Add the rules of a style sheet; those for print and for states such as hovering do not count."""
        plain = _PRINT.sub("", _COMMENT.sub("", style[:LONGEST_STYLE]))
        for selectors, body in _RULE.findall(plain):
            for selector in selectors.split(","):
                *around, name = selector.replace(">", " ").lower().split() or [""]
                if name and ":" not in selector and self._count < MOST_RULES:
                    self._count += 1
                    self._by_name.setdefault(name, []).append((frozenset(around), _declarations(body)))

    def look(self, tag: str, attributes: dict[str, str], around: Sequence[Look]) -> Look:
        """Give the look of an element within those around it, outermost first."""
        names = _names(tag, attributes)
        declared = self._declared(names, around)
        declared |= _declarations(attributes.get("style", ""))
        if "color" in attributes:
            declared.setdefault("color", attributes["color"])
        if "bgcolor" in attributes:
            declared.setdefault("background-color", attributes["bgcolor"])
        if "hidden" in attributes:
            declared["display"] = "none"
        return _declared_look(replace(around[-1], tag=tag, names=frozenset(names)), declared)

    def _declared(self, names: Sequence[str], around: Sequence[Look]) -> dict[str, str]:
        declared: dict[str, str] = {}
        for name in names:
            for outer, body in self._by_name.get(name, ()):
                if not outer or outer <= frozenset().union(*(look.names for look in around)):
                    declared |= body
        return declared


def _names(tag: str, attributes: dict[str, str]) -> list[str]:
    classes = [f".{name}" for name in attributes.get("class", "").lower().split()[:50]]
    number = f"#{attributes.get('id', '').lower()}"
    return ["*", tag, *classes, *(f"{tag}{name}" for name in classes), number, f"{tag}{number}"]


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip().lower()
        for name, _, value in pairs
        if value
    }


def _declared_look(look: Look, declared: dict[str, str]) -> Look:
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
