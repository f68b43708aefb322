"""Whom an import would bring in, or leave, longer than they may be kept: told by its check, from the file and the pool.

The rule is that of `candidates.kept_too_long`; who comes in belongs to no office yet, so the first one's policy counts.
"""

from collections.abc import Iterable
from datetime import date

from talentpool.consent.retention import RetentionPolicy
from talentpool.imports.known import KnownApplication, KnownPerson


def count_past_retention(people: Iterable[KnownPerson], policy: RetentionPolicy, *, today: date) -> int:
    """Count those whose last event is longer ago than the policy allows, and who have no other basis."""
    return sum(_is_past(person, policy, today) for person in people)


def _is_past(person: KnownPerson, policy: RetentionPolicy, today: date) -> bool:
    if any(one.disposition is None for one in person.applications) or _has_basis(person, policy, today):
        return False
    events = [day for one in person.applications if (day := _event(one, policy)) is not None]
    return bool(events) and max(events) < policy.cut_off(today=today)


def _event(application: KnownApplication, policy: RetentionPolicy) -> date | None:
    ended: date | None = application.values.get("ended_on")
    return application.applied_on if policy.counts_from == "receipt" else ended or application.applied_on


def _has_basis(person: KnownPerson, policy: RetentionPolicy, today: date) -> bool:
    """Say whether the newest word is a consent that stands; what is on record is known once more without its day."""
    consents = [(given, until, no_on is not None) for given, until, no_on in person.consents]
    dated = {(until, is_withdrawn) for given, until, is_withdrawn in consents if given is not None}
    words = [
        (given or today, place, until, is_withdrawn)
        for place, (given, until, is_withdrawn) in enumerate(consents)
        if given is not None or (until, is_withdrawn) not in dated
    ]
    if not words:
        return False
    given, _, until, is_withdrawn = max(words)
    is_over = until < today if until is not None else given < policy.endless_consent_since(today=today)
    return not is_withdrawn and not is_over
