"""The language of the pool's search: words, "phrases", AND OR NOT, -word, ( ), and fields such as `stage:hired`.

NOT binds tightest, then AND, then OR; words side by side must all be met, and bind loosest, so that
`"machine learning" -java kubernetes OR nomad` asks for either of the last two. What a field may be asked is
checked by `pool_fields`; this file knows no database and no index. Time and depth are bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talentpool.errors import InvalidInputError

LONGEST_QUERY = 2_000
MOST_CONDITIONS = 24
DEEPEST = 20
"""Parentheses within parentheses; nobody means more, and the reader stays within its stack."""

OPERATORS = ("AND", "OR", "NOT")
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<bracket>[()])
      | (?P<minus>-(?=[^\s)-]))
      | (?P<field>[A-Za-z_]+)(?P<relation>:|>=|<=|>|<|=)(?:["“”„](?P<quoted>[^"“”„]*)["“”]|(?P<value>[^\s()"“”„]*))
      | ["“”„](?P<phrase>[^"“”„]*)["“”]
      | (?P<open>["“”„])
      | (?P<word>[^\s()"“”„]+)""",
    re.VERBOSE,
)


class UnreadableQueryError(InvalidInputError):
    """A query that cannot be read; `position` counts signs from 1."""

    def __init__(self, words: str, position: int) -> None:
        super().__init__(words)
        self.position = position


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A word, or a phrase whose words stand side by side, in the name or in the resume."""

    wording: str
    is_phrase: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldTest:
    """A field compared with what was written; `relation` is one of : = < <= > >=."""

    field: str
    relation: str
    value: str
    position: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Every:
    """All of these."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Without:
    """Not this."""

    part: "Condition"


Condition = Mention | FieldTest | Every | Either | Without


def read_query(text: str) -> Condition | None:
    """Read a query; None when nothing is asked.

    Raises UnreadableQueryError, which says at which sign, and what was expected there.

    >>> written(read_query("c++ AND (go OR rust) -java"))
    'c++ AND (go OR rust) AND NOT java'
    """
    if len(text) > LONGEST_QUERY:
        raise UnreadableQueryError(
            f"The search is {len(text):,} signs long; we read {LONGEST_QUERY:,} at most. Shorten it.",
            LONGEST_QUERY,
        )
    tokens = list(_tokens(text))
    if not tokens:
        return None
    if (asked := sum(token.condition is not None for token in tokens)) > MOST_CONDITIONS:
        raise UnreadableQueryError(
            f"The search asks for {asked} things; {MOST_CONDITIONS} at most can be asked for at once.",
            tokens[-1].position,
        )
    return _Reader(tokens, len(text) + 1).whole()


def written(condition: Condition | None) -> str:
    """Write a query out with its operators and brackets, the way it was understood."""
    match condition:
        case None:
            return ""
        case Mention():
            return f'"{condition.wording}"' if condition.is_phrase else condition.wording
        case FieldTest():
            value = f'"{condition.value}"' if re.search(r"[\s()]", condition.value) else condition.value
            return f"{condition.field}{condition.relation}{value}"
        case Without():
            return f"NOT {_bracketed(condition.part)}"
        case Every():
            return " AND ".join(map(_bracketed, condition.parts))
        case Either():
            return " OR ".join(map(_bracketed, condition.parts))


def plain_query(text: str) -> str:
    """Write a query for the bare words of a text, whatever signs are among them."""
    words = re.sub(r'["“”„]', " ", text).split()
    return " ".join(f'"{word}"' for word in words[:MOST_CONDITIONS])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Token:
    kind: str  # one of OPERATORS, a bracket, or "condition"
    position: int
    shown: str
    condition: Mention | FieldTest | None = None


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        if found["space"]:
            continue
        at, shown = found.start() + 1, found.group()
        if found["open"]:
            raise UnreadableQueryError(
                f"The quotation mark at sign {at} is never closed; a second one was expected.", at
            )
        if found["bracket"]:
            yield _Token(kind=shown, position=at, shown=shown)
        elif found["minus"] or shown in OPERATORS:
            yield _Token(kind="NOT" if found["minus"] else shown, position=at, shown=shown)
        else:
            yield _Token(kind="condition", position=at, shown=shown, condition=_condition(found))


