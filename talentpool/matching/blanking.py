"""What is mended or taken out of a text before it is cut into words, place for place.

Addresses on the web and in the mail become blanks, a word cut at the end of a line is joined, "go" the verb and
the possessive s go. The text keeps its length, so that evidence can be marked where it stands. What has to close
up is filled with soft hyphens, which folding leaves out.
"""

import re
from collections.abc import Iterator, Sequence

SOFT_HYPHEN = "\u00ad"

_HOSTS = r"(?:[\w-]{1,63}\.){1,4}"
CONTACT = re.compile(
    r"\b(?:https?://|www\.)\S{1,400}"
    r"|[\w.+%-]{1,64}\s?@\s?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}"
    rf"|\b(?!salesforce\.com\b){_HOSTS}(?:com|org|edu|gov)\b(?:/\S{{0,200}})?"
    rf"|\b{_HOSTS}(?!(?:js|net|cs)/)[a-z]{{2,6}}/\S{{1,200}}"
    r"|\b(?:behance|slideshare|sourceforge|researchgate)\.net/\S{1,200}"
    r"|(?-i:\b[a-z0-9][a-z0-9-]{2,62}\.(?:de|fr|nl|ch|se|dk|eu|co\.uk|dev|app|info)\b)",
    re.IGNORECASE,
)
PLAIN_SIGNS = ("@", "://", "www.")
HOST_SIGN = re.compile(
    r"\.(?:[A-Za-z]{2,6}/|(?:com|org|edu|gov|Com|COM|ORG|EDU|GOV|de|fr|nl|ch|se|dk|eu|co\.uk|dev|app|info)\b)"
)
LONGEST_BEFORE, LONGEST_AFTER = 80, 420
"""How far an address may reach before and after its sign, in characters."""
SPACE = re.compile(r"\s")

LINE_END = re.compile(r"[-\u2010\u00ad](?<=[^\W\d_]{2}.)[ \t]*\r?\n[ \t]*([^\W\d_]{2,40})(?![^\W\d_])")
PLAIN_LINE_END_SIGNS = ("-\n", "-\r")
LINE_END_SIGNS = (*PLAIN_LINE_END_SIGNS, "\u2010\n", "\u00ad\n")
LAST_WORD = re.compile(r"[^\W\d_]*$")
KEEPS_ITS_HYPHEN = re.compile(
    r"all|back|client|co|cross|customer|decision|detail|end|entry|follow|front|full|hands|hard|high|in|inter|long|low"
    r"|market|mid|multi|new|non|off|on|open|out|part|post|pre|problem|re|real|results?|run|self|set|short|single"
    r"|start|state|sub|team|test|third|two|up|user|well|world",
    re.IGNORECASE,
)
"""First halves after which English writes a hyphen anyway: the line merely ended there."""
STARTS_ANEW = re.compile(
    r"based|bound|centric|class|collar|driven|end|facing|focused|free|friendly|functional|level|line|making|minded|of"
    r"|oriented|owned|paced|party|related|side|site|solving|term|time|to|up|wide|wise"
    r"|and|or|und|oder|bzw|sowie|et|ou|y|e|o|och|en|eller"
)
"""Second halves that are words of their own, and joining words after a hyphen left hanging."""

GO_WRITTEN = ("go", "Go", "GO")
GO = re.compile(r"(?:[gG]o|GO)(?![^\W_])(?<![^\W_]..)")
VERB_BEFORE = re.compile(
    r"(?<![^\W_])(?:to|will|can|could|must|should|would|may|might|i|we|you|they|who|that|people|things|always|never"
    r"|not|let|us|do|does|did|on[ -]the) $",
)
VERB_AFTER = re.compile(
    r"[ -](?:live|getters?|to|beyond|above|through|back|out|into|over|the|further|down|up|forward|ahead|away|along"
    r"|wrong|global|public|green|between|around|where|home|on|with|by|well|far|extra|hand|as|a|an|wherever|from|about"
    r"|after|off)(?![^\W_])"
)
CAPITAL_VERB_AFTER = re.compile(
    r"[ -](?:live|getters?|beyond|above|through|back|into|further|ahead|public|green|to[ -](?:market|person|guy|expert))"
    r"(?![^\W_])",
    re.IGNORECASE,
)
"""The verb "go"; the language stands in lists and beside nouns, and inside a sentence it has a capital."""
ON_THE_GO = re.compile(r"[Oo]n[ -][Tt]he[ -]$")

