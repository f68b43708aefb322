"""What a followed source's rows said last time, as keyed hashes: what is unchanged is passed over.

A row is known by the ids in it, without any by all of it. How it was read is part of its hash, so that another
mapping reads every row again; and so are the bytes of its resume files. These are only read where a file does not lie
as it did, by its size and times.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import bindparam, delete, insert, not_, select, update
from sqlalchemy.orm import Session

from talentpool.candidates.models import Application, Candidate
from talentpool.database import many, table_of
from talentpool.imports.csv_rows import NumberedRow
from talentpool.imports.deletions import SET_ASIDE
from talentpool.imports.fields import Field
from talentpool.imports.models import DeletionThere, SourceRow
from talentpool.imports.plan import Plan
from talentpool.imports.preparation import ImportOptions, Preparation
from talentpool.imports.resume_attachment import RowFiles
from talentpool.imports.row import ParsedRow
from talentpool.imports.values import read_flag

DIGEST_BYTES = 16
LONGEST_ID = 160  # of an application
AT_A_TIME = 1000  # keys in a statement
_IDS = (Field.EXTERNAL_ID, Field.APPLICATION_ID)
_ABOUT = (*_IDS, Field.ROLE_TITLE, Field.REQUISITION, Field.APPLIED_ON)  # one person has several rows


@dataclass(frozen=True, slots=True)
class Mark:
    """A row as hashes: which one it is, what it says with its files, and how those lie; no third one without files."""

    key: str
    digest: str
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be said of a row without reading its files: `cells` is the hash of what it says itself."""

    key: str
    cells: str
    files: tuple[str, ...] = ()
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class LastWord:
    """What a row said when it came last, when that was, and whose it is."""

    digest: str
    seen: str | None
    said_at: datetime
    candidate_id: int


Looked = tuple[NumberedRow, Glance]


@dataclass(slots=True)
class Segment:
    """Rows that stand one after the other: those to be decided about, and whose the others are, as last time."""

    rows: list[NumberedRow] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    owners: dict[str, int] = field(default_factory=dict)  # whose the other rows were last time, by key
    unchanged: dict[str, int] = field(default_factory=dict)  # whose the rows are that say nothing new, by key
    told: dict[int, set[str]] = field(default_factory=dict)  # of which applications those tell, by person
    still_there: set[int] = field(default_factory=set)  # of whom those tell that are not deleted
    passed_over: int = 0  # how many those are, the same row twice counted twice
    lie_anew: dict[str, str | None] = field(default_factory=dict)  # how files of theirs lie now, by key


@dataclass(frozen=True, kw_only=True, slots=True)
class RowMemory:
    """How the rows of one file become marks."""

    source: str
    said_at: datetime
    seed: bytes
    ids: tuple[int, ...]
    about: tuple[int, ...]
    applications: tuple[int, ...]  # where the id of the application stands
    deleted: tuple[int, ...]  # where it stands whether somebody is deleted
    flags: Mapping[str, bool]
    files: RowFiles | None = None

    def application_of(self, row: NumberedRow) -> str:
        """Give the id of the application in a row; empty without one."""
        return next(
            (cell[:LONGEST_ID] for place in self.applications if (cell := row.cells[place].strip())), ""
        )

    def is_deleted(self, row: NumberedRow) -> bool:
        """Say whether a row tells that somebody is deleted."""
        return any(read_flag(row.cells[place], self.flags) for place in self.deleted)

    def glance(self, row: NumberedRow) -> Glance:
        """Look at a row, and at how its files lie."""
        cells = self._hash(row.cells)
        has_id = any(row.cells[place] for place in self.ids)
        key = self._hash([row.cells[place] for place in self.about]) if has_id else cells
        names = self.files.names_of(row) if self.files else ()
        if self.files is None or not names:
            return Glance(key, cells)
        lie = [self.files.lies_as(name) for name in names]
        told = [each for each in lie if each is not None]
        seen = self._hash([cells, *names, *told]) if len(told) == len(lie) else None
        return Glance(key, cells, tuple(names), seen)

    def mark(self, glance: Glance, last: LastWord | None) -> Mark:
        """Give a row's mark; its files are read unless they lie as they did when it came last."""
        if self.files is None or not glance.files:
            return Mark(glance.key, glance.cells)
        if last is not None and glance.seen is not None and glance.seen == last.seen:
            return Mark(glance.key, last.digest, last.seen)
        read = [self.files.content_hash(name) for name in glance.files]
        digest = self._hash([glance.cells, *(each or "" for each in read)])
        return Mark(glance.key, digest, glance.seen if all(read) else None)  # what was locked is tried again

    def _hash(self, cells: Iterable[str]) -> str:
        text = "\x1f".join(cells).encode("utf-8", "replace")
        return blake2b(text, digest_size=DIGEST_BYTES, key=self.seed).hexdigest()


