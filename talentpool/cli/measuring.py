"""Measures the matcher on a made-up pool: build, rank, preview, change one person, match many roles again.

Times are wall-clock, in milliseconds, as median and 95th percentile. Rankers that are compared take turns role by
role, so that whatever else the machine does hits them alike.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talentpool.accounts.models import AccountKind
from talentpool.accounts.permissions import Viewer
from talentpool.cli.measured_pool import crowd_documents, open_crowd, read_crowd
from talentpool.cli.peers import top
from talentpool.cli.process_memory import private_bytes, watched
from talentpool.matching.artifact import build_index, open_index, update_index
from talentpool.matching.brief import Brief, brief_from_text
from talentpool.matching.building import BuildProgress, Effort
from talentpool.matching.documents import PoolDocument
from talentpool.matching.index import PoolIndex
from talentpool.matching.ranking import Asked, asked_for, rank, widened
from talentpool.matching.role import own_terms
from talentpool.matching.scan import scan
from talentpool.matching.settings import MatchingSettings
from talentpool.matching.weighting import length_slope
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.preview import preview
from talentpool.roles.posting import RoleDraft
from talentpool.sample_pool.crowd import crowd_resumes, crowd_role

ROLES, ROLES_REMATCHED, CHANGES = 20, 200, 50
RECEIPTS_KEPT = 200
SLOW_MS, LONG_ENOUGH_MS = 100, 15_000
TEXT_PEOPLE = 5_000
"""So many resumes scikit-learn's vectoriser is timed on."""
TODAY = date(2026, 11, 25)
GROWTH_POINTS = 8
GROWTH_PEOPLE = 16_384
"""So many people are enough to see how the vocabulary grows."""

Spread = dict[str, float]
"""`p50` and `p95` in milliseconds."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MeasuredRole:
    """A role as text and as weighed terms, with what ranking it needs."""

    brief: Brief
    asked: Asked
    slope: float


def measured_roles(index: PoolIndex, settings: MatchingSettings) -> list[MeasuredRole]:
    """Write and weigh the roles that every ranker is asked."""
    roles = []
    for number in range(ROLES):
        title = crowd_role(1000 + number).partition(" and ")[0][:60]
        brief = brief_from_text(crowd_role(number), title=title)
        own = own_terms(index, brief, settings)
        slope = length_slope(len(own), settings.role)
        asked = asked_for(index, brief, own, settings)
        roles.append(MeasuredRole(brief=brief, asked=asked, slope=slope))
    return roles


def plain_ranker(
    index: PoolIndex, roles: Sequence[MeasuredRole], settings: MatchingSettings
) -> Callable[[int], object]:
    """Rank everybody for a role that is weighed already, without related words, to its ten best."""

    def ranked(role: int) -> NDArray[np.int64]:
        asked = roles[role].asked
        sums = scan(index, asked.own, settings.words, places=asked.mentions.places)
        return top(sums / asked.lengths)

    return ranked


def widening_ranker(
    index: PoolIndex, roles: Sequence[MeasuredRole], settings: MatchingSettings
) -> Callable[[int], object]:
    """Do the same with related words: the pool is scanned again for those of the best hits, as often as set."""
    return lambda role: top(widened(index, roles[role].asked, [], index.alive, settings)[2])


def milliseconds(act: Callable[[int], object], times: int) -> Spread:
    """Time something done again and again, after one time to warm up."""
    act(0)
    return _spread([_timed(act, number) for number in range(times)])


def taking_turns(rankers: dict[str, Callable[[int], object]], *, rounds: int = ROLES) -> dict[str, Spread]:
    """Time several rankers on the same roles, one after another in an order that turns with each role.

    Slow ones go by themselves, after the others: they read so much that whoever comes next finds the processor's
    caches empty. One that has taken long enough sits the other roles out.
    """
    warmed = {name: (ranker(0), _timed(ranker, 0))[1] for name, ranker in rankers.items()}
    quick = [name for name in rankers if warmed[name] < SLOW_MS]
    slow = [name for name in rankers if name not in quick]
    spent = {name: list[float]() for name in rankers}
    for names in (quick, slow):
        for role in range(rounds):
            for place in range(len(names)):
                name = names[(place + role) % len(names)]
                if sum(spent[name]) < LONG_ENOUGH_MS:
                    spent[name].append(_timed(rankers[name], role))
    return {name: _spread(times) for name, times in spent.items()}


def _timed(act: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    act(number)
    return (time.perf_counter() - started) * 1000


def _spread(times: Sequence[float]) -> Spread:
    return {
        "p50": round(float(np.median(times)), 3),
        "p95": round(float(np.percentile(times, 95)), 3),
    }


def measure_build(
    folder: Path, resumes: Path, settings: MatchingSettings, effort: Effort
) -> dict[str, float]:
    """Build the index from a file of resumes; gives speed, size and memory."""
    people = effort.total or 0
    started = time.perf_counter()
    with watched() as peak:
        build_index(folder, crowd_documents(resumes), settings, position="1", effort=effort)
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {
        "build_per_second": round(people / seconds),
        "build_seconds": round(seconds, 2),
        "build_peak_mb": peak.bytes >> 20,
        "index_bytes": size,
        "index_bytes_per_candidate": round(size / people),
    }


def measure_text(resumes: Path) -> dict[str, float]:
    """Count some of the same resumes with scikit-learn's vectoriser: resumes a second."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = list(islice(read_crowd(resumes), TEXT_PEOPLE))
    started = time.perf_counter()
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    return {"build_per_second": round(len(texts) / (time.perf_counter() - started))}


