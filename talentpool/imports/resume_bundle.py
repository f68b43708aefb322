"""What the files of an archive of resumes say, read in child processes and kept in a file nobody else can open.

A file is read once: whoever asks again gets what was found. Memory stays flat, whatever the archive holds.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from talentpool.candidates.entries import ResumeEntry
from talentpool.candidates.resume_uploads import headline_of, is_kept, resume_entry
from talentpool.database import many
from talentpool.imports.resume_archive import ResumeArchive
from talentpool.resumes.extract import ResumeReader
from talentpool.resumes.limits import USUAL_LIMITS
from talentpool.resumes.outcome import ResumeProblem, ResumeStatus, without_text
from talentpool.resumes.proposal import propose

READ_TOGETHER = 32
MOST_ADDRESSES = 3
_PROFILE = re.compile(
    r"(?:linkedin\.com/in|github\.com|gitlab\.com|xing\.com/profile)/[\w%.~-]+/?$", re.IGNORECASE
)
BROKEN = "The file is locked or broken in the archive; pack it again without a password."


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundResume:
    """One file: its record, still without a place in the home, and whom it names."""

    name: str
    entry: ResumeEntry
    is_kept: bool
    full_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    headline: str = ""


class ResumeBundle:
    """An opened archive of resumes with what has been read of it."""

    def __init__(
        self,
        path: Path,
        *,
        source: str | None = None,
        dated_on: date | None = None,
        country: str | None = None,
    ) -> None:
        self.archive = ResumeArchive(path)
        self._source, self._dated_on, self._country = source, dated_on, country
        self._reader: ResumeReader | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._places: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes and forget what was read."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._reader is not None:
            self._reader.close()
        self._spool.close()
        self.archive.close()

    def found(self, names: Sequence[str]) -> Iterator[FoundResume]:
        """Give what files say, in the order asked for, reading the ones not read before."""
        for batch in many(names, at_a_time=READ_TOGETHER):
            missing = [name for name in dict.fromkeys(batch) if name not in self._places]
            for one in self._read(missing):
                self._keep(one)
            yield from (self._recall(name) for name in batch)

    def read_all(self, told: Callable[[int, int], None] | None = None) -> None:
        """Read every file; `told` hears how many of how many are done."""
        names = self.archive.names
        for done, _ in enumerate(self.found(names), 1):
            if told and (done % READ_TOGETHER == 0 or done == len(names)):
                told(done, len(names))

    def original(self, name: str) -> bytes:
        """Give the bytes of a file that was found."""
        return self.archive.read(name, most=USUAL_LIMITS.file_bytes) or b""

    def content_hash(self, name: str) -> str | None:
        """Give a hash of the bytes of a file as they are now; None for one that cannot be read."""
        data = self.archive.read(name, most=USUAL_LIMITS.file_bytes + 1)
        return hashlib.blake2b(data).hexdigest() if data is not None else None

    def _read(self, names: Iterable[str]) -> Iterator[FoundResume]:
        if self._reader is None or self._pool is None:
            self._reader = ResumeReader()
            self._pool = ThreadPoolExecutor(thread_name_prefix="resumes")
        yield from self._pool.map(self._read_one, names)

    def _read_one(self, name: str) -> FoundResume:
        if self._reader is None:
            raise ValueError("The archive is closed.")
        data = self.archive.read(name, most=USUAL_LIMITS.file_bytes + 1)
        read = without_text(ResumeProblem.DAMAGED, BROKEN) if data is None else self._reader.read(data)
        entry = resume_entry(data or b"", read, file_name=name, dated_on=self._dated_on, source=self._source)
        if not entry.visible_text:
            return FoundResume(name=name, entry=entry, is_kept=is_kept(read) and data is not None)
        said = propose(entry.visible_text, links=read.links, country=self._country)
        return FoundResume(
            name=name,
            entry=entry,
            is_kept=True,
            full_name=said.name.value[:320] if said.name else "",
            emails=tuple(one.value for one in said.emails[:MOST_ADDRESSES]),
            phones=tuple(one.value for one in said.phones[:MOST_ADDRESSES]),
            links=tuple(one.value for one in said.links if _PROFILE.search(one.value))[:MOST_ADDRESSES],
            headline=headline_of(said),
        )

    def _keep(self, one: FoundResume) -> None:
        self._places[one.name] = self._spool.seek(0, 2)
        document = asdict(one)
        document["entry"]["dated_on"] = None  # the same for all
        self._spool.write(json.dumps(document).encode() + b"\n")

    def _recall(self, name: str) -> FoundResume:
        self._spool.seek(self._places[name])
        told: dict[str, Any] = json.loads(self._spool.readline())
        entry = told.pop("entry")
        entry["status"] = ResumeStatus(entry["status"])
        entry["hidden_lines"] = tuple((reason, page, text) for reason, page, text in entry["hidden_lines"])
        record = replace(ResumeEntry(**entry), dated_on=self._dated_on)
        for each in ("emails", "phones", "links"):
            told[each] = tuple(told[each])
        return FoundResume(entry=record, **told)
