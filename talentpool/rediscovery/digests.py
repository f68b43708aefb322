"""Digests to colleagues: who wants what is new by mail, how often for which role, and that each was sent at most once.

A digest is claimed for its recruiter and day before it leaves. One whose sender died is `unknown` and counts as told:
it may have arrived, and is never sent again by itself. One that certainly did not arrive leaves its news for the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from talentpool.accounts.models import Recruiter
from talentpool.accounts.permissions import Viewer
from talentpool.database import add_unless_there
from talentpool.rediscovery.changes import Kind
from talentpool.rediscovery.models import Digest, DigestChoice, DigestPace, DigestState, RoleDigest
from talentpool.rediscovery.news import RoleNews, role_news

ARRIVED = (DigestState.SENT, DigestState.UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """Promises of one recruiter: how many are overdue and due this week, and whether one's day is today or was yesterday."""

    overdue: int = 0
    due_soon: int = 0
    is_pressing: bool = False


def wants_mail(session: Session, recruiter_id: int) -> bool:
    """Say whether somebody asked for digests by mail."""
    choice = session.get(DigestChoice, recruiter_id)
    return choice is not None and choice.by_mail


def paces(session: Session, recruiter_id: int) -> dict[int, RoleDigest]:
    """Give what somebody chose, and what they were told, by role."""
    wanted = select(RoleDigest).where(RoleDigest.recruiter_id == recruiter_id)
    return {one.role_id: one for one in session.scalars(wanted)}


def choose(
    session: Session, recruiter_id: int, *, by_mail: bool, pace_by_role: Mapping[int, DigestPace]
) -> None:
    """Keep what somebody wants by mail."""
    choice = session.get(DigestChoice, recruiter_id) or DigestChoice(recruiter_id=recruiter_id)
    choice.by_mail = by_mail
    session.add(choice)
    for role_id, pace in pace_by_role.items():
        _role_digest(session, recruiter_id, role_id).how_often = pace
    session.flush()


def recruiters_to_tell(session: Session, today: date) -> list[int]:
    """List who wants digests by mail and has had none today."""
    told = select(Digest.recruiter_id).where(Digest.on_day == today)
    wanted = (
        select(Recruiter.id)
        .join(DigestChoice, DigestChoice.recruiter_id == Recruiter.id)
        .where(DigestChoice.by_mail, Recruiter.disabled_at.is_(None), Recruiter.id.not_in(told))
    )
    return list(session.scalars(wanted.order_by(Recruiter.id)))


def begins_a_week(today: date, last: date | None) -> bool:
    """Say whether the digests of a day are the first of their week, the ones before having gone on `last`."""
    monday = today - timedelta(days=today.weekday())
    return today == monday if last is None else last < monday


def due_news(session: Session, viewer: Viewer, *, is_weekly: bool) -> list[RoleNews]:
    """Gather what somebody is to be told by mail: daily roles, and once a week also the weekly ones."""
    chosen = paces(session, viewer.recruiter_id)
    due = {DigestPace.DAILY, DigestPace.WEEKLY} if is_weekly else {DigestPace.DAILY}
    return [
        news
        for news in role_news(session, viewer, told=chosen)
        if news.role.id not in chosen or chosen[news.role.id].how_often in due
    ]


def claim_digest(
    session: Session, recruiter_id: int, news: Sequence[RoleNews], *, today: date, now: datetime
) -> Digest | None:
    """Claim somebody's digest of a day; None when it was claimed before. The caller commits before it leaves."""
    digest = Digest(
        recruiter_id=recruiter_id,
        on_day=today,
        state=DigestState.SENDING,
        told=[{"role_id": one.role.id, "run_id": one.run_id} for one in news],
        created_at=now,
    )
    return digest if add_unless_there(session, digest) else None


def end_digest(
    session: Session, digest_id: int, state: DigestState, *, problem: str | None, now: datetime
) -> None:
    """Record what became of a digest; whatever may have arrived counts as told."""
    digest = session.get_one(Digest, digest_id, with_for_update=True)
    digest.state, digest.problem = state, problem[:500] if problem else None
    digest.sent_at = now if state is DigestState.SENT else None
    if state in ARRIVED:
        for part in digest.told:
            _note_told(session, digest.recruiter_id, part, at=digest.created_at)
    session.flush()


def give_back_digest(session: Session, digest_id: int) -> None:
    """Take back the claim of a digest that certainly did not arrive, so that it is tried again the same day."""
    session.delete(session.get_one(Digest, digest_id, with_for_update=True))
    session.flush()


def give_up_abandoned(session: Session, *, now: datetime) -> int:
    """Mark digests whose sender died as unknown; gives how many those were."""
    left = session.scalars(select(Digest.id).where(Digest.state == DigestState.SENDING)).all()
    for digest_id in left:
        words = "The sender ended while this was being sent; it may or may not have arrived."
        end_digest(session, digest_id, DigestState.UNKNOWN, problem=words, now=now)
    return len(left)


def digest_letter(news: Sequence[RoleNews], reminder: Reminder, *, public_url: str) -> tuple[str, str]:
    """Write the subject and the text of a digest: counts and links, no candidate's name."""
    parts = [f"{one.role.title}\n{_told_of(one)}\n{public_url}/roles/{one.role.id}" for one in news]
    if reminder.overdue or reminder.due_soon:
        words = f"{reminder.overdue} overdue, {reminder.due_soon} due within a week"
        parts.append(f"Promises to candidates: {words}\n{public_url}/promises")
    parts.append(f"What you get by mail, and how often: {public_url}/account/digests")
    about = f"{len(news)} of your roles" if len(news) > 1 else news[0].role.title if news else "promises due"
    return f"What is new: {about}", "\n\n".join(parts) + "\n"


def _told_of(news: RoleNews) -> str:
    if news.run_id is None:
        return f"{news.shared} newly on the short list"
    words = {
        Kind.NEW: "new among the first 200", Kind.UP: "moved up", Kind.DOWN: "moved down", Kind.GONE: "gone",
    }  # fmt: skip
    return ", ".join(f"{news.count(kind)} {word}" for kind, word in words.items() if news.count(kind))


def _note_told(session: Session, recruiter_id: int, part: Mapping[str, Any], *, at: datetime) -> None:
    kept = _role_digest(session, recruiter_id, int(part["role_id"]))
    kept.told_run_id, kept.told_at = part["run_id"], at


def _role_digest(session: Session, recruiter_id: int, role_id: int) -> RoleDigest:
    kept = session.get(RoleDigest, (role_id, recruiter_id))
    if kept is None:
        kept = RoleDigest(role_id=role_id, recruiter_id=recruiter_id, how_often=DigestPace.DAILY)
        session.add(kept)
    return kept
