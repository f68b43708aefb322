"""Makes up how people's applications went: stages, endings, reasons, promises, consent.

The latest application follows the person's situation; the ones before it are ordinary. Every day
lies after the role was opened and not after the day the pool is made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from talentpool.sample_pool.material import Situation, earlier_situations
from talentpool.sample_pool.past_roles import Attempt, PastRole
from talentpool.sample_pool.wording import fill, with_capitals

CONSENTS = ("valid", "none", "valid", "expired", "none", "valid", "expired", "none")
_MORE_APPLICATIONS = (0, 0, 1, 0, 1, 2, 0, 1, 0, 3, 1, 0)
_DAYS_TO_THE_END = {
    "Applied": (2, 12),
    "Phone screen": (6, 18),
    "Interview": (14, 30),
    "Final round": (25, 45),
    "Offer": (30, 55),
    "Hired": (30, 55),
}
_CONSENT_DAYS = 730
_OLD_CONSENT_DAYS = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class PastApplication:
    """One application: to which role, when, how far it got, how and why it ended."""

    role: PastRole
    applied_on: date
    stage: str
    disposition: str
    reason: str
    note: str
    ended_on: date | None
    rating: int | None
    comments: str
    promise: str
    promise_due_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is on record about a person as a whole: consent, last contact, a wish to be left alone."""

    do_not_contact: bool
    consent_given_on: date | None
    consent_until: date | None
    contacted_on: date | None


def make_application(
    situation: Situation,
    attempt: Attempt,
    *,
    today: date,
    facts: Mapping[str, str],
    chance: Random,
) -> PastApplication:
    """Make up how the attempt went."""
    reason = chance.choice(situation.reasons)
    due_on = today + timedelta(days=chance.choice(situation.promise_due_in or [0]))
    told = {**facts, "next": facts["title"]}
    ended_on = _ended_on(situation, attempt.applied_on, today=today, chance=chance)
    promise = (
        fill(chance.choice(situation.promises), chance, facts=told) if ended_on and due_on > ended_on else ""
    )
    return PastApplication(
        role=attempt.role,
        applied_on=attempt.applied_on,
        stage=situation.stage,
        disposition=situation.disposition,
        reason=reason,
        note=fill(chance.choice(situation.notes), chance, facts=told),
        ended_on=ended_on,
        rating=chance.randint(*situation.rating) if situation.rating else None,
        comments=with_capitals(fill(chance.choice(situation.comments), chance, facts=told)),
        promise=promise,
        promise_due_on=due_on if promise and chance.random() < 0.9 else None,
    )


def earlier_days(number: int, latest_on: date, *, not_before: date, chance: Random) -> list[date]:
    """Give the days of up to three earlier applications, oldest first, none before the given day."""
    days = [latest_on]
    for _ in range(_MORE_APPLICATIONS[number % len(_MORE_APPLICATIONS)]):
        days.append(days[-1] - timedelta(days=chance.randrange(160, 620)))
    return sorted(day for day in days[1:] if day > not_before)


def earlier_situation(chance: Random) -> Situation:
    """Choose how an earlier application went."""
    return chance.choice(earlier_situations())


def make_standing(
    situation: Situation, number: int, *, latest: PastApplication, today: date, chance: Random
) -> Standing:
    """Make up what is on record about the person with that number since the latest application."""
    given_on, until = _consent(
        CONSENTS[number % len(CONSENTS)], latest.applied_on, today=today, chance=chance
    )
    ago = situation.contacted_ago
    contacted_on = today - timedelta(days=chance.randint(*ago)) if ago else latest.ended_on
    return Standing(
        do_not_contact=situation.do_not_contact,
        consent_given_on=given_on,
        consent_until=until,
        contacted_on=contacted_on if ago or number % 4 else None,
    )


def _ended_on(situation: Situation, applied_on: date, *, today: date, chance: Random) -> date | None:
    if not situation.disposition:
        return None
    return min(
        applied_on + timedelta(days=chance.randint(*_DAYS_TO_THE_END[situation.stage])),
        today - timedelta(days=1),
    )


def _consent(kind: str, applied_on: date, *, today: date, chance: Random) -> tuple[date | None, date | None]:
    if kind == "valid":
        renewed_on = today - timedelta(days=chance.randrange(20, 400))
        given_on = max(applied_on, renewed_on)
        return given_on, given_on + timedelta(days=_CONSENT_DAYS)
    until = applied_on + timedelta(days=_OLD_CONSENT_DAYS)
    return (applied_on, until) if kind == "expired" and until < today else (None, None)
