"""The proof of an erasure: people are searched for where data lies, and must not be found.

Searched for are every address and number, the name where nobody else bears it, and words of the resumes that no other
text has. Kept is only where something is found and how often, never what.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, Resume
from talentpool.database import Base, folded
from talentpool.erasure.erase import Traces
from talentpool.erasure.forms import (
    Sought,
    address_forms,
    long_words,
    name_forms,
    number_form,
    word_form,
)
from talentpool.erasure.literals import Literals
from talentpool.erasure.searching import Hit, Quarry, all_rows, find_in_file, quarry_of

UNIQUE_WORDS = 5
WORDS_TRIED = 60  # the longest words of a person's resumes
MOST_MENTIONS = 20  # told one by one
DATABASE = "talentpool.db"
BYTES = frozenset({DATABASE, "index"})  # tables and arrays, with texts among them
HELD = "held"  # the folder of sealed copies
FREE_SPACE = {
    True: " The file of the database was written anew, so that nothing deleted is left in its free space.",
    False: (
        " The file of the database could not be written anew: copies of deleted rows may lie in its free space until "
        "the next erasure does it. See that the disk has room for the file twice more."
    ),
    None: "",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A record about somebody else, or about nobody, in which something of an erased person stands."""

    table: str
    row: object  # its key
    about: int | None  # a candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """Where something was still found, and how often; nowhere, if the person is gone."""

    searched_for: int  # different things
    found: Mapping[str, int] = field(default_factory=dict)  # "table.column" or a file of the home -> places
    mentions: tuple[Mention, ...] = ()  # the first of those in tables
    has_namesakes: bool = False  # then the name was not searched for
    is_file_anew: bool | None = None  # SQLite's file was written anew; None: there is no such file

    @property
    def is_gone(self) -> bool:
        """Say whether nothing was found anywhere."""
        return not self.found

    def in_words(self) -> str:
        """Say in one or two sentences what the search came to."""
        name = " The name was not searched for: others on record bear it too." if self.has_namesakes else ""
        searched = f"{self.searched_for} things of theirs were searched for, in the database and in the home"
        if self.is_gone:
            return f"{searched}: none was found.{name}{FREE_SPACE[self.is_file_anew]}"
        records = sum(count for place, count in self.found.items() if is_table(place))
        files = len(self.found) - sum(map(is_table, self.found))
        where = [f"{records} other record{'s' * (records != 1)}"] * bool(records)
        where += [f"{files} file{'s' * (files != 1)}"] * bool(files)
        return (
            f"Their own record is gone. {searched}: something still stands in {' and '.join(where)}, "
            f"where only a person can tell whether it is about them; look there and take it out by hand.{name}"
            f"{FREE_SPACE[self.is_file_anew]}"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is searched for, and where else some of it stood before the erasure."""

    quarry: Quarry
    things: Mapping[int, int]  # candidate -> how many
    namesakes: frozenset[int]  # whose name is not searched for
    seen: tuple[Hit, ...]  # outside their own records


def is_table(place: str) -> bool:
    """Say whether a place of the proof is a column of a table, and no file of the home.

    >>> is_table("notes.words"), is_table("uploads/people.csv")
    (True, False)
    """
    return place.partition(".")[0] in Base.metadata.tables


def look_for(session: Session, people: Sequence[Traces]) -> Wanted:
    """Choose what to search for, before people are erased, and note where else it stands already."""
    ids = {person.candidate_id for person in people}
    named = [person for person in people if not _has_namesakes(session, person.name, ids)]
    forms = [form for one in named for form in name_forms(one.candidate_id, one.name)]
    for one in people:
        forms += [form for address in one.emails for form in address_forms(one.candidate_id, address)]
        forms += [number_form(one.candidate_id, number) for number in one.phones]
    numbers = [(one.candidate_id, number) for one in people for number in one.phones]
    seen, words = _look_through(session, people, quarry_of(forms, numbers))
    quarry = quarry_of([*forms, *words], numbers)
    counted = Counter(owner for owner, _ in quarry.things)
    return Wanted(
        quarry=quarry,
        things={each: counted[each] for each in ids},
        namesakes=frozenset(ids - {one.candidate_id for one in named}),
        seen=tuple(seen),
    )


def prove(session: Session, home: Path, wanted: Wanted) -> dict[int, Proof]:
    """Search every text of the database and every file of the home, once for everybody.

    Told apart are SQLite's log, which is written back before, sealed copies under a hold in law, and backups: those
    end by their own age, and a restore erases again. Resumes of others are searched as the texts taken out of them.
    """
    strings = Literals(wanted.quarry.strings)
    hits = [hit for rows in all_rows(session) for hit in rows.hits(wanted.quarry, strings.present(rows.low))]
    places = Counter(dict.fromkeys(_in_files(session, home, wanted.quarry, hits), 1))
    places += Counter(
        (owner, place) for owner, place, _ in {(one.candidate_id, one.place, one.key) for one in hits}
    )
    return {
        each: Proof(
            searched_for=count,
            found={place: times for (owner, place), times in sorted(places.items()) if owner == each},
            mentions=_mentions(hits, each),
            has_namesakes=each in wanted.namesakes,
        )
        for each, count in wanted.things.items()
    }


def files_of(home: Path) -> Iterator[Path]:
    """Walk over the files of a home that are searched."""
    for path in sorted(home.rglob("*")):
        parts = path.relative_to(home).parts
        is_told_apart = path.name.startswith(f"{DATABASE}-") or parts[0] in (HELD, "backups")
        if not is_told_apart and path.is_file():
            yield path


def _in_files(session: Session, home: Path, quarry: Quarry, hits: Sequence[Hit]) -> Iterator[tuple[int, str]]:
    """Walk over who stands in which file; what tables hold stands in their file too, and in the index."""
    in_tables = {(hit.candidate_id, hit.thing) for hit in hits}
    originals = set(session.scalars(select(Resume.file_key).where(Resume.file_key.is_not(None))))
    for path in files_of(home):
        if path.name in originals:
            continue
        place, is_raw = path.relative_to(home), path.relative_to(home).parts[0] in BYTES
        found = find_in_file(path, quarry, is_raw=is_raw) - (in_tables if is_raw else set())
        yield from {(candidate_id, str(place)) for candidate_id, _ in found}


def _mentions(hits: Sequence[Hit], candidate_id: int) -> tuple[Mention, ...]:
    rows = {(hit.table, hit.key, hit.about) for hit in hits if hit.candidate_id == candidate_id}
    told = [Mention(table=table, row=key[0], about=about) for table, key, about in sorted(rows, key=str)]
    return tuple(told[:MOST_MENTIONS])


def _has_namesakes(session: Session, name: str, but: set[int]) -> bool:
    same = select(func.count()).where(Candidate.folded_name == folded(name), Candidate.id.not_in(but))
    return bool(name.strip()) and bool(session.scalar(same))


def _look_through(
    session: Session, people: Sequence[Traces], quarry: Quarry
) -> tuple[list[Hit], list[Sought]]:
    """Go once through all texts about others: where somebody is named, and which words stand in no text of theirs."""
    alive, seen = _words(people), list[Hit]()
    strings = Literals(quarry.strings | alive.keys())
    for rows in all_rows(session, but={person.candidate_id for person in people}):
        present = strings.present(rows.low)
        seen += rows.hits(quarry, present)
        if gone := present & alive.keys():
            alive = {word: owner for word, owner in alive.items() if word not in gone}
            strings = Literals(quarry.strings | alive.keys())
    picked: dict[int, list[Sought]] = {}
    for word, owner in alive.items():
        if len(own := picked.setdefault(owner, [])) < UNIQUE_WORDS:
            own.append(word_form(owner, word.decode()))
    return seen, [form for forms in picked.values() for form in forms]


def _words(people: Sequence[Traces]) -> dict[bytes, int]:
    """Give the long words of resumes by whose they are; those that two of the people have are nobody's own."""
    owners = [
        (word.encode(), one.candidate_id) for one in people for word in long_words(one.texts, WORDS_TRIED)
    ]
    times = Counter(word for word, _ in owners)
    return {word: owner for word, owner in owners if times[word] == 1}
