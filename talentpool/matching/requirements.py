"""Proposes requirements from the wording of an advert; the recruiter edits them.

A clause counts by its section ("Requirements", "Nice to have"), by its own wording ("must", "a plus") or because
it begins with "experience with". Where an advert asks for nothing in so many words, the skills it names are nice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from talentpool.matching.advert_sections import Section, Sentence, sentences_of
from talentpool.matching.asked_for import Wordings, asked_for
from talentpool.matching.item_names import KNOWN
from talentpool.matching.requirement_words import AdvertWord
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.telling_words import is_telling
from talentpool.matching.text import LANGUAGES, LEAST_STOP_WORDS, words_of

MOST_REQUIREMENTS = 24
"""As many as the longest advert judged by hand asks for."""
LONGEST_READ = 50_000
"""Characters of an advert that are read, five times a long one; what stands behind them asks for nothing new."""
LONGEST_CLAUSE = 200
"""Words read together; a longer run of text without any sign is cut there."""
MOST_ALTERNATIVES = 12
LONGEST_TOGETHER = 200
"""Characters of all wordings of one requirement, as the form shows them."""
FARTHEST_NEEDED = 6
"""Words from a "no" to its "required"."""
LAST_LEAD = 6
"""A clause asks if "experience with" stands within so many words of its beginning."""
COMMON_SHARE = 0.05
TOLD_BY = 2_000
"""Words of an advert by which its language is told."""


class Importance(StrEnum):
    """How much a requirement matters; only a filter leaves anybody out."""

    IMPORTANT = "important"
    NICE = "nice"
    FILTER = "filter"


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """Something the role asks for; mentioning any one of the wordings meets it."""

    any_of: tuple[str, ...]
    importance: Importance


Asked = tuple[Wordings, Importance]


def propose_requirements(text: str, settings: MatchingSettings) -> tuple[Requirement, ...]:
    """Propose what a role requires, important ones first seen first; never a filter."""
    words = settings.requirement_words
    text = text[:LONGEST_READ]
    openers = words.openers | settings.stop_words["en"]
    names = settings.known_words
    sentences = list(sentences_of(text, headings=words.headings, openers=openers, names=names))
    languages = _languages(text, settings)
    asked = list(_asked(sentences, languages, settings)) or list(_named(sentences, languages, settings))
    proposed = _without_repeats(asked, settings)
    proposed.sort(key=lambda requirement: requirement.importance is Importance.NICE)
    return tuple(proposed[:MOST_REQUIREMENTS])


def _languages(text: str, settings: MatchingSettings) -> int:
    """Tell in which language a text is written, by its function words, as a bit."""
    bits = [
        settings.text.stop_bits_by_word.get(word, 0)
        for word in islice(words_of(text[: 10 * TOLD_BY]), TOLD_BY)
    ]
    counts = [sum(bit >> n & 1 for bit in bits) for n in range(len(LANGUAGES))]
    return 1 << counts.index(max(counts)) if max(counts) >= LEAST_STOP_WORDS else 1


def _asked(sentences: Iterable[Sentence], languages: int, settings: MatchingSettings) -> Iterator[Asked]:
    open_list: list[str] | None = None
    importance, section = Importance.IMPORTANT, Section.UNKNOWN
    for sentence in sentences:
        is_read = sentence.section is not Section.OTHER
        words = settings.adverts.read(sentence.text, languages) if is_read else []
        if not words:
            continue
        found = list(_asked_in(words, sentence, settings))
        goes_on = sentence.section is section and (sentence.is_item or not open_list)
        if open_list is not None and goes_on:
            open_list += [wording for wordings, _ in found for wording in wordings]
            continue
        if open_list:
            yield tuple(open_list), importance
        open_list = None
        if words[-1].has("wording.any_of"):
            open_list, section = [], sentence.section
            importance = _importance(words, sentence) or Importance.IMPORTANT
        yield from found
    if open_list:
        yield tuple(open_list), importance


def _asked_in(words: list[AdvertWord], sentence: Sentence, settings: MatchingSettings) -> Iterator[Asked]:
    if any(word.has("wording.boilerplate") for word in words):
        return
    for clause in _clauses(words):
        importance = None if _is_negated(clause) else _importance(clause, sentence)
        if importance:
            for wordings in asked_for(clause, is_short_item=sentence.is_item):
                is_alone = len(wordings) == 1
                telling = tuple(one for one in wordings if is_telling(one, settings, is_alone=is_alone))
                if telling:
                    yield telling, importance


def _clauses(words: list[AdvertWord]) -> Iterator[list[AdvertWord]]:
    """Cut where importance may change: at ";" and "but", at brackets with a "preferred", before "..., X a plus"."""
    start = 0
    for n in range(1, len(words)):
        is_turn = words[n].has("wording.but") and not words[n].has("wording.nice") or ";" in words[n].gap
        if is_turn or n - start == LONGEST_CLAUSE:
            yield from _nice_apart(words[start:n])
            start = n
    yield from _nice_apart(words[start:])


def _nice_apart(words: list[AdvertWord]) -> Iterator[list[AdvertWord]]:
    nice = next((n for n, word in enumerate(words) if word.has("wording.nice")), None)
    if nice is None:
        yield words
        return
    opened = next((n for n in range(nice, 0, -1) if "(" in words[n].gap), None)
    closed = next((n for n in range(nice + 1, len(words)) if ")" in words[n].gap), len(words))
    if opened is not None and not any(")" in word.gap for word in words[opened + 1 : nice + 1]):
        yield words[opened:closed]
        yield words[:opened]
        if closed < len(words):
            yield words[closed:]
        return
    comma = next((n for n in range(nice, 0, -1) if "," in words[n].gap), None)
    alone = (
        comma is not None
        and nice > comma
        and not any(w.has("wording.or", "wording.and") for w in words[comma:nice])
    )
    if comma is not None and alone and not any("," in word.gap for word in words[:comma]):
        yield words[:comma]
        yield words[comma:]
        return
    yield words


def _is_negated(words: Sequence[AdvertWord]) -> bool:
    """Say whether a clause says that something is not asked for; "desired, not required" asks."""
    if any(word.has("wording.nice") for word in words):
        return False
    if any(word.has("wording.negated") for word in words):
        return True
    return any(
        word.has("wording.no")
        and any(after.has("wording.needed") for after in words[n : n + FARTHEST_NEEDED])
        for n, word in enumerate(words)
    )


def _importance(words: Sequence[AdvertWord], sentence: Sentence) -> Importance | None:
    if sentence.section is Section.NICE or any(word.has("wording.nice") for word in words):
        return Importance.NICE
    asks = any(word.has("wording.must") for word in words) or _begins_with_lead(words)
    return Importance.IMPORTANT if asks or sentence.section is Section.MUST else None


def _begins_with_lead(words: Sequence[AdvertWord]) -> bool:
    """Say whether a clause says "5+ years of", "strong knowledge of", and not about the company itself."""
    if words[0].has("around.verbs") or any(word.has("wording.ourselves") for word in words):
        return False
    if words[0].has("around.filler") and words[-1].has("leads.nouns"):
        return True
    return any(
        word.has("leads.nouns")
        and (after.has("leads.links", "around.verbs", "stop") or after.written.endswith("ing"))
        for word, after in zip(words[:LAST_LEAD], words[1:], strict=False)
    ) or any(word.has("leads.nouns") and n and words[n - 1].has("skill") for n, word in enumerate(words))


def _named(sentences: Iterable[Sentence], languages: int, settings: MatchingSettings) -> Iterator[Asked]:
    """Give the skills and papers an advert names anywhere; it asks for none of them in so many words."""
    for sentence in sentences:
        if sentence.section is Section.OTHER:
            continue
        words = settings.adverts.read(sentence.text, languages)
        if any(word.has("wording.boilerplate", "wording.negated") for word in words):
            continue
        telling = [word for word in words if word.has(*KNOWN) and not _is_common(word, settings)]
        yield from (((word.label or word.written,), Importance.NICE) for word in telling)


def _is_common(word: AdvertWord, settings: MatchingSettings) -> bool:
    """Say whether many adverts name it without asking for it: "sales", "retail"."""
    return settings.advert_shares.get(word.written.lower(), 0.0) >= COMMON_SHARE


def _without_repeats(asked: Iterable[Asked], settings: MatchingSettings) -> list[Requirement]:
    """Keep each requirement once, at the most it matters; one wording repeated alone is not asked again."""
    importance_by_key: dict[frozenset[str], Importance] = {}
    wordings_by_key: dict[frozenset[str], Wordings] = {}
    for wordings, importance in asked:
        fitting = _fitting(wordings)
        key = frozenset(settings.text.canonical(wording).removesuffix("s") for wording in fitting)
        if not fitting:
            continue
        wordings_by_key.setdefault(key, fitting)
        if importance_by_key.get(key) is not Importance.IMPORTANT:
            importance_by_key[key] = importance
    closer = {
        wording.partition(" in ")[0]
        for several in wordings_by_key.values()
        for wording in several
        if " in " in wording
    }
    return [
        Requirement(any_of=wordings_by_key[key], importance=importance)
        for key, importance in importance_by_key.items()
        if len(wordings_by_key[key]) > 1 or wordings_by_key[key][0] not in closer
    ]


def _fitting(wordings: Wordings) -> Wordings:
    """Keep as many wordings as one requirement may have and the form can show."""
    kept, length = list[str](), 0
    for wording in wordings[:MOST_ALTERNATIVES]:
        length += len(wording) + len(" or ")
        if length > LONGEST_TOGETHER:
            break
        kept.append(wording)
    return tuple(kept)
