"""What a clause of an advert asks for, as short wordings a resume would contain.

Cuts the clause into the items of its lists and joins those of which any is enough. What a single item names is told
by `item_names.py`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from talentpool.matching.degrees import degrees_in
from talentpool.matching.item_names import AFTER, AROUND, KNOWN, Place, known_in, name_in
from talentpool.matching.requirement_words import AdvertWord
from talentpool.matching.text import fold

OTHERS = frozenset({"other", "others", "more", "similar"})
"""What ends a list of examples: "Java, Python, other"."""
MOST_BARE_WORDS = 4
"""Of a bullet that names a thing and says nothing about it."""
JOINED = (",", "/", "or", "and")
SEPARATOR = re.compile(r"[,;/|():•*\n\u2013\u2014]|\s-\s|[.!?]\s|^-\s")
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
    wordings: tuple[str, ...] = ()
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
    is_alone = is_short_item and len(words) <= MOST_BARE_WORDS
    is_led = is_deed = False
    for item in items:
        if item.joint not in JOINED:
            is_led, is_deed = is_led and item.joint == "examples", False
        is_deed = is_deed or any(word.has("around.abilities") for word in item.words)
        place = Place(is_led=is_led, is_alone=is_alone, is_list=len(items) > 2)
        is_led = _read(item, place, is_deed=is_deed)
    _leave_out_kinds(items)
    yield from _grouped(items)


def _items(words: Sequence[AdvertWord]) -> list[Item]:
    """Cut a clause at the signs and words by which lists are made."""
    items, joint, any_of, examples, brackets = [Item(words=[], joint="")], "", False, False, False
    for word in words:
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
        any_of = any_of or word.has("wording.any_of")
        if word.has("wording.examples"):
            joint, examples = "examples", True
            continue
        if joint:
            items.append(Item(words=[], joint=joint, in_brackets=brackets))
            joint = ""
        items[-1].words.append(word)
        items[-1].after_any_of, items[-1].after_examples = any_of, examples
    return [item for item in items if item.words]


def _read(item: Item, place: Place, *, is_deed: bool) -> bool:
    """Fill in the wordings of an item; says whether "experience with" leads the next item of the list too."""
    words = item.words
    known = [n for n, word in enumerate(words) if word.has(*KNOWN)]
    if known:
        item.is_known = True
        item.wordings = known_in(words)
        item.is_bare_before = all(word.has(*AROUND) for word in words[: known[0]])
        item.is_bare_after = all(word.has(*AFTER) for word in words[known[-1] + 1 :])
        return place.is_led or any(word.has("leads.nouns") for word in words)
    if is_deed:
        return False
    name, leads = name_in(words, place)
    if name:
        item.wordings = (name,)
        item.is_bare_before = not leads or item.joint == ""
    return leads or place.is_led and bool(name)


def _leave_out_kinds(items: Sequence[Item]) -> None:
    """Leave out "log tools" where examples follow: "log tools (ELK, Splunk)"."""
    for left, right in zip(items, items[1:], strict=False):
        are_examples = right.joint == "examples" or right.in_brackets and not left.in_brackets
        is_kind = left.words[-1].has("around.tails") or right.joint == "examples" and not left.is_known
        if right.wordings and are_examples and is_kind:
            left.wordings = ()


def _grouped(items: Sequence[Item]) -> Iterator[Wordings]:
    """Join the items of which any is enough; "and" keeps apart."""
    for chain in _chains(items):
        any_of = any(item.after_any_of or item.joint == "or" for item in chain[1:])
        goes_on = chain[-1].goes_on and (len(chain) > 1 or chain[0].after_examples or chain[0].is_known)
        if any_of or goes_on:
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
    return right.joint in JOINED and left.is_bare_after and right.is_bare_before


def _slashed(chain: Sequence[Item]) -> Iterator[Wordings]:
    """Give the items of a plain list one by one; those with a slash between them are one."""
    together = list[Item]()
    for item in chain:
        if together and item.joint != "/":
            yield from _apart(together)
            together = []
        together.append(item)
    yield from _apart(together)


def _apart(together: Sequence[Item]) -> Iterator[Wordings]:
    wordings = tuple(dict.fromkeys(word for item in together for word in item.wordings))
    if len(together) > 1:
        yield wordings
        return
    yield from ((wording,) for wording in wordings)