def _condition(found: re.Match[str]) -> Mention | FieldTest:
    at = found.start() + 1
    if found["field"]:
        quoted = found["quoted"]
        value = " ".join((found["value"] if quoted is None else quoted).split())
        if not value:
            raise UnreadableQueryError(
                f"After “{found['field']}{found['relation']}” at sign {at} a value was expected.", at
            )
        return FieldTest(field=found["field"].lower(), relation=found["relation"], value=value, position=at)
    if found["word"]:
        return Mention(wording=found["word"])
    wording = " ".join(found["phrase"].split())
    if not wording:
        raise UnreadableQueryError(f"Between the quotation marks at sign {at} words were expected.", at)
    return Mention(wording=wording, is_phrase=True)


class _Reader:
    """Reads tokens from left to right, the loosest operator outermost."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens, self.place, self.end, self.depth = tokens, 0, end, 0

    def whole(self) -> Condition:
        read = self.side_by_side()
        if self.kind is not None:
            raise self.unexpected("the end of the search, or an opening bracket before it")
        return read

    @property
    def kind(self) -> str | None:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else None

    def side_by_side(self) -> Condition:
        parts = [self.either()]
        while self.kind in ("condition", "NOT", "("):
            parts.append(self.either())
        return _joined(Every, parts)

    def either(self) -> Condition:
        parts = [self.every()]
        while self.took("OR"):
            parts.append(self.every())
        return _joined(Either, parts)

    def every(self) -> Condition:
        parts = [self.single()]
        while self.took("AND"):
            parts.append(self.single())
        return _joined(Every, parts)

    def single(self) -> Condition:
        is_without = False
        while self.took("NOT"):
            is_without = not is_without
        part = self.bracketed() if self.kind == "(" else self.leaf()
        return _negated(part) if is_without else part

    def bracketed(self) -> Condition:
        opened = self.tokens[self.place].position
        self.place, self.depth = self.place + 1, self.depth + 1
        if self.depth > DEEPEST:
            raise UnreadableQueryError(
                f"At sign {opened} there are more than {DEEPEST} brackets within each other; use fewer.",
                opened,
            )
        inner = self.side_by_side()
        if not self.took(")"):
            raise self.unexpected(f"a closing bracket for the one at sign {opened}")
        self.depth -= 1
        return inner

    def leaf(self) -> Condition:
        condition = self.tokens[self.place].condition if self.kind is not None else None
        if condition is None:
            raise self.unexpected("a word, a phrase, a field or an opening bracket")
        self.place += 1
        return condition

    def took(self, kind: str) -> bool:
        if self.kind != kind:
            return False
        self.place += 1
        return True

    def unexpected(self, expected: str) -> UnreadableQueryError:
        if self.place >= len(self.tokens):
            return UnreadableQueryError(
                f"The search ends at sign {self.end} where {expected} was expected.", self.end
            )
        token = self.tokens[self.place]
        return UnreadableQueryError(
            f"At sign {token.position} stands “{token.shown[:40]}” where {expected} was expected.",
            token.position,
        )


def _joined(kind: type[Every] | type[Either], parts: list[Condition]) -> Condition:
    """Join conditions, those of the same kind within them laid out flat."""
    if len(parts) == 1:
        return parts[0]
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]
    return kind(parts=tuple(flat))


def _negated(part: Condition) -> Condition:
    return part.part if isinstance(part, Without) else Without(part=part)


def _bracketed(part: Condition) -> str:
    return f"({written(part)})" if isinstance(part, Every | Either) else written(part)
