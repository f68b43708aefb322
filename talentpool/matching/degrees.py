"""Degrees an advert asks for: the level, the fields of study, and whether experience may stand in for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from talentpool.matching.requirement_words import AdvertWord
from talentpool.matching.text import fold

EQUIVALENT = "equivalent experience"
MOST_FIELD_WORDS = 4
MOST_WORDINGS = 6
FARTHEST_LINK = 4
"""Words that may stand between a degree and its "in": "Bachelor's degree or higher, required, in"."""
NEEDS_MORE = frozenset(
    {
        "degree",
        "associate",
        "bs",
        "ba",
        "ms",
        "ma",
        "b.s",
        "b.a",
        "m.s",
        "m.a",
        "b.e",
        "master",
        "undergraduate",
        "lehre",
        "grado",
        "associates",
        "associate s",
        "bachelor",
        "masters",
        "master s",
    }
)
"""What is a degree only with a field, another degree or the word degree beside it: "sales associate", "MS Access"."""
ANY_LEVEL = frozenset({"bachelor's degree", "master's degree"})
"""Beside one of these, "degree" adds nothing."""
DEGREE_WORDS = frozenset({"degree", "degrees", "diploma", "graduate", "graduates", "grad"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Degree:
    """One degree asked for and the words of the text, by their places, that say it."""

    wordings: tuple[str, ...]
    start: int
    end: int


def degrees_in(words: Sequence[AdvertWord]) -> list[Degree]:
    """Find the degrees a clause asks for, in order; levels joined by "or" are one of them."""
    found, place = list[Degree](), 0
    while place < len(words):
        degree = _degree_at(words, place) if words[place].has("degrees") else None
        if degree:
            found.append(degree)
        place = degree.end if degree else place + 1
    return found


def _degree_at(words: Sequence[AdvertWord], start: int) -> Degree | None:
    levels, end = _levels(words, start)
    says_degree = any(fold(word.written) in DEGREE_WORDS for word in words[end : end + 2])
    fields, end = _fields_after(words, end)
    begin = start
    if not fields:
        fields, begin = _field_before(words, start)
    if _is_doubtful(words[start:end], says_degree=says_degree or bool(fields), levels=levels):
        return None
    wordings = _wordings(levels, fields)
    instead = _experience_instead(words, end)
    if instead:
        wordings, end = (*wordings, EQUIVALENT), instead
    return Degree(wordings=wordings, start=begin, end=end)


def _levels(words: Sequence[AdvertWord], place: int) -> tuple[list[str], int]:
    """Read the levels side by side: "BS, MS or PhD"; gives their names and where they end."""
    levels = []
    while place < len(words):
        word = words[place]
        if word.has("degrees"):
            levels.append(word.label or word.written)
        elif not (word.has("wording.or", "wording.and") and _goes_on(words, place + 1)):
            break
        place += 1
    named = [level for level in levels if level != "degree"]
    return list(dict.fromkeys(levels if ANY_LEVEL.isdisjoint(named) else named)), place


def _goes_on(words: Sequence[AdvertWord], place: int) -> bool:
    return place < len(words) and words[place].has("degrees")


def _is_doubtful(words: Sequence[AdvertWord], *, says_degree: bool, levels: list[str]) -> bool:
    if says_degree or len(levels) > 1:
        return False
    return fold(words[0].written).replace("'", " ").replace("’", " ") in NEEDS_MORE


def _fields_after(words: Sequence[AdvertWord], place: int) -> tuple[list[str], int]:
    """Read the fields behind "in"; gives them and where they end, or the given place without any."""
    near = range(place, min(place + FARTHEST_LINK, len(words)))
    link = next((n for n in near if words[n].has("degree_parts.links")), None)
    is_bare = place < len(words) and words[place].has("fields.names") and not words[place].gap.strip()
    between = ("degree_parts.between", "wording.or", "wording.must", "wording.nice")
    if not is_bare and (link is None or not all(word.has(*between) for word in words[place:link])):
        return [], place
    fields, end = list[str](), place if is_bare or link is None else link + 1
    linked = "in" if is_bare or link is None else words[link].written
    prefix = "d'" if linked == "d" else f"{linked} "
    while end < len(words):
        word = words[end]
        if word.has("wording.or", "wording.and") or word.has("degree_parts.links", "degree_parts.between"):
            end += 1
            continue
        if word.has("degree_parts.related", "wording.and_so_on"):
            end = _end_of_item(words, end)
            continue
        field, after = _field(words, end)
        if not field or (fields and not _may_follow(words, end)):
            break
        fields.append(f"{prefix}{field}")
        end = after
    return fields, end if fields else place


def _may_follow(words: Sequence[AdvertWord], place: int) -> bool:
    """A further field is joined by a sign or a word, or is a known one."""
    word = words[place]
    joined = any(sign in word.gap for sign in ",/") or words[place - 1].has("wording.or", "wording.and")
    return word.has("fields.names") or joined and not word.has("skill", "papers.names")


def _field(words: Sequence[AdvertWord], place: int) -> tuple[str, int]:
    """Read one field: a known one, or the words up to a sign or a word that cannot belong to it."""
    if words[place].has("fields.names"):
        size = 1
    else:
        size = 0
        while place + size < len(words) and _belongs(words[place + size], is_first=size == 0):
            size += 1
    if not 0 < size <= MOST_FIELD_WORDS:
        return "", place
    text = "".join(
        (word.gap if n else "") + word.written for n, word in enumerate(words[place : place + size])
    )
    return " ".join(text.split()), place + size


def _belongs(word: AdvertWord, *, is_first: bool) -> bool:
    if not is_first and word.gap.strip(" \u00a0-"):
        return False
    return not word.has(
        "stop", "number", "wording.or", "wording.and", "wording.must", "wording.nice", "leads.nouns", "around.filler",
        "around.soft", "degrees", "degree_parts.related", "around.verbs", "papers.names", "around.generic",
        "wording.and_so_on",
    )  # fmt: skip


def _end_of_item(words: Sequence[AdvertWord], place: int) -> int:
    """Pass over "related technical field" up to the next sign or joining word."""
    end = place + 1
    while (
        end < len(words)
        and end - place < MOST_FIELD_WORDS
        and words[end].has("around.generic", "around.filler")
    ):
        if words[end].has("degree_parts.experience", "leads.nouns") or words[end].gap.strip():
            break
        end += 1
    return end


def _field_before(words: Sequence[AdvertWord], start: int) -> tuple[list[str], int]:
    """Read "Mechanical Engineering graduates (BS or MS)" and "accounting degree"."""
    place = start
    while place > 0 and fold(words[place - 1].written) in DEGREE_WORDS:
        place -= 1
    if (
        place > 0
        and words[place - 1].has("fields.names")
        and (place < start or words[start].label == "degree")
    ):
        return [f"in {words[place - 1].written}"], place - 1
    return [], start


def _experience_instead(words: Sequence[AdvertWord], place: int) -> int:
    """Give where "or equivalent experience" ends, 0 if experience cannot stand in for the degree."""
    joined = False
    for n in range(place, min(place + 24, len(words))):
        word = words[n]
        if word.has("degrees", "skill", "papers.names") and joined and n > place + 8:
            break
        joined = joined or word.has("wording.or", "wording.and_so_on") or fold(word.written) == "lieu"
        if joined and word.has("degree_parts.experience"):
            return n + 1
    return 0


def _wordings(levels: list[str], fields: list[str]) -> tuple[str, ...]:
    if not fields:
        return tuple(levels)[:MOST_WORDINGS]
    together = [f"{level} {field}" for level in levels for field in dict.fromkeys(fields)]
    return tuple(together[:MOST_WORDINGS])