def measure_vocabulary(index: PoolIndex) -> dict[str, float]:
    """Say how many different terms a resume has, and how the vocabulary grows (Heaps' exponent)."""
    sizes = np.concatenate([np.diff(segment.arrays["row_starts"]) for segment in index.segments])
    hashes, met = list[NDArray[np.uint64]](), 0
    for segment in index.segments:
        if met < GROWTH_PEOPLE:
            hashes.append(segment.term_hashes[segment.arrays["row_terms"]])
            met += segment.size
    first = np.sort(np.unique(np.concatenate(hashes), return_index=True)[1])
    written = np.cumsum(sizes[:met])
    people = np.unique(np.geomspace(max(1, met // 30), met, GROWTH_POINTS).astype(int)) - 1
    known = np.searchsorted(first, written[people])
    exponent = np.polyfit(np.log(written[people]), np.log(known), 1)[0] if len(people) > 1 else math.nan
    return {
        "terms_per_resume": round(float(sizes.mean()), 1),
        "heaps_exponent": round(float(exponent), 3) if math.isfinite(exponent) else 0.0,
    }


def measure_changes(folder: Path, people: int, settings: MatchingSettings) -> dict[str, Spread]:
    """Add, change and erase one person, again and again, each until the next match can see it."""
    texts = list(crowd_resumes(CHANGES, seed=2))
    middle = max(1, people // 2 - CHANGES)

    def change(candidate_id: int, text: str | None) -> None:
        documents = [] if text is None else [PoolDocument(candidate_id=candidate_id, text=text)]
        update_index(folder, settings, changed=documents, removed=[candidate_id], position="2")
        open_index(folder, settings)

    acts: dict[str, Callable[[int], None]] = {
        "add_one_ms": lambda n: change(people + 1 + n, texts[n]),
        "change_one_ms": lambda n: change(min(people, middle + n), texts[n]),
        "erase_one_ms": lambda n: change(min(people, max(1, middle // 2) + n), None),
    }
    return {name: _spread([_timed(act, n) for n in range(CHANGES)]) for name, act in acts.items()}


def measure_ranking(
    index: PoolIndex, roles: Sequence[MeasuredRole], settings: MatchingSettings
) -> dict[str, Spread | float]:
    """Time whole rankings: from the role's text to everybody in order, and 200 roles with receipts."""

    def ranked(role: int, limit: int) -> object:
        return rank(index, roles[role % len(roles)].brief, settings, today=TODAY, limit=limit)

    from_text = milliseconds(lambda n: ranked(n, 0), ROLES)
    started = time.perf_counter()
    for number in range(ROLES_REMATCHED):
        ranked(number, RECEIPTS_KEPT)
    return {"from_text_ms": from_text, "rematch_200_roles_s": round(time.perf_counter() - started, 2)}


def measure_serving(folder: Path, settings: MatchingSettings) -> float:
    """Give the private memory, in megabytes, of a fresh process that opens the index and ranks."""
    index = open_index(folder, settings)
    for number in range(3):
        rank(index, brief_from_text(crowd_role(number)), settings, today=TODAY)
    return private_bytes() >> 20


def measure_preview(
    home: Path, resumes: Path, report: Callable[[BuildProgress], None], *, now: datetime
) -> Iterator[tuple[str, Spread | float]]:
    """Time the list beside the form on a real database that holds the crowd, and the build from it."""
    crowd = open_crowd(home, resumes, now=now)
    keeper = IndexKeeper(crowd.settings.index_folder, report=report)
    viewer = Viewer(recruiter_id=0, kind=AccountKind.RECRUITER, office_id=None)
    started = time.perf_counter()
    with crowd.sessions.reading() as session:
        people = keeper.current(session, now=now).size
    yield "build_from_database_per_second", round(people / (time.perf_counter() - started))

    def shown(role: int) -> None:
        draft = RoleDraft(title=crowd_role(1000 + role)[:40], text=crowd_role(role))
        with crowd.sessions.reading() as session:
            preview(session, keeper, draft, viewer, now=now)

    yield "preview_ms", milliseconds(shown, ROLES)
    crowd.close()


def as_mapping(figures: Iterable[tuple[str, Spread | float]]) -> dict[str, Spread | float]:
    """Collect figures as they come."""
    return dict(figures)
