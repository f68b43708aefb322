"""From a brief to weighted terms: what the title says counts extra, the language of adverts counts less."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from talentpool.matching.brief import Brief, Importance
from talentpool.matching.index import PoolIndex
from talentpool.matching.located import LocatedTerm, located_terms
from talentpool.matching.postings import analyse
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.text import TextRules, fold, sequence_hash, words_of
from talentpool.matching.weighting import advert_damping, rarity

LONGEST_READ = 30_000
WORDINGS_REMEMBERED = 2_000
BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
TITLE_END = re.compile(r"\s[-–—]\s|^\s*[-–—]\s|[|(:–—]")  # noqa: RUF001 - dashes as titles write them


TermKind = Literal["title", "text", "related", "shortlisted", "dismissed"]
"""Where a term of a role is from: its own words, its closest resumes, or people the team has judged."""


class RoleTerm(NamedTuple):
    """A term the role is ranked by; `own_weight` is 0 for a borrowed word, `rarity` its IDF in the pool."""

    hash: int
    label: str
    written: str
    kind: TermKind
    is_pair: bool
    rarity: float
    own_weight: float
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WeighedRole:
    """A role as it was weighed against a pool: whoever is scored by it later is scored as everybody was.

    A term stands in `terms` once for each kind it has; `slope` says how far a resume's length counts.
    """

    brief: Brief
    terms: tuple[RoleTerm, ...]
    slope: float

    @property
    def own_terms(self) -> tuple[RoleTerm, ...]:
        """Give the role's own terms, which come first."""
        return tuple(term for term in self.terms if term.kind in ("title", "text"))


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightedTerms:
    """Terms as arrays, side by side; `segments` and `places` say where a borrowed word stands, -1 for own ones."""

    hashes: NDArray[np.uint64]
    is_pair: NDArray[np.bool_]
    rarities: NDArray[np.float64]
    weights: NDArray[np.float64]
    segments: NDArray[np.int64]
    places: NDArray[np.int64]

    def chosen(self, which: NDArray[np.int64], weights: NDArray[np.float64]) -> "WeightedTerms":
        """Give some of the terms, with other weights."""
        return WeightedTerms(
            hashes=self.hashes[which], is_pair=self.is_pair[which], rarities=self.rarities[which],
            weights=weights, segments=self.segments[which], places=self.places[which],
        )  # fmt: skip