def make_memory(
    preparation: Preparation,
    options: ImportOptions,
    *,
    said_at: datetime,
    secret: bytes,
    files: RowFiles | None = None,
) -> RowMemory:
    """Say how rows are known again: by this secret, this source and this way to read them."""
    read = [preparation.document(), repr(options.mapping), options.country, options.with_deleted]
    read += ["with files"] if files else []
    seed = blake2b(json.dumps(read, sort_keys=True).encode(), digest_size=64, key=secret[:64]).digest()
    wanted = (*_ABOUT, Field.IS_DELETED)
    places = {each: [column.index for column in preparation.mapping.of(each)] for each in wanted}
    return RowMemory(
        source=preparation.source,
        said_at=said_at,
        seed=seed,
        ids=tuple(place for each in _IDS for place in places[each]),
        about=tuple(place for each in _ABOUT for place in places[each]),
        applications=tuple(places[Field.APPLICATION_ID]),
        deleted=() if options.with_deleted else tuple(places[Field.IS_DELETED]),
        flags=preparation.reading.vocabulary.flags,
        files=files,
    )


def segments(
    memory: RowMemory, rows: Sequence[Looked], known: Mapping[str, LastWord], *, most: int
) -> Iterator[Segment]:
    """Part rows by whether they say nothing new, in pieces with at most so many that do.

    What is older than what the source has said since is nothing new either.
    """
    segment = Segment()
    for row, glance in rows:
        last = known.get(glance.key)
        mark = memory.mark(glance, last)
        if last is not None and (last.digest == mark.digest or last.said_at > memory.said_at):
            segment.unchanged[mark.key] = last.candidate_id
            segment.passed_over += 1
            segment.told.setdefault(last.candidate_id, set()).add(memory.application_of(row))
            if last.digest == mark.digest and not memory.is_deleted(row):
                segment.still_there.add(last.candidate_id)
            if last.digest == mark.digest and last.seen != mark.seen:
                segment.lie_anew[mark.key] = mark.seen
            continue
        if len(segment.rows) == most:
            yield segment
            segment = Segment()
        segment.rows.append(row)
        segment.marks.append(mark)
        if last is not None:
            segment.owners[mark.key] = last.candidate_id
    yield segment


def last_words(session: Session, source: str, rows: Sequence[Looked]) -> dict[str, LastWord]:
    """Load what the rows of a source said when they came last, by key; nothing of those that are new."""
    known: dict[str, LastWord] = {}
    columns = (
        SourceRow.row_key,
        SourceRow.row_hash,
        SourceRow.seen_hash,
        SourceRow.said_at,
        SourceRow.candidate_id,
    )
    for batch in many(dict.fromkeys(glance.key for _, glance in rows), at_a_time=AT_A_TIME):
        found = select(*columns).where(SourceRow.source == source, SourceRow.row_key.in_(batch))
        known |= {row.row_key: LastWord(*row[1:]) for row in session.execute(found)}
    return known


