"""One candidate with all that is known beside the record itself: what the page about a person is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from talentpool.accounts.models import Recruiter
from talentpool.candidates.models import Application, Candidate, Merge
from talentpool.consent.models import LawfulBasis, PassOn, Suppression
from talentpool.consent.pass_on import load_pass_ons


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A candidate with all that is known beside the record itself."""

    candidate: Candidate
    bases: tuple[LawfulBasis, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    merges: tuple[Merge, ...] = ()  # that stand, the latest first
    pass_ons: tuple[PassOn, ...] = ()  # the newest first
    recruiter_names: Mapping[int, str] = field(default_factory=dict)


def find_person(
    session: Session, candidate_id: int, *, seen: ColumnElement[bool] | None = None
) -> Person | None:
    """Load one candidate with everything the page shows, in a fixed number of queries.

    `seen` is the condition on `Candidate` that leaves the people somebody may see; None leaves everybody.
    """
    wanted = select(Candidate).where(Candidate.id == candidate_id).options(*_everything())
    if seen is not None:
        wanted = wanted.where(seen)
    candidate = session.scalars(wanted).first()
    if candidate is None:
        return None
    bases = select(LawfulBasis).where(LawfulBasis.candidate_id == candidate_id)
    barred = select(Suppression).where(
        Suppression.candidate_id == candidate_id, Suppression.lifted_at.is_(None)
    )
    standing = select(Merge).where(Merge.survivor_id == candidate_id, Merge.undone_at.is_(None))
    merges = tuple(session.scalars(standing.order_by(Merge.id.desc())))
    pass_ons = tuple(load_pass_ons(session, candidate_id))
    return Person(
        candidate=candidate,
        merges=merges,
        pass_ons=pass_ons,
        bases=tuple(session.scalars(bases)),
        suppressions=tuple(session.scalars(barred)),
        recruiter_names=_recruiter_names(session, candidate, merges, pass_ons),
    )


def _everything() -> list[ExecutableOption]:
    loads = [selectinload(Candidate.applications).selectinload(Application.reason)]
    loads += [selectinload(Candidate.emails), selectinload(Candidate.phones), selectinload(Candidate.links)]
    loads += [selectinload(Candidate.resumes), selectinload(Candidate.facts)]
    loads += [selectinload(Candidate.contacts), selectinload(Candidate.notes)]
    return [*loads, selectinload(Candidate.promises)]


def _recruiter_names(
    session: Session, candidate: Candidate, merges: tuple[Merge, ...], pass_ons: tuple[PassOn, ...]
) -> dict[int, str]:
    ids = {candidate.owner_id, *(contact.recruiter_id for contact in candidate.contacts)}
    ids |= {note.recruiter_id for note in candidate.notes}
    ids |= {merge.merged_by for merge in merges}
    ids |= {promise.owner_id for promise in candidate.promises}
    ids |= {number for asked in pass_ons for number in (asked.asked_by, asked.passed_by)}
    rows = session.execute(select(Recruiter.id, Recruiter.name).where(Recruiter.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}
