"""What rows say about keeping and writing to people: consents given or taken back, and wishes not to be contacted.

Nothing is said twice, and a wish that was lifted here counts again only where the source asks anew.
"""

from dataclasses import dataclass, field

from talentpool.candidates.whole_person import Hold, RecordedBasis
from talentpool.imports.known import Key, KnownPerson
from talentpool.imports.row import Consent, ParsedRow
from talentpool.imports.rules import Rules


@dataclass(slots=True)
class Permissions:
    """What rows say about keeping and writing to people, to be recorded beside their own records."""

    consents: list[tuple[KnownPerson, Consent]] = field(default_factory=list)
    suppressions: list[tuple[KnownPerson, Key]] = field(default_factory=list)
    asked_again: list[tuple[KnownPerson, Key]] = field(default_factory=list)  # what stands already
    # Of our own export, which says all there is about them:
    bases: list[tuple[KnownPerson, RecordedBasis]] = field(default_factory=list)
    holds: list[tuple[KnownPerson, Hold]] = field(default_factory=list)


def add_permissions(
    parsed: ParsedRow, person: KnownPerson, *, rules: Rules, permissions: Permissions
) -> bool:
    """Note what the row says that is not on record; says whether there is anything."""
    is_changed = False
    consent = parsed.consent
    if consent and _is_new_consent(consent, person):
        person.consents += ((consent.given_on, consent.until, consent.withdrawn_on),)
        permissions.consents.append((person, consent))
        is_changed = True
    if parsed.asked_not_to and _asks_anew(parsed, person, rules):
        keys: list[Key] = [("person", ""), *(("email", key) for key in sorted(person.emails))]
        keys += [("phone", key) for key in sorted(person.phones)]
        new = [key for key in keys if key not in person.suppressed]
        permissions.asked_again += [(person, key) for key in keys if key in person.suppressed]
        person.suppressed += tuple(new)
        permissions.suppressions += [(person, key) for key in new]
        is_changed |= bool(new)
    return is_changed


def _is_new_consent(consent: Consent, person: KnownPerson) -> bool:
    """Say whether a row's consent is not on record; one from before a withdrawal was taken back with the rest."""
    last_no = max((day for *_, day in person.consents if day is not None), default=None)
    is_older = last_no is not None and (consent.given_on is None or consent.given_on <= last_no)
    if consent.withdrawn_on is None and is_older:
        return False
    known = [(given_on, until, day is not None) for given_on, until, day in person.consents]
    return (consent.given_on, consent.until, consent.withdrawn_on is not None) not in known


def _asks_anew(parsed: ParsedRow, person: KnownPerson, rules: Rules) -> bool:
    """Say whether a wish not to be contacted is another one than those that were lifted here.

    A source that had asked before, and does not say that it asks since, says the same again.
    """
    said_at = parsed.person.as_of or (rules.as_of if rules.is_in_step else None)
    return all(
        asked_by != rules.source or (said_at is not None and said_at > lifted_at)
        for lifted_at, asked_by in person.lifted
    )
