"""May we write to this person now? One pure rule, asked by the list, the composer, the outbox and the sender.

It names every refusal there is, says what is on record in words, and never gives a bare green light.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from talentpool.consent.models import Basis, HoldKind

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


class MessagePurpose(StrEnum):
    """What a message is: unasked, part of a conversation, or about the person's own data and applications."""

    FIRST_CONTACT = "first_contact"
    ANSWER = "answer"
    SERVICE = "service"


class Refusal(StrEnum):
    """Why a message must not go now; the order is the order in which they are named."""

    ERASED = "erased"
    DO_NOT_CONTACT = "do_not_contact"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ACCESS_REQUEST_OPEN = "access_request_open"
    RESTING = "resting"
    NO_BASIS = "no_basis"
    CONSENT_EXPIRED = "consent_expired"
    NOTICE_REQUIRED = "notice_required"
    FEE_PROTECTED = "fee_protected"
    IN_PROCESS_ELSEWHERE = "in_process_elsewhere"
    ASKED_THIS_ROUND = "asked_this_round"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    NO_ADDRESS = "no_address"


# Nobody overrides these, whatever a policy says: the person's own word, or the law's.
NEVER_OVERRIDDEN = frozenset(
    {
        Refusal.ERASED,
        Refusal.DO_NOT_CONTACT,
        Refusal.CONSENT_WITHDRAWN,
        Refusal.ACCESS_REQUEST_OPEN,
        Refusal.ANSWERED,
        Refusal.NO_ADDRESS,
    }
)
# A letter about the person's own data or application is not held back by what guards unasked contact.
SERVICE_HEEDS = frozenset({Refusal.ERASED, Refusal.DO_NOT_CONTACT, Refusal.NO_ADDRESS})
# Nobody is asked whether we may keep them after they said no.
QUESTION_HEEDS = SERVICE_HEEDS | {Refusal.CONSENT_WITHDRAWN}
# Somebody who answered has opened a conversation: these speak of unasked contact only.
ANSWER_IGNORES = frozenset(
    {Refusal.RESTING, Refusal.ASKED_THIS_ROUND, Refusal.SNOOZED, Refusal.NO_BASIS, Refusal.CONSENT_EXPIRED}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactRecord:
    """What we know that bears on writing to one person about one role."""

    asked_not_to: bool = False
    asks_to_stop: bool = False  # in an answer that nobody has seen to yet
    has_answered: bool = False  # since the message that this one reminds of
    basis: Basis | None = None  # the best one on record, standing or not
    basis_until: date | None = None
    basis_withdrawn: bool = False
    last_unasked_on: date | None = None
    last_unasked_by: str | None = None
    erased: bool = False
    has_address: bool = True
    held: Mapping[HoldKind, date | None] = field(default_factory=dict)  # with the last day
    snoozed_until: date | None = None
    in_process_for: str | None = None  # the title of another role
    asked_for_role_on: date | None = None  # in this round of the role the message is about
    in_conversation: bool = False
    works_at: str | None = None  # the address is one of this employer, where the person works now


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPolicy:
    """What the organisation has chosen."""

    cool_down_days: int
    basis_required: bool
    consent_ends_soon_days: int
    overridable: frozenset[Refusal] = frozenset()
    conversation_days: int = 30
    freemail_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One refusal with its sentence for the screen."""

    refusal: Refusal
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactState:
    """The answer: its colour, the sentence for the screen, and the refusal if there is one."""

    kind: ContactKind
    words: str
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a message may go: what forbids it, what a recruiter overrode, and what to think about first.

    An answer to somebody with whom no conversation is open is an unasked message, whatever it is called.
    """

    refused: tuple[Refused, ...] = ()
    overridden: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()
    is_unasked: bool = True

    @property
    def may_go(self) -> bool:
        """Say whether nothing forbids it."""
        return not self.refused


def may_go(
    record: ContactRecord,
    policy: ContactPolicy,
    *,
    today: date,
    purpose: MessagePurpose = MessagePurpose.FIRST_CONTACT,
    overriding: frozenset[Refusal] = frozenset(),
    asks_to_keep: bool = False,
) -> Verdict:
    """Say whether this message may go now; `overriding` counts only where the policy allows it.

    `asks_to_keep` says that a letter about the person's own data asks whether we may keep them.
    """
    may_override = (overriding & policy.overridable) - NEVER_OVERRIDDEN
    heeded = _heeded(record, purpose, asks_to_keep=asks_to_keep)
    held = [one for one in refusals(record, policy, today=today) if one.refusal in heeded]
    return Verdict(
        refused=tuple(one for one in held if one.refusal not in may_override),
        overridden=tuple(one for one in held if one.refusal in may_override),
        warnings=_warnings(record, policy, today),
        is_unasked=purpose is not MessagePurpose.SERVICE and not _answers(record, purpose),
    )


def refusals(record: ContactRecord, policy: ContactPolicy, *, today: date) -> tuple[Refused, ...]:
    """Name everything that stands against an unasked message today, the weightiest first."""
    found = {refused.refusal: refused for refused in _refusals(record, policy, today)}
    return tuple(found[refusal] for refusal in Refusal if refusal in found)


def contact_state(record: ContactRecord, policy: ContactPolicy, *, today: date) -> ContactState:
    """Say whether this person may be written to today, and what is on record."""
    found = refusals(record, policy, today=today)
    if found:
        kind = _KINDS.get(found[0].refusal, ContactKind.WAIT)
        return ContactState(kind=kind, words=found[0].words, refusal=found[0].refusal)
    if record.basis is None:
        return ContactState(kind=ContactKind.UNKNOWN, words="No legal basis recorded")
    return _with_basis(record, record.basis, policy, today)


_KINDS = {
    Refusal.ERASED: ContactKind.NO,
    Refusal.DO_NOT_CONTACT: ContactKind.NO,
    Refusal.CONSENT_WITHDRAWN: ContactKind.NO,
    Refusal.ACCESS_REQUEST_OPEN: ContactKind.NO,
    Refusal.NO_BASIS: ContactKind.UNKNOWN,
}


def _heeded(record: ContactRecord, purpose: MessagePurpose, *, asks_to_keep: bool) -> frozenset[Refusal]:
    if purpose is MessagePurpose.SERVICE:
        return QUESTION_HEEDS if asks_to_keep else SERVICE_HEEDS
    return frozenset(Refusal) - (ANSWER_IGNORES if _answers(record, purpose) else frozenset())


def _answers(record: ContactRecord, purpose: MessagePurpose) -> bool:
    return purpose is MessagePurpose.ANSWER and record.in_conversation


def _refusals(record: ContactRecord, policy: ContactPolicy, today: date) -> Iterator[Refused]:
    yield from _by_their_word(record, today)
    yield from _by_basis(record, policy, today)
    yield from _by_contact(record, policy, today)
    if not record.has_address:
        yield Refused(refusal=Refusal.NO_ADDRESS, words="No e-mail address on file that works")


def _by_their_word(record: ContactRecord, today: date) -> Iterator[Refused]:
    if record.erased:
        yield Refused(refusal=Refusal.ERASED, words="Asked to be erased")
    if record.asks_to_stop:
        words = "Asks to stop in an answer that nobody has seen to yet"
        yield Refused(refusal=Refusal.DO_NOT_CONTACT, words=words)
    if record.asked_not_to:
        yield Refused(refusal=Refusal.DO_NOT_CONTACT, words="Asked not to be contacted")
    if record.basis_withdrawn:
        yield Refused(refusal=Refusal.CONSENT_WITHDRAWN, words="Consent was withdrawn")
    if _is_held(record, HoldKind.ACCESS_REQUEST, today):
        yield Refused(
            refusal=Refusal.ACCESS_REQUEST_OPEN, words="Asked to see the own data; that is answered first"
        )


def _by_basis(record: ContactRecord, policy: ContactPolicy, today: date) -> Iterator[Refused]:
    if record.basis is None and policy.basis_required:
        yield Refused(refusal=Refusal.NO_BASIS, words="No legal basis recorded")
    if record.basis is not None and record.basis_until is not None and record.basis_until < today:
        words = f"{BASIS_WORDS[record.basis].capitalize()} ended {day(record.basis_until)}"
        yield Refused(refusal=Refusal.CONSENT_EXPIRED, words=words)
    if _is_held(record, HoldKind.NOTICE_REQUIRED, today):
        yield Refused(refusal=Refusal.NOTICE_REQUIRED, words="Has to be told first how we use the data")


def _by_contact(record: ContactRecord, policy: ContactPolicy, today: date) -> Iterator[Refused]:
    if words := _resting(record, policy, today):
        yield Refused(refusal=Refusal.RESTING, words=words)
    if _is_held(record, HoldKind.FEE_PROTECTED, today):
        last = record.held[HoldKind.FEE_PROTECTED]
        until = f" until {day(last)}" if last is not None else ""
        words = f"An agency's fee is protected{until}"
        yield Refused(refusal=Refusal.FEE_PROTECTED, words=words)
    if record.has_answered:
        yield Refused(refusal=Refusal.ANSWERED, words="Has answered; there is nothing to remind of")
    if record.in_process_for is not None:
        yield Refused(
            refusal=Refusal.IN_PROCESS_ELSEWHERE, words=f"In process now for {record.in_process_for}"
        )
    if record.asked_for_role_on is not None:
        words = f"Already asked about this role on {day(record.asked_for_role_on)}"
        yield Refused(refusal=Refusal.ASKED_THIS_ROUND, words=words)
    if record.snoozed_until is not None and record.snoozed_until > today:
        yield Refused(refusal=Refusal.SNOOZED, words=f"Snoozed until {day(record.snoozed_until)}")


def _is_held(record: ContactRecord, kind: HoldKind, today: date) -> bool:
    last = record.held.get(kind)
    return kind in record.held and (last is None or last >= today)


def _resting(record: ContactRecord, policy: ContactPolicy, today: date) -> str | None:
    if record.last_unasked_on is None:
        return None
    rests_until = record.last_unasked_on + timedelta(days=policy.cool_down_days)
    if today >= rests_until:
        return None
    days = (today - record.last_unasked_on).days
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    by = f" by {record.last_unasked_by}" if record.last_unasked_by else ""
    return f"Contacted {when}{by}, rests until {day(rests_until)}"


def _with_basis(record: ContactRecord, basis: Basis, policy: ContactPolicy, today: date) -> ContactState:
    name = BASIS_WORDS[basis]
    if record.basis_until is None:
        return ContactState(kind=ContactKind.OK, words=f"OK to contact: {name}")
    left = (record.basis_until - today).days
    if left <= policy.consent_ends_soon_days:
        return ContactState(kind=ContactKind.WAIT, words=_ends_soon(basis, left))
    return ContactState(kind=ContactKind.OK, words=f"OK to contact: {name} until {day(record.basis_until)}")


def _warnings(record: ContactRecord, policy: ContactPolicy, today: date) -> tuple[str, ...]:
    found = []
    if record.works_at:
        found.append(f"The address is one of {record.works_at}, where this person works: others may read it")
    if record.basis is not None and record.basis_until is not None:
        left = (record.basis_until - today).days
        if 0 <= left <= policy.consent_ends_soon_days:
            found.append(_ends_soon(record.basis, left))
    return tuple(found)


def _ends_soon(basis: Basis, days_left: int) -> str:
    return f"{BASIS_WORDS[basis].capitalize()} ends {'today' if days_left == 0 else f'in {days_left} days'}"


def day(value: date) -> str:
    """Write a date the way the screens do: 3 Feb 2027."""
    return f"{value.day} {value:%b %Y}"