def joined(parts: Sequence[WeightedTerms]) -> WeightedTerms:
    """Put terms one after another."""
    return WeightedTerms(
        hashes=np.concatenate([part.hashes for part in parts]),
        is_pair=np.concatenate([part.is_pair for part in parts]),
        rarities=np.concatenate([part.rarities for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        segments=np.concatenate([part.segments for part in parts]),
        places=np.concatenate([part.places for part in parts]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    label: str
    is_pair: bool
    mentions: float
    is_in_title: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    found: Mapping[int, _Found]
    written: Mapping[int, str]
    located: Sequence[LocatedTerm]


class BriefsRead:
    """The briefs that were read last: reading one takes as long as ranking with it.

    `most` is how many are kept, some 100 kB each; a process that matches all roles again and again raises it.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._read = dict[tuple[Brief, MatchingSettings], _Read]()
        self._guard = threading.Lock()

    def of(self, brief: Brief, settings: MatchingSettings) -> _Read:
        """Give what a brief says, read now or before."""
        key = brief, settings
        with self._guard:
            known = self._read.pop(key, None)
        read = known or _read(brief, settings)
        with self._guard:
            self._read[key] = read
            while len(self._read) > self.most:
                self._read.pop(next(iter(self._read)))
        return read


BRIEFS_READ = BriefsRead(most=32)


def _read(brief: Brief, settings: MatchingSettings) -> _Read:
    located = tuple(located_terms(advert_text(brief), settings.text))
    written = _written_by_hash(brief, located, settings.text)
    return _Read(found=_mentions(brief, settings), written=written, located=located)


def own_terms(index: PoolIndex, brief: Brief, settings: MatchingSettings) -> tuple[RoleTerm, ...]:
    """Weigh the role's own words and pairs, scaled to length 1; empty when nothing in it is a term."""
    read = BRIEFS_READ.of(brief, settings)
    found, written = read.found, read.written
    if not found:
        return ()
    hashes = np.array(sorted(found), np.uint64)
    terms = [found[key] for key in hashes.tolist()]
    pairs = np.array([term.is_pair for term in terms], bool)
    idf = rarity(index.snapshot_people, index.frequencies(hashes), pairs, settings.words)
    damping = advert_damping([term.label for term in terms], settings.advert_share_by_label)
    counts = np.array([term.mentions for term in terms]) ** settings.role.count_power
    weights = scaled(counts * idf * damping).tolist()
    return tuple(
        RoleTerm(
            key, term.label, written.get(key, term.label), "title" if term.is_in_title else "text",
            term.is_pair, rarity_, weight, weight,
        )
        for key, term, rarity_, weight in zip(hashes.tolist(), terms, idf.tolist(), weights, strict=True)
    )  # fmt: skip


def scaled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale weights to length 1; all zeros stay so."""
    length = float(np.sqrt(np.sum(weights * weights)))
    return weights / length if length > 0 else weights


@lru_cache(maxsize=WORDINGS_REMEMBERED)
def phrase_hashes(wording: str, rules: TextRules) -> tuple[int, ...]:
    """Give the terms a resume must have to mention a wording: the skill, the pairs, or else its words."""
    found = list(analyse([wording], rules).labelled())
    words = [term.hash for term in found if not term.is_pair]
    pairs = [term.hash for term in found if term.is_pair]
    label = rules.canonical(wording)
    whole = rules.term_hash(label)
    if whole in words or whole in pairs:
        return (whole,)
    return tuple(pairs) if len(words) - 1 == len(pairs) > 0 else tuple(words)


def _mentions(brief: Brief, settings: MatchingSettings) -> dict[int, _Found]:
    """Count, weighted, how often the role mentions each term, by hash."""
    texts = _weighted_texts(brief, settings)
    postings = analyse([text for text, _ in texts], settings.text)
    weights = np.array([factor for _, factor in texts])[postings.rows] * postings.counts
    mentions = np.bincount(postings.terms, weights, len(postings.hashes)).tolist()
    in_title = np.zeros(len(postings.hashes), bool)
    in_title[postings.terms[postings.rows == 0]] = True
    found: dict[int, _Found] = {}
    for n, term in enumerate(postings.labelled()):
        before = found.get(term.hash)
        found[term.hash] = _Found(
            label=term.label, is_pair=term.is_pair,
            mentions=mentions[n] + (before.mentions if before else 0.0),
            is_in_title=bool(in_title[n]) or (before is not None and before.is_in_title),
        )  # fmt: skip
    return found


def core_of_title(title: str, settings: MatchingSettings) -> str:
    """Give the part of a title that names the trade: not its level, what stands in brackets or follows a dash."""
    core = TITLE_END.split(BRACKETED.sub(" ", title).strip(), maxsplit=1)[0]
    words = [word for word in core.split() if fold(word).strip(".,") not in settings.level_words]
    return " ".join(words)


def _weighted_texts(brief: Brief, settings: MatchingSettings) -> list[tuple[str, float]]:
    """Give the texts of a role, the title first, each with what its words count."""
    texts = [
        (brief.title or "", 1.0),
        (core_of_title(brief.title or "", settings), settings.role.title_weight),
        (brief.text, 1.0),
    ]
    for requirement in brief.requirements:
        nice = requirement.importance is Importance.NICE
        factor = settings.role.nice_weight if nice else settings.role.important_weight
        texts += [(wording, factor) for wording in requirement.any_of]
    return texts


def _written_by_hash(brief: Brief, located: Sequence[LocatedTerm], rules: TextRules) -> dict[int, str]:
    """Find how the role itself writes its terms, so that a receipt shows "k8s" for Kubernetes.

    A hyphen, an accent or a capital is no other wording.
    """
    written: dict[int, str] = {}
    wordings = (wording for requirement in brief.requirements for wording in requirement.any_of)
    texts = [(advert_text(brief), located), *((one, tuple(located_terms(one, rules))) for one in wordings)]
    for text, terms in texts:
        for term in terms:
            if term.hash not in written:
                wording = " ".join(text[term.start : term.end].split())
                plain, plain_hash = _plain(wording)
                written[term.hash] = plain if plain_hash == term.hash else wording
    return written


@lru_cache(maxsize=20_000)
def _plain(wording: str) -> tuple[str, int]:
    """Give a wording as its words alone, and their hash; adverts share most of theirs."""
    words = words_of(wording)
    return " ".join(words), sequence_hash(words)


def advert_text(brief: Brief) -> str:
    """Give what an advert says, title and text; past so many characters nobody reads it word by word."""
    return f"{brief.title or ''}\n{brief.text}"[:LONGEST_READ]


def weighted(terms: Sequence[RoleTerm]) -> WeightedTerms:
    """Put terms into arrays."""
    return WeightedTerms(
        hashes=np.array([term.hash for term in terms], np.uint64),
        is_pair=np.array([term.is_pair for term in terms], bool),
        rarities=np.array([term.rarity for term in terms], np.float64),
        weights=np.array([term.weight for term in terms], np.float64),
        segments=np.full(len(terms), -1, np.int64),
        places=np.full(len(terms), -1, np.int64),
    )
