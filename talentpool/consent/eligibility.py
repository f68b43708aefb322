"""May we write to this person now? One pure rule, asked by the list, the composer and the sender.

It says what is on record, in words, and never gives a bare green light.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from talentpool.consent.models import Basis

BASIS_WORDS = {
    Basis.CONSENT: "consent",
    Basis.LEGITIMATE_INTEREST: "legitimate interest",
    Basis.CONTRACT: "a contract",
    Basis.LEGAL: "a legal duty",
}


class ContactKind(StrEnum):
    """How an answer is coloured: may, not now, must not, or nobody knows."""

    OK = "ok"
    WAIT = "wait"
    NO = "no"
    UNKNOWN = "unknown"


class Refusal(StrEnum):
    """Why a message must not go now."""

    DO_NOT_CONTACT = "do_not_contact"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    NO_BASIS = "no_basis"
    RESTING = "resting"


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRecord:
    """What we know that bears on writing to one person."""

    asked_not_to: bool = False
    basis: Basis | None = None  # the best one on record, standing or not
    basis_until: date | None = None
    basis_withdrawn: bool = False
    last_unasked_on: date | None = None
    last_unasked_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPolicy:
    """What the organisation has chosen."""

    cool_down_days: int
    basis_required: bool
    consent_ends_soon_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactState:
    """The answer: its colour, the sentence for the screen, and the refusal if there is one."""

    kind: ContactKind
    words: str
    refusal: Refusal | None = None


def contact_state(record: ContactRecord, policy: ContactPolicy, *, today: date) -> ContactState:
    """Say whether this person may be written to today, and what is on record."""
    if record.asked_not_to:
        return ContactState(
            kind=ContactKind.NO, words="Asked not to be contacted", refusal=Refusal.DO_NOT_CONTACT
        )
    if record.basis_withdrawn:
        return ContactState(
            kind=ContactKind.NO, words="Consent was withdrawn", refusal=Refusal.CONSENT_WITHDRAWN
        )
    if record.last_unasked_on and (resting := _resting(record, policy, today)):
        return resting
    if record.basis is None:
        return _without_basis(policy)
    return _with_basis(record, record.basis, policy, today)


def _resting(record: ContactRecord, policy: ContactPolicy, today: date) -> ContactState | None:
    assert record.last_unasked_on is not None  # noqa: S101 - the caller has looked
    rests_until = record.last_unasked_on + timedelta(days=policy.cool_down_days)
    if today >= rests_until:
        return None
    days = (today - record.last_unasked_on).days
    when = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    by = f" by {record.last_unasked_by}" if record.last_unasked_by else ""
    return ContactState(
        kind=ContactKind.WAIT,
        words=f"Contacted {when}{by}, rests until {day(rests_until)}",
        refusal=Refusal.RESTING,
    )


def _without_basis(policy: ContactPolicy) -> ContactState:
    refusal = Refusal.NO_BASIS if policy.basis_required else None
    return ContactState(kind=ContactKind.UNKNOWN, words="No legal basis recorded", refusal=refusal)


def _with_basis(record: ContactRecord, basis: Basis, policy: ContactPolicy, today: date) -> ContactState:
    name = BASIS_WORDS[basis]
    if record.basis_until is None:
        return ContactState(kind=ContactKind.OK, words=f"OK to contact: {name}")
    if record.basis_until < today:
        ended = f"{name.capitalize()} ended {day(record.basis_until)}"
        return ContactState(kind=ContactKind.WAIT, words=ended, refusal=Refusal.CONSENT_EXPIRED)
    left = (record.basis_until - today).days
    if left <= policy.consent_ends_soon_days:
        words = f"{name.capitalize()} ends {'today' if left == 0 else f'in {left} days'}"
        return ContactState(kind=ContactKind.WAIT, words=words)
    return ContactState(kind=ContactKind.OK, words=f"OK to contact: {name} until {day(record.basis_until)}")


def day(value: date) -> str:
    """Write a date the way the screens do: 3 Feb 2027."""
    return f"{value.day} {value:%b %Y}"
