"""The signs of a line as a person sees them: no control or zero-width characters, no ligatures, one space.

Characters nobody sees (Unicode tags, zero-width joiners between Latin letters) are a way to write words for software
only; they go everywhere.
"""

import re

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[ \t\n\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# What symbol fonts leave in the private area and control places where a bullet or an icon stood.
_ICONS = re.compile("[\ue000-\uf8ff]+")
_FONT_BULLETS = frozenset("\uf0a7\uf0b7\uf0d8\uf076\uf0a8\uf06e\uf0fc")


def clean_line(text: str) -> str:
    """Give a line without what nobody sees, with single spaces.

    >>> clean_line("of\\u200bfice  \\ufb01le")
    'office file'
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _ICONS.sub(_without_icon, text)
    text = _SPACES.sub(" ", text.translate(_LIGATURES))
    return _UNSEEN.sub("", text).strip()


def _without_icon(match: re.Match[str]) -> str:
    return " • " if _FONT_BULLETS.intersection(match.group()) else " "
