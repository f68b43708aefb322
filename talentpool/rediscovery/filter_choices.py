"""What a ranked list can be narrowed to: the choices of each filter with their people, looked up when asked for.

What the matching index knows of everybody (bands, history, words) costs no query; the rest is one query a
filter, grouped in the database, whatever the length of the list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.candidates.contact_standings import ContactStanding, contact_standings
from talentpool.candidates.models import Application, Candidate, Contact, Promise, RejectionReason, Stage
from talentpool.candidates.pool_fields import applications_seen
from talentpool.candidates.promises import DUE_SOON_DAYS
from talentpool.candidates.search import FRESH_DAYS, stage_choices
from talentpool.candidates.whole_columns import day_number, newest_of_each, whole_columns
from talentpool.matching.accounts import Accounts
from talentpool.matching.index import PoolIndex
from talentpool.matching.receipt import Band
from talentpool.matching.role import phrase_hashes
from talentpool.matching.scan import rows_with_all
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.match_cards import RoleWords
from talentpool.rediscovery.match_filters import Choice, Chosen
from talentpool.rediscovery.models import Match
from talentpool.rediscovery.results import RunView
from talentpool.rediscovery.weighed_roles import weighed_role

Ids = NDArray[np.int64]

RATED_WELL = 0.75  # of 0..1: four of five steps
MOST_WORDS = 12
STANDING_WORDS = {
    ContactStanding.OK: "OK to contact",
    ContactStanding.RESTING: "resting after a contact",
    ContactStanding.NO_BASIS: "no legal basis recorded",
    ContactStanding.NO: "must not be contacted now",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class ListFacts:
    """What the choices of a list are looked up in."""

    session: Session
    index: PoolIndex
    settings: MatchingSettings
    view: RunView
    roles: ColumnElement[bool]  # those whose applications the viewer may see
    today: date
    chosen: Chosen


class FilterChoices:
    """Finds the choices of each filter of one list; called with the key of a filter."""

    def __init__(self, facts: ListFacts) -> None:
        self.facts, self.view = facts, facts.view
        self._order = np.argsort(self.view.ids, kind="stable")
        self._sorted = self.view.ids[self._order]
        self._rows = _rows_of(facts.index, self.view.ids)

    def __call__(self, key: str) -> Sequence[Choice]:
        """Give the choices of a filter that anybody in the list meets, and those that are on."""
        find: dict[str, Callable[[], Iterable[Choice]]] = {
            "band": self._bands, "silver": self._silver, "stage": self._stages, "rated": self._rated,
            "word": self._words, "new": self._new, "resume": self._resumes, "country": self._countries,
            "city": self._cities, "contact": self._contact, "without": self._reasons,
            "last_contact": self._last_contact, "promise": self._promises, "reason": self._reasons,
            "source": self._sources, "owner": self._owners,
        }  # fmt: skip
        on = self.facts.chosen.get(key, ())
        return [one for one in find[key]() if len(one.places) or one.value in on]

    def places(self, ids: Ids) -> Ids:
        """Find the places of people in the list; whoever is not in it is passed over."""
        if not len(ids) or not len(self._sorted):
            return np.empty(0, np.int64)
        found = np.minimum(np.searchsorted(self._sorted, ids), len(self._sorted) - 1)
        return np.sort(self._order[found[self._sorted[found] == ids]])

    def _of_rows(self, marks: NDArray[np.bool_]) -> Ids:
        """Find the places of people whose rows of the index are marked."""
        return np.flatnonzero((self._rows >= 0) & marks[self._rows]) if len(marks) else np.empty(0, np.int64)

    def _bands(self) -> Iterable[Choice]:
        facts, run = self.facts, self.view.run
        role = weighed_role(run, facts.settings)
        key = ("bands", run.id, facts.settings.fingerprint)
        found = facts.index.once(
            key, lambda: Accounts(facts.index, role, facts.settings, today=run.ran_at.date()).bands()
        )
        bands = np.where(self._rows >= 0, found[self._rows], np.int8(-1)) if len(found) else self._rows
        stored = facts.session.execute(
            select(Match.candidate_id, Match.band).where(Match.run_id == run.id)
        ).all()
        for number, band in enumerate(Band):  # as it was when the role was matched, which its card says
            ids = [candidate_id for candidate_id, was in stored if was == band]
            bands[self.places(_array(ids))] = number
        for number, band in enumerate(Band):
            yield Choice(
                value=band.value, label=band.value.capitalize(), places=np.flatnonzero(bands == number)
            )

    def _silver(self) -> Iterable[Choice]:
        marks = self.facts.index.history("silver_medalist").astype(bool)
        yield Choice(value="yes", label="Silver medalist", places=self._of_rows(marks))

    def _stages(self) -> Iterable[Choice]:
        ranks = self.facts.index.history("stage_rank")
        for value, label in stage_choices():
            if Stage(value) is not Stage.HIRED:
                yield Choice(value=value, label=label, places=self._of_rows(ranks >= Stage(value).rank))

    def _rated(self) -> Iterable[Choice]:
        marks = np.nan_to_num(self.facts.index.history("rating")) >= RATED_WELL
        yield Choice(value="well", label="4 or 5 of 5", places=self._of_rows(marks))

    def _words(self) -> Iterable[Choice]:
        facts = self.facts
        words = RoleWords.of(weighed_role(self.view.run, facts.settings), facts.settings)
        asked = [required.any_of for required in words.requirements[:MOST_WORDS]]
        on = [tuple(value.split(" or ")) for value in facts.chosen.get("word", ())]
        for any_of in dict.fromkeys((*asked, *on)):
            each = [phrase_hashes(wording, facts.settings.text) for wording in any_of]
            marks = np.logical_or.reduce([rows_with_all(facts.index, hashes) for hashes in each])
            label = " or ".join(any_of)
            yield Choice(value=label, label=label, places=self._of_rows(marks))

    def _new(self) -> Iterable[Choice]:
        new = np.array(sorted(self.view.new_ids), np.int64)
        yield Choice(value="yes", label="New since I last looked", places=self.places(new))

    def _resumes(self) -> Iterable[Choice]:
        written = self.facts.index.history("resume_on")
        since = (self.facts.today - timedelta(days=FRESH_DAYS)).toordinal()
        yield Choice(value="fresh", label="within a year", places=self._of_rows(written >= since))
        older = (written > 0) & (written < since)
        yield Choice(value="older", label="older than a year", places=self._of_rows(older))
        yield Choice(value="none", label="none, or without a date", places=self._of_rows(written <= 0))

    def _countries(self) -> Iterable[Choice]:
        return self._by_column(Candidate.country)

    def _cities(self) -> Iterable[Choice]:
        return self._by_column(Candidate.city)

    def _sources(self) -> Iterable[Choice]:
        return self._by_column(func.coalesce(Candidate.came_through, Candidate.source))

    def _owners(self) -> Iterable[Choice]:
        names = select(Recruiter.id, Recruiter.name)
        by_id = dict(self.facts.session.execute(names).all())
        return self._by_column(Candidate.owner_id, by_id)

    def _contact(self) -> Iterable[Choice]:
        found = contact_standings(self.facts.session, self._sorted, today=self.facts.today)
        for standing, ids in found.items():
            yield Choice(value=standing.value, label=STANDING_WORDS[standing], places=self.places(ids))

    def _reasons(self) -> Iterable[Choice]:
        """Group people by the reason that their last application ended for."""
        people, day, row_id, reason = whole_columns(
            self.facts.session,
            Application.candidate_id,
            day_number(Application.ended_on, Application.applied_on),
            Application.id,
            func.coalesce(Application.reason_id, 0),
            where=(applications_seen(self.facts.roles),),
        )
        newest = newest_of_each(people, day, row_id)
        people, reason = people[newest], reason[newest]
        reasons = select(RejectionReason.id, RejectionReason.code, RejectionReason.label)
        for reason_id, code, label in self.facts.session.execute(reasons.order_by(RejectionReason.position)):
            yield Choice(value=code, label=label, places=self.places(people[reason == reason_id]))

    def _last_contact(self) -> Iterable[Choice]:
        since = datetime.combine(self.facts.today - timedelta(days=FRESH_DAYS), time(), UTC)
        is_recent = (func.max(Contact.at) >= since).label("is_recent")
        rows = select(Contact.candidate_id, is_recent).group_by(Contact.candidate_id).subquery()
        grouped = select(rows.c.is_recent, _joined(rows.c.candidate_id)).group_by(rows.c.is_recent)
        found = {bool(recent): places for recent, places in self._grouped(grouped).items()}
        nobody = np.empty(0, np.int64)
        recent, older = (self.places(found.get(one, nobody)) for one in (True, False))
        is_never = np.ones(len(self.view.ids), bool)
        is_never[recent] = is_never[older] = False
        never = np.flatnonzero(is_never)
        yield Choice(value="never", label="never", places=never)
        yield Choice(value="not_lately", label="none within a year", places=np.union1d(never, older))
        yield Choice(value="lately", label="within a year", places=recent)

    def _promises(self) -> Iterable[Choice]:
        soon = self.facts.today + timedelta(days=DUE_SOON_DAYS)
        is_open = and_(Promise.kept_at.is_(None), Promise.let_go_at.is_(None))
        rows = self.facts.session.execute(select(Promise.candidate_id, Promise.due_on).where(is_open)).all()
        due = {candidate_id for candidate_id, due_on in rows if due_on is not None and due_on <= soon}
        yield Choice(value="due", label="due within a week", places=self.places(_array(due)))
        yield Choice(value="open", label="open", places=self.places(_array({one for one, _due in rows})))

    def _by_column(self, column: Any, names: Mapping[Any, str] | None = None) -> Iterable[Choice]:
        """Group people by a column of theirs, the most frequent value first."""
        grouped = select(column, _joined(Candidate.id)).where(column.is_not(None)).group_by(column)
        found = [
            Choice(value=str(value), label=(names or {}).get(value, str(value)), places=self.places(ids))
            for value, ids in self._grouped(grouped).items()
            if value != ""
        ]
        return sorted(found, key=lambda choice: (-len(choice.places), choice.label))

    def _grouped(self, wanted: Select[Any]) -> dict[Any, Ids]:
        return {
            value: np.fromstring(joined, np.int64, sep=",")
            for value, joined in self.facts.session.execute(wanted)
        }


def _rows_of(index: PoolIndex, ids: Ids) -> Ids:
    """Find everybody's row of the index; -1 for whoever is not in it any more."""
    if not index.size:
        return np.full(len(ids), -1, np.int64)
    found = np.minimum(np.searchsorted(index.candidate_ids, ids), index.size - 1)
    return np.where(index.candidate_ids[found] == ids, index.rows_by_id[found], -1)


def _joined(column: Any) -> ColumnElement[str]:
    return func.aggregate_strings(cast(column, String), ",")


def _array(ids: Iterable[int]) -> Ids:
    return np.array(sorted(ids), np.int64)
