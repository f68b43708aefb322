"""How long a scan of a generated pool for duplicates takes, and how much memory.

Run `python tests/benchmarks/duplicate_scan.py [PEOPLE]` in a checkout; 100,000 without a number. Three in a hundred
people are in twice: with the same address under a short form of their name, with the same phone, or with the same
place alone. Everything lies in a temporary folder and goes with it.
"""

import json
import random
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import psutil
from sqlalchemy import func, insert, select

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from talentpool.candidates.duplicate_scan import scan_pool  # noqa: E402 - the checkout comes first
from talentpool.candidates.identity import fold_name  # noqa: E402
from talentpool.candidates.identity_rules import identity_rules  # noqa: E402
from talentpool.candidates.models import (  # noqa: E402
    Candidate,
    CandidateEmail,
    CandidatePhone,
    PairVerdict,
    PossibleDuplicate,
)
from talentpool.clock import current_time  # noqa: E402
from talentpool.database import many, open_engine, open_sessions  # noqa: E402
from talentpool.schema import upgrade_schema  # noqa: E402

IN_TWICE = 0.03
_WRITTEN = "ba ber bo dal den dor fel gar gen hol ka kel lan ler lo mar mer mo nar ner no pa pel ra ren ros sa sel tor ven wal wer"
SYLLABLES = tuple(_WRITTEN.split())
CITIES = 250
EMPLOYERS = 4000
TITLES = (
    "Nurse",
    "Platform engineer",
    "Accountant",
    "Welder",
    "Teacher",
    "Data analyst",
    "Electrician",
    "Buyer",
)


def people(number: int, *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Make people: given names as they are common, family names of two or three syllables, cities as they are large."""
    chance = random.Random(seed)
    given = sorted({name for names in identity_rules().long_forms.values() for name in names})
    short = {name: word for word, names in identity_rules().long_forms.items() for name in names}
    for place in range(1, number + 1):
        name = given[min(int(chance.paretovariate(0.7)), len(given)) - 1]
        family = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3)))).capitalize()
        person = {
            "name": f"{name.capitalize()} {family}",
            "city": f"City {min(int(chance.paretovariate(0.6)), CITIES)}",
            "headline": f"{chance.choice(TITLES)} at Employer {chance.randrange(EMPLOYERS)}",
            "email": f"person{place}@example.org",
            "phone": f"+49151{place:08}",
        }
        yield person
        if chance.random() < IN_TWICE:
            again = {
                **person,
                "name": f"{short[name].capitalize()} {family}",
                "headline": chance.choice(TITLES),
            }
            kept = chance.choice(("email", "phone", "city"))
            yield {**again, **{what: None for what in ("email", "phone") if what != kept}}


def fill(sessions: Any, number: int) -> int:
    """Write the people in; gives how many rows that were."""
    now, written = current_time(), 0
    for batch in many(people(number), at_a_time=5000):
        rows, emails, phones = [], [], []
        for number_of, person in enumerate(batch, written + 1):
            rows.append(
                {
                    "id": number_of, "full_name": person["name"], "folded_name": fold_name(person["name"]),
                    "city": person["city"], "headline": person["headline"], "is_restricted": False, "source_data": {},
                    "created_at": now, "updated_at": now,
                }
            )  # fmt: skip
            if address := person["email"]:
                emails.append(
                    {"candidate_id": number_of, "address": address, "address_key": address, "position": 0}
                )
            if phone := person["phone"]:
                phones.append(
                    {"candidate_id": number_of, "number": phone, "number_key": phone, "position": 0}
                )
        written += len(batch)
        with sessions.writing.begin() as session:
            for table, values in ((Candidate, rows), (CandidateEmail, emails), (CandidatePhone, phones)):
                session.execute(insert(table), values)
    return written


class Peak:
    """The most memory this process used while it was watched."""

    def __init__(self) -> None:
        self.bytes, self._over = 0, False
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._over:
            self.bytes = max(self.bytes, process.memory_info().rss)
            sleep(0.05)

    def end(self) -> int:
        """Stop watching; gives MiB."""
        self._over = True
        return self.bytes // 2**20


def main() -> None:
    """Fill a pool, scan it, and print what that took."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/pool.db")
        upgrade_schema(engine)
        sessions = open_sessions(engine)
        rows, before, peak = fill(sessions, number), psutil.Process().memory_info().rss // 2**20, Peak()
        started = perf_counter()
        scanned = scan_pool(sessions.writing.begin, now=current_time)
        seconds = perf_counter() - started
        with sessions.reading() as session:
            is_certain = PossibleDuplicate.verdict == PairVerdict.CERTAIN
            certain = session.scalar(select(func.count(PossibleDuplicate.id)).where(is_certain))
        engine.dispose()
    report = {
        "people": rows, "seconds": round(seconds, 1), "compared": scanned.compared, "open_pairs": scanned.open_pairs,
        "certain": certain, "rss_mb_before": before, "rss_mb_peak": peak.end(),
        "cpu_seconds": round(resource.getrusage(resource.RUSAGE_SELF).ru_utime, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
