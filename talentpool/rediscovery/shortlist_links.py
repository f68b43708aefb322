"""Showing people of a short list to a hiring manager: whom, to which address, for how long, and what comes back.

A yes or a maybe stands as said. A no leaves the person out of the role with its reason, by the same feedback as
a recruiter's, so that it teaches the ranking and is taken back with one click.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, selectinload

from talentpool.accounts.audit import record_event
from talentpool.accounts.models import Recruiter
from talentpool.accounts.sign_in import email_key
from talentpool.candidates.models import Candidate
from talentpool.database import folded
from talentpool.errors import ConflictError, InvalidInputError, NotFoundError
from talentpool.rediscovery.exclusions import objected
from talentpool.rediscovery.feedback import (
    DISMISSAL_REASONS,
    dismiss,
    shortlist,
    shortlisted_ids,
    standing_feedback,
    undo,
    undo_alone,
)
from talentpool.rediscovery.models import (
    FeedbackKind,
    FeedbackScope,
    ManagerAnswer,
    MatchFeedback,
    ShortlistLink,
    ShortlistLinkPerson,
)
from talentpool.roles.models import Role, RoleState

MOST_PEOPLE = 12
USUAL_DAYS, LONGEST_DAYS = 14, 60
LONGEST_WORDS = 1_000
REASONS = {code: DISMISSAL_REASONS[code] for code in ("skills", "level", "location", "other")}
"""Why a manager says no; pay and whom we have asked are not theirs to judge."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Showing:
    """What a recruiter wants to show, to whom, and for how long."""

    address: str
    candidate_ids: tuple[int, ...]
    words: str = ""
    without_names: bool = False
    days: int = USUAL_DAYS


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a manager says of one person."""

    answer: ManagerAnswer
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownBefore:
    """How often somebody was shown to managers, and for which roles one said no, with the reason."""

    times: int
    declined: tuple[str, ...]


def may_be_shown(today: date) -> ColumnElement[bool]:
    """Give the condition on `Candidate` that leaves who may be shown outside: asked when shown and at each later look.

    Restricted people are not, nor whoever objected or took their consent back.
    """
    return and_(~Candidate.is_restricted, Candidate.id.not_in(objected(today)))


def show_to(
    session: Session, role: Role, showing: Showing, *, recruiter_id: int | None, now: datetime
) -> ShortlistLink:
    """Keep that people are shown; raises InvalidInputError for nobody, too many, or whoever may not be shown."""
    ids = tuple(dict.fromkeys(showing.candidate_ids))
    if not 1 <= len(ids) <= MOST_PEOPLE:
        raise InvalidInputError(f"Choose 1 to {MOST_PEOPLE} people to show; you chose {len(ids)}.")
    if not 1 <= showing.days <= LONGEST_DAYS:
        raise InvalidInputError(f"A link works for 1 to {LONGEST_DAYS} days, not for {showing.days}.")
    _refuse_hidden(session, role.id, ids, today=now.date())
    link = ShortlistLink(
        role_id=role.id,
        address=showing.address,
        address_key=email_key(showing.address),
        words=showing.words.strip()[:LONGEST_WORDS] or None,
        without_names=showing.without_names,
        sent_by=recruiter_id,
        created_at=now,
        expires_at=now + timedelta(days=showing.days),
        people=[ShortlistLinkPerson(candidate_id=one, position=place) for place, one in enumerate(ids, 1)],
    )
    session.add(link)
    session.flush()
    for one in ids:
        _audit(session, "candidate_shown", one, link, recruiter_id=recruiter_id, now=now)
    return link


def find_link(session: Session, link_id: int, *, to_write: bool = False) -> ShortlistLink | None:
    """Find a link with its people; to write in it, nobody else may meanwhile."""
    wanted = (
        select(ShortlistLink)
        .where(ShortlistLink.id == link_id)
        .options(selectinload(ShortlistLink.people))
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted.with_for_update() if to_write else wanted).first()


def still_shown(session: Session, link: ShortlistLink, *, today: date) -> list[ShortlistLinkPerson]:
    """List whom a link shows today, in its order."""
    ids = [one.candidate_id for one in link.people]
    wanted = select(Candidate.id).where(Candidate.id.in_(ids), may_be_shown(today))
    shown = set(session.scalars(wanted))
    return [one for one in link.people if one.candidate_id in shown]


def links_of(session: Session, role_id: int) -> list[ShortlistLink]:
    """List what was shown for a role, the newest first."""
    wanted = (
        select(ShortlistLink)
        .where(ShortlistLink.role_id == role_id)
        .options(selectinload(ShortlistLink.people))
        .order_by(ShortlistLink.id.desc())
    )
    return list(session.scalars(wanted))


def why_closed(session: Session, link: ShortlistLink, *, now: datetime) -> str | None:
    """Say in one sentence why a link does not work any more; None while it does."""
    sender = session.get(Recruiter, link.sent_by) if link.sent_by is not None else None
    who = sender.name if sender is not None else "whoever sent it"
    if link.revoked_at is not None:
        return f"This link was taken back on {_day(link.revoked_at)}; ask {who} if you still need it."
    if link.expires_at <= now:
        return f"This link worked until {_day(link.expires_at)}; ask {who} for a new one."
    if session.get_one(Role, link.role_id).state is RoleState.CLOSED:
        return f"This role has been closed, so nothing is asked any more; {who} knows how it ended."
    return None


def revoke(session: Session, link: ShortlistLink, *, recruiter_id: int | None, now: datetime) -> None:
    """Take a link back: it stops working at once; what was answered stays."""
    if link.revoked_at is None:
        link.revoked_at = now
        record_event(
            session,
            "short_list_revoked",
            object_kind="role",
            object_id=link.role_id,
            recruiter_id=recruiter_id,
            now=now,
            details={"link_id": link.id},
        )
        session.flush()


def record_said(
    session: Session, link: ShortlistLink, candidate_id: int, said: Said, *, now: datetime
) -> ShortlistLinkPerson:
    """Record what a manager says of one person.

    Raises NotFoundError for somebody who was not shown, InvalidInputError for a no without a reason, and
    ConflictError for a second answer, which changes nothing.
    """
    may_see = still_shown(session, link, today=now.date())
    shown = next((one for one in may_see if one.candidate_id == candidate_id), None)
    if shown is None:
        raise NotFoundError("This person is not among those shown here.")
    if shown.answer is not None and shown.answered_at is not None:
        raise ConflictError(
            f"You answered this on {_day(shown.answered_at)}: {shown.answer}. Whoever sent you the list can take it back."
        )
    if said.answer is ManagerAnswer.NO and said.reason not in REASONS:
        raise InvalidInputError(f"Say why not: {', '.join(REASONS.values())}.")
    shown.answer, shown.answered_at = said.answer, now
    shown.reason = said.reason if said.answer is ManagerAnswer.NO else None
    shown.words = said.words.strip()[:LONGEST_WORDS] or None
    shown.feedback_id = _teach(session, link, shown, now=now)
    _audit(session, f"manager_said_{said.answer}", candidate_id, link, recruiter_id=link.sent_by, now=now)
    session.flush()
    return shown


def take_answer_back(
    session: Session, role_id: int, shown_id: int, *, recruiter_id: int | None, now: datetime
) -> ShortlistLinkPerson:
    """Take back what a manager said: the person is asked about again, and back where they were unless another no stands."""
    shown = session.get(ShortlistLinkPerson, shown_id, with_for_update=True)
    link = session.get(ShortlistLink, shown.link_id) if shown is not None else None
    if shown is None or link is None or link.role_id != role_id or shown.answer is None:
        raise NotFoundError("There is no answer to take back here any more.")
    if shown.feedback_id is not None:
        undo_alone(session, shown.feedback_id, recruiter_id=recruiter_id, now=now)
        if _was_taken_off_by_a_no(session, role_id, shown.candidate_id):
            shortlist(session, role_id, shown.candidate_id, recruiter_id=recruiter_id, now=now)
    shown.answer = shown.reason = shown.words = shown.answered_at = shown.feedback_id = None
    session.flush()
    return shown


def _was_taken_off_by_a_no(session: Session, role_id: int, candidate_id: int) -> bool:
    """Say whether nobody's no stands, and one ended the last entry on the short list: it ended at the very moment."""
    about = (MatchFeedback.role_id == role_id, MatchFeedback.candidate_id == candidate_id)
    noes = session.execute(
        select(MatchFeedback.created_at, MatchFeedback.undone_at).where(
            *about, MatchFeedback.kind == FeedbackKind.DISMISSED
        )
    ).all()
    entries = select(MatchFeedback.undone_at).where(*about, MatchFeedback.kind == FeedbackKind.SHORTLISTED)
    ended_at = session.scalars(entries.order_by(MatchFeedback.id.desc()).limit(1)).first()
    stands = any(undone_at is None for _, undone_at in noes)
    return not stands and ended_at in [created_at for created_at, _ in noes]


