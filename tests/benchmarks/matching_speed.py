"""Time and size of the matching index on made-up resumes: `python tests/benchmarks/matching_speed.py 100000`.

Words are drawn with Zipf's frequencies; each person adds new ones, so that the vocabulary grows like that of real
resumes (Heaps' exponent about .77). Prints one JSON document.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np

from talentpool.matching.artifact import build_index, open_index, update_index
from talentpool.matching.brief import brief_from_text
from talentpool.matching.documents import PoolDocument
from talentpool.matching.ranking import rank, receipt_for
from talentpool.matching.settings import MatchingSettings, load_matching_settings

CONFIG = Path(__file__).resolve().parents[2] / "config"
WORDS_PER_RESUME = 450
HEAPS_EXPONENT, HEAPS_FACTOR = 0.77, 12.0
ZIPF_EXPONENT = 1.05
BATCH = 2_000


def made_up_words(person: int, chance: np.random.Generator, *, people: int) -> np.ndarray:
    """Draw word numbers for a batch of people; the vocabulary has grown to that of so many words seen."""
    seen = max(1, person) * WORDS_PER_RESUME
    vocabulary = int(HEAPS_FACTOR * seen**HEAPS_EXPONENT)
    uniform = chance.random((people, WORDS_PER_RESUME))
    top = vocabulary ** (1 - ZIPF_EXPONENT)
    return ((1 - uniform * (1 - top)) ** (1 / (1 - ZIPF_EXPONENT))).astype(np.int64)


def made_up_pool(candidates: int, *, seed: int = 1) -> Iterator[PoolDocument]:
    """Give people with resumes of made-up words, always the same for a seed."""
    chance = np.random.default_rng(seed)
    for start in range(0, candidates, BATCH):
        people = min(BATCH, candidates - start)
        for n, row in enumerate(made_up_words(start + people, chance, people=people)):
            yield PoolDocument(candidate_id=start + n + 1, text=" ".join(f"w{word:x}q" for word in row))


def milliseconds(act: Callable[[], object], *, times: int) -> dict[str, float]:
    """Time something; the median and the 95th percentile in milliseconds."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return {"p50": round(float(np.median(spent)), 2), "p95": round(float(np.percentile(spent, 95)), 2)}


def measure(candidates: int, folder: Path, settings: MatchingSettings) -> dict[str, object]:
    """Build, rank, account and update once each way."""
    pool = list(made_up_pool(candidates))
    start = time.perf_counter()
    build_index(folder, pool, settings, position="1")
    built = time.perf_counter() - start
    index = open_index(folder, settings)
    role = brief_from_text("w5q w9q developer\n" + pool[7].text[:1500])
    today = date(2026, 1, 1)
    ranking = rank(index, role, settings, today=today)
    newcomer = iter(range(candidates + 1, candidates + 1000))
    numbers = {
        "candidates": candidates,
        "role_terms": len(ranking.role.terms),
        "build_per_second": round(candidates / built),
        "match_ms": milliseconds(lambda: rank(index, role, settings, today=today), times=9),
        "match_without_receipts_ms": milliseconds(
            lambda: rank(index, role, settings, today=today, limit=0), times=9
        ),
        "receipt_ms": milliseconds(lambda: receipt_for(index, ranking, candidates // 2), times=9),
        "open_ms": milliseconds(lambda: open_index(folder, settings), times=5),
        "add_one_ms": milliseconds(
            lambda: _add_one(folder, settings, next(newcomer), pool[3].text), times=20
        ),
    }
    size = sum(path.stat().st_size for path in folder.iterdir())
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**numbers, "index_bytes_per_candidate": size // candidates, "peak_rss_mb": rss}


def _add_one(folder: Path, settings: MatchingSettings, candidate_id: int, text: str) -> None:
    person = PoolDocument(candidate_id=candidate_id, text=text)
    update_index(folder, settings, changed=[person], removed=[], position="2")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        found = measure(int(sys.argv[1]), Path(place), load_matching_settings(CONFIG))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
