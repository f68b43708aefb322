"""Whose row is it? Recognised by id, e-mail, phone or page, and only if the names go together.

What only looks alike is counted for a person to look at; nobody is merged on a name.
"""

from talentpool.candidates.identity import share_a_name
from talentpool.candidates.likeness import decides
from talentpool.candidates.names import count_people, tie_of_names
from talentpool.database import folded
from talentpool.imports.known import (
    Known,
    KnownPerson,
    contact_keys,
    external_key,
    is_blocked,
    name_key,
    own_ids,
)
from talentpool.imports.row import ParsedRow


def is_about_somebody(parsed: ParsedRow, known: Known, source: str) -> bool:
    """Say whether a row will be taken: it names somebody, or has the id of somebody who is here."""
    if parsed.is_deleted or is_blocked(parsed, known, source):
        return False
    return parsed.names_somebody or find_person(parsed, known, source)[0] is not None


def find_person(parsed: ParsedRow, known: Known, source: str) -> tuple[KnownPerson | None, bool]:
    """Find whose row this is, and whether somebody else might be the same person."""
    name, source = parsed.person.full_name, parsed.person.source or source
    is_possible_duplicate = False
    for identifier in own_ids(parsed):
        for holder in known.find(external_key(source, identifier)):
            if holder.name == name or share_a_name(holder.name, name):
                return holder, False
            is_possible_duplicate = True
    for key in contact_keys(parsed):
        holders = known.find(key)
        if not holders:
            continue
        people = count_people([name, *(holder.name for holder in holders)])
        for holder in holders:
            if decides(*key, tie_of_names(holder.name, name), people=people):
                return holder, is_possible_duplicate
        is_possible_duplicate = True
    return None, is_possible_duplicate


def find_deleted(parsed: ParsedRow, known: Known, source: str) -> KnownPerson | None:
    """Find whom a source says it has deleted: by the id alone, since the name may be blacked out; without one, as ever."""
    source, given = parsed.person.source or source, parsed.person.external_id
    if not given:
        return find_person(parsed, known, source)[0]
    return next(iter(known.find(external_key(source, given))), None)


def has_namesake(parsed: ParsedRow, known: Known) -> bool:
    """Say whether somebody of the same name lives in the same place or does the same work."""
    person = parsed.person
    if not person.full_name:
        return False
    return any(
        (person.city and one.city and folded(person.city) == folded(one.city))
        or (person.headline and one.headline and folded(person.headline) == folded(one.headline))
        for one in known.namesakes.get(name_key(person.full_name), ())
    )
