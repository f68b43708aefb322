"""What a followed source's rows said last time, as keyed hashes: what is unchanged is passed over.

A row is known by the ids in it, without any by all of it. How it was read is part of its hash, so that another
mapping reads every row again.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from talentpool.candidates.models import Application
from talentpool.database import many
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.fields import Field
from talentpool.imports.models import SourceRow
from talentpool.imports.plan import Plan
from talentpool.imports.preparation import ImportOptions, Preparation

DIGEST_BYTES = 16
AT_A_TIME = 1000  # keys in a statement
_IDS = (Field.EXTERNAL_ID, Field.APPLICATION_ID)
_ABOUT = (*_IDS, Field.ROLE_TITLE, Field.REQUISITION, Field.APPLIED_ON)  # one person has several rows


@dataclass(frozen=True, slots=True)
class Mark:
    """A row as hashes: which one it is, and what it says."""

    key: str
    digest: str


@dataclass(slots=True)
class Segment:
    """Rows that stand one after the other: those to be decided about, and whose the others are, as last time."""

    rows: list[NumberedRow] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)  # a candidate for each row that is passed over


@dataclass(frozen=True, kw_only=True, slots=True)
class RowMemory:
    """How the rows of one file become marks."""

    source: str
    seed: bytes
    ids: tuple[int, ...]
    about: tuple[int, ...]

    def mark(self, row: NumberedRow) -> Mark:
        """Give a row's mark."""
        digest = self._hash(row.cells)
        if not any(row.cells[place] for place in self.ids):
            return Mark(digest, digest)
        return Mark(self._hash([row.cells[place] for place in self.about]), digest)

    def _hash(self, cells: Iterable[str]) -> str:
        text = "\x1f".join(cells).encode("utf-8", "replace")
        return blake2b(text, digest_size=DIGEST_BYTES, key=self.seed).hexdigest()


def make_memory(preparation: Preparation, options: ImportOptions, secret: bytes) -> RowMemory:
    """Say how rows are known again: by this secret, this source and this way to read them."""
    read = [preparation.document(), repr(options.mapping), options.country, options.with_deleted]
    seed = blake2b(json.dumps(read, sort_keys=True).encode(), digest_size=64, key=secret[:64]).digest()
    places = {each: [column.index for column in preparation.mapping.of(each)] for each in _ABOUT}
    return RowMemory(
        source=preparation.source,
        seed=seed,
        ids=tuple(place for each in _IDS for place in places[each]),
        about=tuple(place for each in _ABOUT for place in places[each]),
    )


def segments(
    session: Session, memory: RowMemory, rows: Sequence[NumberedRow], *, most: int
) -> Iterator[Segment]:
    """Part rows by whether they are as they were, in pieces with at most so many that are not."""
    marks = [memory.mark(row) for row in rows]
    known = _known(session, memory.source, {mark.key for mark in marks})
    segment = Segment()
    for row, mark in zip(rows, marks, strict=True):
        digest, candidate_id = known.get(mark.key, ("", 0))
        if digest == mark.digest:
            segment.unchanged.append(candidate_id)
            continue
        if len(segment.rows) == most:
            yield segment
            segment = Segment()
        segment.rows.append(row)
        segment.marks.append(mark)
    yield segment


def _known(session: Session, source: str, keys: Iterable[str]) -> dict[str, tuple[str, int]]:
    known: dict[str, tuple[str, int]] = {}
    for batch in many(keys, at_a_time=AT_A_TIME):
        wanted = select(SourceRow.row_key, SourceRow.row_hash, SourceRow.candidate_id)
        found = wanted.where(SourceRow.source == source, SourceRow.row_key.in_(batch))
        known |= {key: (digest, owner) for key, digest, owner in session.execute(found)}
    return known


def remember_rows(session: Session, plan: Plan, segment: Segment, *, source: str, import_id: int) -> None:
    """Keep what the rows of a plan said and whose they are; nothing is kept of whom nobody is here."""
    rows = {
        mark.key: {
            "source": source,
            "row_key": mark.key,
            "row_hash": mark.digest,
            "candidate_id": planned.person.id,
            "import_id": import_id,
        }
        for mark, planned in zip(segment.marks, plan.rows, strict=True)
        if planned.person is not None and planned.person.id is not None
    }
    for batch in many(rows, at_a_time=AT_A_TIME):
        own = (SourceRow.source == source) & SourceRow.row_key.in_(batch)
        session.execute(delete(SourceRow).where(own).execution_options(synchronize_session=False))
    if rows:
        session.execute(insert(SourceRow), list(rows.values()))


def confirm_states(session: Session, source: str, candidate_ids: Iterable[int], *, as_of: datetime) -> None:
    """Note that the source has just told of these people: what it said of their applications holds as of now."""
    for batch in many(sorted(set(candidate_ids)), at_a_time=AT_A_TIME):
        told = Application.candidate_id.in_(batch) & (Application.source == source)
        older = update(Application).where(told, Application.as_of < as_of).values(as_of=as_of)
        session.execute(older.execution_options(synchronize_session=False))


def forget_rows(session: Session, import_id: int) -> None:
    """Let the rows an import brought be read again."""
    session.execute(
        delete(SourceRow).where(SourceRow.import_id == import_id).execution_options(synchronize_session=False)
    )
