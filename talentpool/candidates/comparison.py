"""Reads what is compared of people, many at once, and judges pairs of them; a fixed number of queries a batch."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from talentpool.candidates.identity import fold
from talentpool.candidates.identity_keys import employers_of
from talentpool.candidates.likeness import Judgement, Key, PersonFacts, judge
from talentpool.candidates.models import Candidate, CandidateEmail, CandidateLink, CandidatePhone, Resume
from talentpool.candidates.names import count_people
from talentpool.database import many

MOST_HOLDERS = 12  # of one address whose names are looked at; three people are too many already
Pair = tuple[int, int]
_KEYS: dict[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "email": (CandidateEmail.candidate_id, CandidateEmail.address_key),
    "phone": (CandidatePhone.candidate_id, CandidatePhone.number_key),
    "url": (CandidateLink.candidate_id, CandidateLink.url_key),
    "resume": (Resume.candidate_id, Resume.content_hash),
}


def load_facts(session: Session, candidate_ids: Iterable[int]) -> dict[int, PersonFacts]:
    """Load what is compared of these people; who is not there any more is left out."""
    facts: dict[int, PersonFacts] = {}
    for batch in many(sorted(set(candidate_ids))):
        keys = {kind: _keys_of(session, kind, batch) for kind in _KEYS}
        wanted = select(
            Candidate.id, Candidate.full_name, Candidate.headline, Candidate.postcode, Candidate.city
        ).where(Candidate.id.in_(batch))
        for row in session.execute(wanted):
            facts[row.id] = PersonFacts(
                name=row.full_name,
                emails=keys["email"].get(row.id, frozenset()),
                phones=keys["phone"].get(row.id, frozenset()),
                urls=keys["url"].get(row.id, frozenset()),
                resumes=keys["resume"].get(row.id, frozenset()),
                employers=employers_of(row.headline),
                headline=fold(row.headline or "").strip(),
                postcode=fold(row.postcode or "").replace(" ", ""),
                city=fold(row.city or "").strip(),
            )
    return facts


def judge_pairs(session: Session, pairs: Collection[Pair]) -> Iterator[tuple[Pair, Judgement]]:
    """Judge pairs of people, each by itself but with everybody counted who has what they share."""
    facts = load_facts(session, {candidate_id for pair in pairs for candidate_id in pair})
    there = [pair for pair in pairs if pair[0] in facts and pair[1] in facts]
    shared = {key for one, other in there for key in facts[one].contact_keys() & facts[other].contact_keys()}
    people = _people_by_key(session, shared)
    for one, other in there:
        yield (one, other), judge(facts[one], facts[other], people)


def _keys_of(session: Session, kind: str, batch: list[int]) -> dict[int, frozenset[str]]:
    owner, key = _KEYS[kind]
    found: dict[int, set[str]] = {}
    for candidate_id, value in session.execute(select(owner, key).where(owner.in_(batch))):
        found.setdefault(candidate_id, set()).add(value)
    return {candidate_id: frozenset(values) for candidate_id, values in found.items()}


def _people_by_key(session: Session, keys: Collection[Key]) -> dict[Key, int]:
    """Count the people behind each key by their names, a dozen holders at most."""
    names: dict[Key, list[str]] = {}
    for kind in ("email", "phone", "url"):
        values = sorted(value for each, value in keys if each == kind)
        for batch in many(values):
            for value, name in session.execute(_holders(kind, batch)):
                names.setdefault((kind, value), []).append(name)
    return {key: count_people(held_by) for key, held_by in names.items()}


def _holders(kind: str, values: list[str]) -> Any:
    owner, key = _KEYS[kind]
    place = func.row_number().over(partition_by=key, order_by=owner).label("place")
    held = select(key.label("value"), Candidate.full_name.label("name"), place)
    rows = held.join(Candidate, Candidate.id == owner).where(key.in_(values)).subquery()
    return select(rows.c.value, rows.c.name).where(rows.c.place <= MOST_HOLDERS)
