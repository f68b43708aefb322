"""People as a hiring manager sees them: what their resumes say about the role and how it went with us.

No pay, no notes, no interviewers' words, no way to reach them, and no rank before the manager has answered.
Quoted lines are free of names, addresses and numbers that are recorded or labelled as personal.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentpool.candidates.blindness import SEES_NAMES, Blindness
from talentpool.candidates.models import Application, Candidate, Disposition, Stage
from talentpool.candidates.profiles import newest_resumes
from talentpool.candidates.wording import STAGE_WORDS, SourceWord, source_word
from talentpool.matching.evidence import best_lines
from talentpool.matching.settings import MatchingSettings
from talentpool.rediscovery.index_upkeep import IndexKeeper
from talentpool.rediscovery.marking import distinct_words
from talentpool.rediscovery.match_cards import BULLETS, MatchCard, RoleWords, name_of, place_of, words_found
from talentpool.rediscovery.models import ShortlistLink, ShortlistLinkPerson
from talentpool.rediscovery.results import cards, latest_run, view_run
from talentpool.rediscovery.shortlist_links import may_be_shown
from talentpool.rediscovery.weighed_roles import weighed_role
from talentpool.resumes.personal_lines import Personal, without_personal_lines
from talentpool.roles.models import Role

QUOTES = 3
WORDS = 6
SHORTEST_NAME = 2  # letters; a single initial stands in too many words


@dataclass(frozen=True, kw_only=True, slots=True)
class PastRole:
    """How far somebody got with one role, and as of when another system said so."""

    words: str
    told: SourceWord | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownPerson:
    """One person on the manager's page; `band` is empty until there is an answer."""

    candidate_id: int
    name: str
    headline: str | None
    place: str | None
    words: tuple[str, ...]
    missing: tuple[str, ...]
    quotes: tuple[str, ...]
    history: tuple[PastRole, ...]
    shown: ShortlistLinkPerson
    band: str | None


def shown_people(
    session: Session,
    keeper: IndexKeeper,
    link: ShortlistLink,
    *,
    now: datetime,
    blindness: Blindness = SEES_NAMES,
) -> list[ShownPerson]:
    """Give the people of a link in its order, without those who may be shown no more or are gone.

    Whoever reviews blind gets a list without names, whatever the link says.
    """
    ids = [one.candidate_id for one in link.people]
    people = _people(session, ids, today=now.date())
    found, role_words, settings = _cards(session, keeper, link.role_id, ids, now=now)
    resumes, hidden_roles = newest_resumes(session, ids), _other_confidential_roles(session, link.role_id)
    shown = []
    for one in link.people:
        person = people.get(one.candidate_id)
        if person is None:
            continue
        resume, card = resumes.get(person.id), found.get(person.id)
        text = without_personal_lines(resume.visible_text, _personal(person)) if resume else ""
        lines = best_lines(text, role_words.weights, settings, most=QUOTES) if role_words else ()
        told = [each for each in person.applications if each.role_id not in hidden_roles]
        is_unnamed = link.without_names or blindness.hides(person.id)
        shown.append(_shown(one, person, card, lines, told, without_name=is_unnamed))
    return shown


def _shown(
    one: ShortlistLinkPerson,
    person: Candidate,
    card: MatchCard | None,
    lines: Sequence[str],
    applications: Sequence[Application],
    *,
    without_name: bool,
) -> ShownPerson:
    hidden = _name_parts(person) if without_name else ()
    return ShownPerson(
        candidate_id=person.id,
        name=f"Person {one.position}" if without_name else name_of(person),
        headline=_without(person.headline or "", hidden) or None,
        place=None if without_name else place_of(person),
        words=distinct_words(words_found(card.receipt), most=WORDS) if card else (),
        missing=card.missing if card else (),
        quotes=tuple(_without(line.lstrip(BULLETS).rstrip(",; "), hidden) for line in lines),
        history=tuple(_history(applications)),
        shown=one,
        band=card.band if card and one.answer is not None else None,
    )


def _other_confidential_roles(session: Session, role_id: int) -> set[int]:
    """Find the roles of which a manager who is asked about this one is told nothing."""
    return set(session.scalars(select(Role.id).where(Role.is_confidential, Role.id != role_id)))


def _cards(
    session: Session, keeper: IndexKeeper, role_id: int, ids: Sequence[int], *, now: datetime
) -> tuple[dict[int, MatchCard], RoleWords | None, MatchingSettings]:
    run, settings = latest_run(session, role_id), keeper.settings(session)
    if run is None:
        return {}, None, settings
    found = cards(session, keeper, view_run(session, run, None), now=now, only=ids)
    role_words = RoleWords.of(weighed_role(run, settings), settings)
    return {card.candidate_id: card for card in found}, role_words, settings


def _people(session: Session, ids: Sequence[int], *, today: date) -> dict[int, Candidate]:
    wanted = (
        select(Candidate)
        .where(Candidate.id.in_(ids), may_be_shown(today))
        .options(
            selectinload(Candidate.applications),
            selectinload(Candidate.emails),
            selectinload(Candidate.phones),
        )
    )
    return {person.id: person for person in session.scalars(wanted)}


def _personal(person: Candidate) -> Personal:
    return Personal(
        name=person.full_name,
        emails=tuple(email.address for email in person.emails),
        phones=tuple(phone.number for phone in person.phones),
        street=person.street,
        postcode=person.postcode,
    )


def _history(applications: Sequence[Application]) -> list[PastRole]:
    """Tell how far somebody got and when; why it ended is between them and us."""
    newest_first = sorted(
        applications, key=lambda one: one.ended_on or one.applied_on or date.min, reverse=True
    )
    return [
        PastRole(words=_line(one), told=source_word(one))
        for one in newest_first
        if one.disposition is not None
    ]


def _line(application: Application) -> str:
    ended = application.ended_on or application.applied_on
    when = f", {ended:%b %Y}" if ended else ""
    if application.disposition is Disposition.HIRED or application.stage is Stage.HIRED:
        return f"{application.role_title}{when}: hired"
    return f"{application.role_title}{when}: {STAGE_WORDS[application.stage]}"


def _name_parts(person: Candidate) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[\s-]+", person.full_name) if len(part) >= SHORTEST_NAME)


def _without(text: str, parts: Sequence[str]) -> str:
    for part in parts:
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "–", text, flags=re.IGNORECASE)
    return text