def shown_before(
    session: Session, candidate_ids: Sequence[int], *, roles: ColumnElement[bool]
) -> dict[int, ShownBefore]:
    """Count how often people were shown, for roles that may be seen, and tell who declined them and why."""
    wanted = (
        select(ShortlistLinkPerson, Role.title)
        .join(ShortlistLink, ShortlistLink.id == ShortlistLinkPerson.link_id)
        .join(Role, Role.id == ShortlistLink.role_id)
        .where(ShortlistLinkPerson.candidate_id.in_(candidate_ids), roles)
        .order_by(ShortlistLinkPerson.id)
    )
    times: dict[int, int] = defaultdict(int)
    declined: dict[int, list[str]] = defaultdict(list)
    for shown, title in session.execute(wanted):
        times[shown.candidate_id] += 1
        if shown.answer is ManagerAnswer.NO:
            why = REASONS.get(shown.reason or "", "no reason")
            declined[shown.candidate_id].append(f"{title}: {folded(why)}")
    return {one: ShownBefore(times=number, declined=tuple(declined[one])) for one, number in times.items()}


def _refuse_hidden(session: Session, role_id: int, ids: Sequence[int], *, today: date) -> None:
    listed = set(shortlisted_ids(session, role_id))
    unwilling = set(session.scalars(objected(today).where(Candidate.id.in_(ids))))
    wanted = select(Candidate.id, Candidate.full_name, Candidate.is_restricted).where(Candidate.id.in_(ids))
    people = {row.id: row for row in session.execute(wanted)}
    for one in ids:
        if one not in people or one not in listed:
            raise InvalidInputError("Only people on the short list can be shown; load the page again.")
        if people[one].is_restricted:
            raise InvalidInputError(
                f"{people[one].full_name} may be seen by few people only; talk about them in person instead."
            )
        if one in unwilling:
            raise InvalidInputError(
                f"{people[one].full_name} objected or took the consent back, so they are shown to nobody; leave them out."
            )


def _teach(session: Session, link: ShortlistLink, shown: ShortlistLinkPerson, *, now: datetime) -> int | None:
    """Let a no act as a recruiter's does: off the short list, and out of the role for its reason."""
    if shown.answer is not ManagerAnswer.NO:
        return None
    standing = standing_feedback(session, link.role_id, shown.candidate_id, FeedbackKind.SHORTLISTED)
    if standing is not None:
        undo(session, standing.id, recruiter_id=link.sent_by, now=now)
    feedback = dismiss(
        session,
        link.role_id,
        shown.candidate_id,
        reason=shown.reason or "other",
        scope=FeedbackScope.THIS_ROLE,
        recruiter_id=link.sent_by,
        now=now,
        words=shown.words,
    )
    return feedback.id


def _audit(
    session: Session,
    action: str,
    candidate_id: int,
    link: ShortlistLink,
    *,
    recruiter_id: int | None,
    now: datetime,
) -> None:
    record_event(
        session,
        action,
        object_kind="candidate",
        object_id=candidate_id,
        recruiter_id=recruiter_id,
        now=now,
        details={"role_id": link.role_id, "link_id": link.id},
    )


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