def remember_rows(
    session: Session, plan: Plan, segment: Segment, memory: RowMemory, *, import_id: int
) -> None:
    """Keep what the rows of a plan said and whose they are; nothing is kept of whom nobody is here."""
    rows = {
        mark.key: {
            "source": memory.source,
            "row_key": mark.key,
            "row_hash": mark.digest,
            "seen_hash": mark.seen,
            "said_at": memory.said_at,
            "candidate_id": planned.person.id,
            "import_id": import_id,
        }
        for mark, planned in zip(segment.marks, plan.rows, strict=True)
        if planned.person is not None and planned.person.id is not None
    }
    for batch in many(rows, at_a_time=AT_A_TIME):
        own = (SourceRow.source == memory.source) & SourceRow.row_key.in_(batch)
        session.execute(delete(SourceRow).where(own).execution_options(synchronize_session=False))
    if rows:
        session.execute(insert(SourceRow), list(rows.values()))


def remembered_ids(segment: Segment, parsed: Sequence[ParsedRow]) -> dict[str, int]:
    """Tell whose the ids in rows are that came before: somebody may have two in the source, and keeps one here."""
    return {
        row.person.external_id: segment.owners[mark.key]
        for row, mark in zip(parsed, segment.marks, strict=False)
        if row.person.external_id and mark.key in segment.owners
    }


def confirm_rows(session: Session, memory: RowMemory, segment: Segment) -> None:
    """Note that the source has just said again what its unchanged rows say."""
    for batch in many(segment.unchanged, at_a_time=AT_A_TIME):
        own = (SourceRow.source == memory.source) & SourceRow.row_key.in_(batch)
        older = update(SourceRow).where(own, SourceRow.said_at < memory.said_at)
        session.execute(older.values(said_at=memory.said_at).execution_options(synchronize_session=False))
    if segment.lie_anew:
        table = table_of(SourceRow)
        same = (table.c.source == memory.source) & (table.c.row_key == bindparam("key"))
        anew = [{"key": key, "seen": seen} for key, seen in segment.lie_anew.items()]
        session.execute(update(table).where(same).values(seen_hash=bindparam("seen")), anew)


def confirm_states(
    session: Session, source: str, told: Mapping[int, Collection[str]], *, as_of: datetime
) -> None:
    """Note that the source has just told of these people: what it said of their applications holds as of now.

    `told` has the ids of the applications it named of each; an empty one stands for a row that names none, and tells of
    all. An application of which no id is on record is told of with its person. Of whom it says that they are deleted there it says nothing else.
    """
    deleted = select(DeletionThere.candidate_id).where(DeletionThere.source == source, not_(SET_ASIDE))
    for batch in many(sorted(told), at_a_time=AT_A_TIME):
        whole = [one for one in batch if "" in told[one]]
        named = {each for one in batch for each in told[one] if each}
        is_named = Application.external_id.is_(None) | Application.external_id.in_(named)
        own = Application.candidate_id.in_(batch) & (Application.source == source)
        own &= (is_named | Application.candidate_id.in_(whole)) & Application.candidate_id.not_in(deleted)
        older = update(Application).where(own, Application.as_of < as_of).values(as_of=as_of)
        session.execute(older.execution_options(synchronize_session=False))


def begin_following(session: Session, source: str, candidate_ids: Iterable[int], *, as_of: datetime) -> None:
    """Let the source's later words replace what it said of these people before it was followed."""
    for batch in many(sorted(set(candidate_ids)), at_a_time=AT_A_TIME):
        told = Candidate.id.in_(batch) & (Candidate.source == source)
        first = update(Candidate).where(told, Candidate.as_of.is_(None)).values(as_of=as_of)
        session.execute(first.execution_options(synchronize_session=False))


def forget_people(session: Session, candidate_ids: Iterable[int]) -> None:
    """Let every row about these people be read again, as if they had never come."""
    for batch in many(sorted(set(candidate_ids)), at_a_time=AT_A_TIME):
        own = delete(SourceRow).where(SourceRow.candidate_id.in_(batch))
        session.execute(own.execution_options(synchronize_session=False))


def forget_rows(session: Session, import_id: int) -> None:
    """Let the rows an import brought be read again."""
    session.execute(
        delete(SourceRow).where(SourceRow.import_id == import_id).execution_options(synchronize_session=False)
    )