POSSESSIVES = {"'": ("'s ", "'S "), "’": ("’s ", "’S ")}
LETTERS_AROUND = re.compile(r"[\W_]?[A-Za-z] & [A-Za-z][\W_]?")
JAVA_SCRIPT = re.compile(r"([Jj]ava)[ -]([Ss]cript)\b")
JAVA_SCRIPT_SIGN = "cript"


def blank(text: str) -> str:
    """Mend a text before it is cut into words; the result is as long as the text."""
    text = _without_contacts(text)
    for sign, endings in POSSESSIVES.items():
        if sign in text:
            for written in endings:
                text = text.replace(written, "   ")
    if any(sign in text for sign in (PLAIN_LINE_END_SIGNS if text.isascii() else LINE_END_SIGNS)):
        text = LINE_END.sub(_joined, text)
    text = _without_verbs(text)
    text = _with_letters_joined(text)
    if JAVA_SCRIPT_SIGN in text:
        text = JAVA_SCRIPT.sub(rf"\1{SOFT_HYPHEN}\2", text)
    return text


def _without_contacts(text: str) -> str:
    """Blank the addresses; only the neighbourhood of their signs is searched, which is much quicker."""
    signs = [place for sign in PLAIN_SIGNS for place in _places_of(sign, text)]
    signs += [found.start() for found in HOST_SIGN.finditer(text)]
    if not signs:
        return text
    pieces, done = [], 0
    for start, end in _neighbourhoods(text, sorted(signs)):
        pieces += [text[done:start], CONTACT.sub(_spaces, text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _neighbourhoods(text: str, signs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the places around signs of addresses, ascending and apart, from white space to white space."""
    last = 0
    for place in signs:
        if place < last:
            continue
        least = max(last, place - LONGEST_BEFORE)
        start = max(least, *(text.rfind(space, least, max(least, place - 1)) for space in " \n\t"))
        space = SPACE.search(text, place + 2, place + LONGEST_AFTER)
        last = space.start() if space else min(len(text), place + LONGEST_AFTER)
        yield start, last


def _places_of(sign: str, text: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _joined(found: re.Match[str]) -> str:
    before = LAST_WORD.search(found.string, max(0, found.start() - 40), found.start())
    second = found.group(1)
    held = before is not None and KEEPS_ITS_HYPHEN.fullmatch(before.group())
    if held or second[0].isupper() or STARTS_ANEW.fullmatch(second):
        return found.group()
    return SOFT_HYPHEN * (len(found.group()) - len(second)) + second


def _without_verbs(text: str) -> str:
    """Blank "go" where it is the verb; each way of writing it is found much quicker than by one pattern."""
    places = sorted(place for written in GO_WRITTEN for place in _places_of(written, text))
    for place in places:
        if (found := GO.match(text, place)) and _is_verb(found):
            text = f"{text[:place]}  {text[place + 2 :]}"
    return text


def _is_verb(found: re.Match[str]) -> bool:
    word, text, start, end = found.group(), found.string, found.start(), found.end()
    before, after = text[max(0, start - 14) : start], text[end : end + 16]
    if word == "go":
        return bool(VERB_BEFORE.search(before.casefold()) or VERB_AFTER.match(after))
    return bool(CAPITAL_VERB_AFTER.match(after) or ON_THE_GO.search(before))


def _with_letters_joined(text: str) -> str:
    """Close up "R & D", so that it is one word like R&D."""
    for place in reversed(list(_places_of(" & ", text))):
        around = text[max(0, place - 2) : place + 5]
        if LETTERS_AROUND.fullmatch(around):
            text = f"{text[:place]}{SOFT_HYPHEN}&{SOFT_HYPHEN}{text[place + 3 :]}"
    return text
