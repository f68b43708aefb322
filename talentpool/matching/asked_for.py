"""What a clause of an advert asks for, as short wordings a resume would contain.

Named skills, papers, languages and degrees wherever they stand; other words only where the clause says that they
are asked for ("experience with ...") or names them in a list. Wordings of which any is enough come together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from talentpool.matching.degrees import degrees_in
from talentpool.matching.requirement_words import AdvertWord
from talentpool.matching.text import fold

OTHERS = frozenset({"other", "others", "more", "similar"})
"""What ends a list of examples: "Java, Python, other"."""
MOST_WORDS = 3
MOST_BARE_WORDS = 4
LEAST_ROW = 3
"""So many named skills side by side are a list that lost its commas; a word between two of them is one too."""

STRONG_NAME = re.compile(r"[A-Z]{2}|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]")
"""Acronyms, capitals inside a word, digits beside letters: a name wherever it stands."""
SEPARATOR = re.compile(r"[,;/|():•*\n\u2013\u2014]|\s-\s|[.!?]\s|^-\s")
KNOWN = ("skill", "papers.names", "papers.products", "languages")
AROUND = (
    "around.filler",
    "leads.nouns",
    "leads.links",
    "number",
    "stop",
    "wording.must",
    "wording.any_of",
    "around.verbs",
)
AFTER = (
    "around.filler",
    "around.generic",
    "around.soft",
    "wording.must",
    "wording.nice",
    "wording.and_so_on",
    "number",
    "papers.certificates",
    "papers.nouns",
    "leads.nouns",
    "languages",
)
ENDS_A_NAME = (
    "stop",
    "wording.any_of",
    "wording.must",
    "wording.nice",
    "leads.nouns",
    "leads.links",
    "around.verbs",
    "wording.neutral",
    "wording.boilerplate",
)
SAYS_LITTLE = (
    "around.generic", "around.filler", "around.tails", "around.verbs", "stop", "number", "wording.any_of", "wording.negated",
    "wording.must", "wording.nice", "leads.nouns", "leads.links", "wording.neutral",
)  # fmt: skip

Wordings = tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Item:
    """The words between two signs of a list, and how it hangs on what stood before: `,` `/` `or` `and` or nothing."""

    words: list[AdvertWord]
    joint: str
    in_brackets: bool = False
    after_any_of: bool = False
    after_examples: bool = False
    goes_on: bool = False
    """Whether "etc." follows."""
    wordings: list[str] = field(default_factory=list)
    is_bare_before: bool = True
    is_bare_after: bool = True
    is_known: bool = False


def asked_for(words: Sequence[AdvertWord], *, is_short_item: bool) -> Iterator[Wordings]:
    """Give what a clause asks for, each as the wordings of which any is enough."""
    place = 0
    for degree in degrees_in(words):
        yield from _listed(words[place : degree.start], is_short_item=False)
        yield degree.wordings
        place = degree.end
    yield from _listed(words[place:], is_short_item=is_short_item and place == 0)


def _listed(words: Sequence[AdvertWord], *, is_short_item: bool) -> Iterator[Wordings]:
    items = _items(words)
    is_led = is_deed = False
    for item in items:
        if item.joint not in (",", "/", "or", "and"):
            is_led, is_deed = is_led and item.joint == "examples", False
        is_deed = is_deed or any(word.has("around.abilities") for word in item.words)
        is_alone = is_short_item and len(items) <= 2
        is_led = _read_item(item, is_led=is_led, is_alone=is_alone, is_list=len(items) > 2, is_deed=is_deed)
    _lead_from_behind(items)
    _leave_out_kinds(items)
    yield from _grouped(items)


def _lead_from_behind(items: Sequence[Item]) -> None:
    """Read "financial analysis and financial reporting skills": the last word leads what stands before too."""
    for left, right in zip(reversed(items[:-1]), reversed(items[1:]), strict=True):
        ends = (
            right.words[-1].has("leads.nouns") and right.wordings and right.joint in (",", "/", "or", "and")
        )
        core = _core(left.words)
        is_plain = core and not any(
            word.has(*ENDS_A_NAME, "around.soft", *KNOWN, "around.abilities") for word in core
        )
        if ends and not left.wordings and is_plain and 1 < len(core) <= MOST_WORDS:
            left.wordings = [_written(core)]


def _leave_out_kinds(items: Sequence[Item]) -> None:
    """Leave out "log tools" where examples follow: "log tools (ELK, Splunk)"."""
    for left, right in zip(items, items[1:], strict=False):
        are_examples = right.joint == "examples" or right.in_brackets and not left.in_brackets
        is_kind = left.words[-1].has("around.tails") or right.joint == "examples" and not left.is_known
        if right.wordings and are_examples and is_kind:
            left.wordings = []


def _items(words: Sequence[AdvertWord]) -> list[Item]:
    """Cut a clause at the signs and words by which lists are made."""
    items, joint, any_of, examples, brackets = [Item(words=[], joint="")], "", False, False, False
    for n, word in enumerate(words):
        if word.gap and SEPARATOR.search(word.gap):
            brackets = "(" in word.gap or brackets and ")" not in word.gap
            sign = "/" if word.gap.strip() == "/" else "," if "," in word.gap else "|"
            joint = "or" if joint == "and" and sign == "/" else joint or sign
            examples, any_of = examples and sign != "|", any_of and sign in ",/|"
        if word.has("wording.and_so_on"):
            items[-1].goes_on = True
            continue
        if word.has("wording.or", "wording.and") and not word.has("skill"):
            joint = "or" if word.has("wording.or") else "or" if joint == "/" else "and"
            continue
        if word.has("wording.any_of"):
            any_of = True
        if _begins_anew(items[-1].words, word, words[n + 1 : n + 2]):
            joint = joint or "|"
        if word.has("wording.examples"):
            joint, examples = "examples", True
            continue
        if joint:
            items.append(Item(words=[], joint=joint, in_brackets=brackets))
            joint = ""
        items[-1].words.append(word)
        items[-1].after_any_of, items[-1].after_examples = any_of, examples
    return [item for item in items if item.words]


def _begins_anew(before: Sequence[AdvertWord], word: AdvertWord, after: Sequence[AdvertWord]) -> bool:
    """Say whether "knowledge of" or "ability to" begins in text without signs."""
    leads = word.has("leads.nouns", "around.abilities") and any(one.has("leads.links") for one in after)
    is_fresh = leads and bool(before) and before[-1].has("around.filler", "number", "around.tails")
    return is_fresh and any(not one.has(*AROUND, "around.generic") for one in before)


def _read_item(item: Item, *, is_led: bool, is_alone: bool, is_list: bool, is_deed: bool) -> bool:
    """Fill in the wordings of an item; says whether the next item of the list is still led by "experience with"."""
    words = item.words
    known = [n for n, word in enumerate(words) if word.has(*KNOWN)]
    if known:
        item.is_known = True
        item.wordings = _known_wordings(words, known)
        item.is_bare_before = all(word.has(*AROUND) for word in words[: known[0]])
        item.is_bare_after = all(word.has(*AFTER) for word in words[known[-1] + 1 :])
        return is_led or words[0].has("leads.nouns") or any(word.has("leads.nouns") for word in words)
    if is_deed:
        return False
    name, leads = _name_in(words, is_led=is_led, is_alone=is_alone, is_list=is_list)
    if name:
        item.wordings = [name]
        item.is_bare_before = not leads or item.joint == ""
        item.is_bare_after = True
    return leads or is_led and bool(name)


def _known_wordings(words: Sequence[AdvertWord], known: list[int]) -> list[str]:
    wordings = [_label(words[n]) for n in known]
    if len(known) >= LEAST_ROW:
        for left, right in zip(known, known[1:], strict=False):
            between = words[left + 1 : right]
            if 0 < len(between) <= 2 and not any(word.kinds for word in between):
                wordings += [word.written for word in between]
    return list(dict.fromkeys(wordings))


def _label(word: AdvertWord) -> str:
    return word.label or word.written


def _name_in(words: Sequence[AdvertWord], *, is_led: bool, is_alone: bool, is_list: bool) -> tuple[str, bool]:
    """Find the one thing an item without known names asks for; and say whether "experience with" leads it."""
    if any(word.has("around.soft") for word in words):
        return "", False
    paper = _paper(words)
    if paper:
        return paper, False
    for n, word in enumerate(words):
        if word.has("leads.nouns"):
            name = _object_of(words, n) or _before(words, n)
            if name:
                return name, True
    if any(word.has("leads.nouns") for word in words):
        return "", True
    core = _core(words)
    if is_led and core:
        core = _past_of(core)
    if not core or any(word.has(*ENDS_A_NAME) for word in core):
        return "", False
    if is_led and len(core) <= MOST_WORDS or is_alone and len(words) <= MOST_BARE_WORDS:
        return _written(core), False
    return (_written(core), False) if _is_name(core, is_list=is_list) else ("", False)


def _past_of(core: list[AdvertWord]) -> list[AdvertWord]:
    """Read "adult learning" out of "principles of adult learning"."""
    link = next((n for n, word in enumerate(core) if word.has("leads.links")), None)
    if link is None or not all(word.has(*SAYS_LITTLE) for word in core[:link]):
        return core
    return _core(_until_end(core[link + 1 :]))


def _paper(words: Sequence[AdvertWord]) -> str:
    """Read "Ohio teaching licence" or "CCRN certification"."""
    for n, word in enumerate(words):
        if word.has("papers.nouns", "papers.certificates"):
            start = n
            while (
                start > 0
                and n - start < MOST_WORDS
                and not words[start - 1].has(*ENDS_A_NAME, "around.filler", "number")
            ):
                start -= 1
            before = words[start:n]
            if not _core(before):
                continue
            is_acronym = len(before) == 1 and bool(STRONG_NAME.search(before[0].written))
            return _written(before if is_acronym else words[start : n + 1])
    return ""


def _object_of(words: Sequence[AdvertWord], lead: int) -> str:
    """Read what follows "experience with", past the words that only link."""
    place, linked = lead + 1, False
    if place < len(words) and words[place].written.endswith("ing") and not words[place].has(*KNOWN):
        place, linked = place + 1, True
    while place < len(words) and words[place].has(
        "leads.links", "around.filler", "around.verbs", "leads.nouns"
    ):
        linked = linked or words[place].has("leads.links", "around.verbs")
        place += 1
    if not linked:
        return ""
    core = _core(_until_end(words[place:]))
    if not core:
        again = next((n for n in range(place, len(words)) if words[n].has("leads.links")), None)
        core = _core(_until_end(words[again + 1 :])) if again is not None and again - place <= 2 else []
    return _written(core) if 0 < len(core) <= MOST_WORDS else ""


def _before(words: Sequence[AdvertWord], lead: int) -> str:
    """Read what stands before "experience": "electronics packaging experience"."""
    start = lead
    while start > 0 and not words[start - 1].has(*ENDS_A_NAME, "number"):
        start -= 1
    core = _core(words[start:lead])
    return _written(core) if 0 < len(core) <= MOST_WORDS else ""


def _until_end(words: Sequence[AdvertWord]) -> Sequence[AdvertWord]:
    end = next((n for n, word in enumerate(words) if word.has(*ENDS_A_NAME)), len(words))
    return words[:end]


def _core(words: Sequence[AdvertWord]) -> list[AdvertWord]:
    """Drop words that say little at both ends; nothing is left if no word says anything."""
    start, end = 0, len(words)
    little = (
        "around.filler",
        "number",
        "leads.links",
        "stop",
        "wording.must",
        "wording.nice",
        "papers.certificates",
        "around.verbs",
    )
    while start < end and words[start].has(*little):
        start += 1
    while end > start and words[end - 1].has(*little[:-1]):
        end -= 1
    while end - start > 1 and words[end - 1].has("around.tails"):
        end -= 1
    kept = list(words[start:end])
    if kept and kept[0].gap.endswith("-"):
        return []
    return kept if any(not word.has(*SAYS_LITTLE) for word in kept) else []


def _is_name(core: Sequence[AdvertWord], *, is_list: bool) -> bool:
    if len(core) > MOST_WORDS or len(core) == 1 and len(core[0].written) < 2:
        return False
    if all(STRONG_NAME.search(word.written) for word in core):
        return not all(word.has("around.generic") for word in core)
    return is_list and all(word.written[:1].isupper() or word.written[:1].isdigit() for word in core)


def _written(words: Sequence[AdvertWord]) -> str:
    text = "".join((word.gap if n else "") + word.written for n, word in enumerate(words))
    return " ".join(text.split())


def _grouped(items: Sequence[Item]) -> Iterator[Wordings]:
    """Join the items of which any is enough; "and" keeps apart."""
    for chain in _chains(items):
        any_of = any(item.after_any_of for item in chain) and len(chain) > 1
        open_end = chain[-1].goes_on and len(chain) > 1
        loose = any(item.after_examples for item in chain) and chain[-1].goes_on
        if any_of or open_end or loose or any(item.joint == "or" for item in chain[1:]):
            yield tuple(dict.fromkeys(word for item in chain for word in item.wordings))
            continue
        yield from _slashed(chain)


def _chains(items: Sequence[Item]) -> Iterator[list[Item]]:
    chain = list[Item]()
    for item in items:
        says_little = not item.wordings and all(word.has(*AFTER, *AROUND) for word in item.words)
        if says_little:
            if chain and fold(item.words[-1].written) in OTHERS:
                chain[-1].goes_on = True
            continue
        if chain and not (item.wordings and _hangs_together(chain[-1], item)):
            yield chain
            chain = []
        if item.wordings:
            chain.append(item)
    if chain:
        yield chain


def _hangs_together(left: Item, right: Item) -> bool:
    if right.joint == "and":
        return left.after_any_of and right.after_any_of
    return right.joint in (",", "/", "or") and left.is_bare_after and right.is_bare_before


def _slashed(chain: Sequence[Item]) -> Iterator[Wordings]:
    """Give the items of a plain list one by one; those with a slash between them are one."""
    together = list[str]()
    for item in chain:
        if together and item.joint != "/":
            yield from _apart(together)
            together = []
        if item.joint == "/" and together:
            together.append("")
        together.extend(item.wordings)
    yield from _apart(together)


def _apart(together: Sequence[str]) -> Iterator[Wordings]:
    if "" in together:
        yield tuple(dict.fromkeys(word for word in together if word))
        return
    yield from ((word,) for word in together)
