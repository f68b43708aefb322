"""Everybody's name, folded, in one text and in order: what a search of the pool looks names up in.

Reading 100,000 names takes longer than searching them, so each process keeps the last list, for as long as
the marks that every change of a candidate leaves stay the same.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, String, cast, func, select
from sqlalchemy.orm import Session

from talentpool.candidates.models import Candidate, CandidateChange
from talentpool.database import folded

State = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PoolNames:
    """Ids in the order of names, those without one last; the names, a line each; and where the lines begin."""

    ids: NDArray[np.int64]
    lines: str
    starts: NDArray[np.int64]

    def having(self, wording: str, *, is_whole: bool) -> NDArray[np.int64]:
        """Give the ids of names with words that begin like this, or are just these; in order."""
        wanted = " " + _spaced(folded(wording)) + (" " if is_whole else "")
        found, place = [], self.lines.find(wanted) if wanted.strip() else -1
        while place >= 0:
            found.append(place)
            place = self.lines.find(wanted, place + 1)
        numbers = np.searchsorted(self.starts, np.array(found, np.int64), side="right") - 1
        return self.ids[np.unique(numbers)]


_KEPT: WeakKeyDictionary[Engine, tuple[State, PoolNames]] = WeakKeyDictionary()


def pool_names(session: Session) -> PoolNames:
    """Give the names as this session sees them."""
    engine, state = session.get_bind(), _state(session)
    kept = _KEPT.get(engine) if isinstance(engine, Engine) else None
    if kept is not None and kept[0] == state:
        return kept[1]
    names = _read(session)
    if isinstance(engine, Engine) and not session.new and not session.dirty:
        _KEPT[engine] = (state, names)
    return names


def _state(session: Session) -> State:
    newest = select(func.max(CandidateChange.id)).scalar_subquery()
    count = select(func.count()).select_from(CandidateChange).scalar_subquery()  # on its own it reads no row
    found = session.execute(select(newest, count)).one()
    return found[0] or 0, found[1]


def _read(session: Session) -> PoolNames:
    people = select(Candidate.id, Candidate.folded_name)
    rows = people.order_by(Candidate.folded_name, Candidate.id).subquery()
    joined = select(
        func.aggregate_strings(cast(rows.c.id, String), ","),
        func.aggregate_strings(rows.c.folded_name, "\n"),
    )
    ids_text, names = session.execute(joined).one()
    ids = np.fromstring(ids_text, np.int64, sep=",") if ids_text else np.zeros(0, np.int64)
    lines = ["" if not name else f" {_spaced(name)} " for name in names.split("\n")] if len(ids) else []
    nameless = sum(not line for line in lines)  # an empty name comes first in every order of the database
    lines, ids = lines[nameless:] + lines[:nameless], np.roll(ids, -nameless)
    lengths = np.fromiter((len(line) + 1 for line in lines), np.int64, len(lines))
    return PoolNames(ids=ids, lines="\n".join(lines), starts=np.cumsum(lengths) - lengths)


def _spaced(name: str) -> str:
    return " ".join(name.replace("-", " ").split())
